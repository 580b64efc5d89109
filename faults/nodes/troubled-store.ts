import { setTimeout as pause } from 'node:timers/promises';
import { StrongroomError, type Bytes } from '@strongroom/core';
import { OutcomeUnknown, type ListedValue, type RecordStore, type StoredValue } from '@strongroom/vault';

/** What is wrong with a node's way to its records. */
export interface StoreTrouble {
  /** Each operation takes so much longer, before and after, milliseconds. */
  readonly slow?: number;
  /** Writes fail before they are sent, after they were committed, or now so, now so. */
  readonly writes?: 'refused' | 'answer lost';
}

/** A store that is slow, takes no writes, or loses the answers. */
export class TroubledStore implements RecordStore {
  trouble: StoreTrouble = {};
  readonly #inner: RecordStore;

  constructor(inner: RecordStore) {
    this.#inner = inner;
  }

  read(id: Bytes): Promise<StoredValue | undefined> {
    return this.#slowly(() => this.#inner.read(id));
  }

  list(after: Bytes | undefined, limit: number): Promise<readonly ListedValue[]> {
    return this.#slowly(() => this.#inner.list(after, limit));
  }

  async replace(
    id: Bytes,
    value: Bytes,
    expectedRevision: number | undefined,
  ): Promise<'committed' | 'conflict'> {
    const { writes } = this.trouble;
    if (writes === 'refused') throw new StrongroomError('unavailable', { answered: 0, needed: 1 });
    const outcome = await this.#slowly(() => this.#inner.replace(id, value, expectedRevision));
    if (writes === 'answer lost') throw new OutcomeUnknown(new Error('the answer was lost'));
    return outcome;
  }

  forgetOldValues(): Promise<void> {
    return this.#inner.forgetOldValues();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #slowly<T>(run: () => Promise<T>): Promise<T> {
    const { slow = 0 } = this.trouble;
    if (slow > 0) await pause(slow * Math.random());
    const result = await run();
    if (slow > 0) await pause(slow * Math.random());
    return result;
  }
}
