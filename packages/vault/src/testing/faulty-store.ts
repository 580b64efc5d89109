import type { Bytes } from '@strongroom/core';
import { MemoryStore } from '../records/memory-store.ts';
import { storeUnavailable } from '../records/store-errors.ts';
import type { ListedValue, RecordStore, StoredValue } from '../records/record-store.ts';

/** What goes wrong with a write: the power fails before or after it, another node was faster, or the store is away. */
export type Fault = 'crash before' | 'crash after' | 'conflict' | 'unreachable';

/** A store in which writes go wrong. */
export class FaultyStore implements RecordStore {
  readonly #inner: RecordStore;
  #fault: (write: number) => Fault | undefined = () => undefined;
  #writes = 0;

  constructor(inner: RecordStore = new MemoryStore()) {
    this.#inner = inner;
  }

  /** From now on the n-th write (1 is the next) has the fault that is returned for n. */
  plan(fault: (write: number) => Fault | undefined): void {
    this.#fault = fault;
    this.#writes = 0;
  }

  read(id: Bytes): Promise<StoredValue | undefined> {
    return this.#inner.read(id);
  }

  list(after: Bytes | undefined, limit: number): Promise<readonly ListedValue[]> {
    return this.#inner.list(after, limit);
  }

  async replace(
    id: Bytes,
    value: Bytes,
    expectedRevision: number | undefined,
  ): Promise<'committed' | 'conflict'> {
    const fault = this.#fault(++this.#writes);
    if (fault === 'crash before') throw new Error('power cut before a write');
    if (fault === 'conflict') return 'conflict';
    if (fault === 'unreachable') throw storeUnavailable(new Error('no store'));
    const outcome = await this.#inner.replace(id, value, expectedRevision);
    if (fault === 'crash after') throw new Error('power cut after a write');
    return outcome;
  }

  forgetOldValues(): Promise<void> {
    return this.#inner.forgetOldValues();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
