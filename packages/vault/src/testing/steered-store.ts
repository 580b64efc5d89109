import type { Bytes } from '@strongroom/core';
import type { ListedValue, RecordStore, StoredValue } from '../records/record-store.ts';

/** Runs an operation of the store: now, later, or not at all. */
export type Steer = <T>(run: () => Promise<T>) => Promise<T>;

/** Lets a store's reads and writes wait or fail as a test wants it. */
export class SteeredStore {
  read: Steer = (run) => run();
  replace: Steer = (run) => run();
  closed = 0;

  /** The store that is steered from here. */
  over(inner: RecordStore): RecordStore {
    return {
      read: (id: Bytes): Promise<StoredValue | undefined> => this.read(() => inner.read(id)),
      list: (after: Bytes | undefined, limit: number): Promise<readonly ListedValue[]> =>
        inner.list(after, limit),
      replace: (id: Bytes, value: Bytes, revision: number | undefined): Promise<'committed' | 'conflict'> =>
        this.replace(() => inner.replace(id, value, revision)),
      forgetOldValues: (): Promise<void> => inner.forgetOldValues(),
      close: (): Promise<void> => {
        this.closed += 1;
        return inner.close();
      },
    };
  }
}
