import type { Bytes } from '@strongroom/core';
import type { ListedValue, RecordStore, StoredValue } from '../../records/record-store.ts';
import type { NodeMetrics } from './metrics.ts';

/** A store whose reads and writes are timed and counted. */
export class ObservedStore implements RecordStore {
  readonly #inner: RecordStore;
  readonly #metrics: NodeMetrics;

  constructor(inner: RecordStore, metrics: NodeMetrics) {
    this.#inner = inner;
    this.#metrics = metrics;
  }

  read(id: Bytes): Promise<StoredValue | undefined> {
    return this.#observe('read', () => this.#inner.read(id));
  }

  list(after: Bytes | undefined, limit: number): Promise<readonly ListedValue[]> {
    return this.#observe('list', () => this.#inner.list(after, limit));
  }

  async replace(
    id: Bytes,
    value: Bytes,
    expectedRevision: number | undefined,
  ): Promise<'committed' | 'conflict'> {
    const written = await this.#observe('replace', () => this.#inner.replace(id, value, expectedRevision));
    if (written === 'conflict') this.#metrics.conflict();
    return written;
  }

  forgetOldValues(): Promise<void> {
    return this.#observe('forget', () => this.#inner.forgetOldValues());
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #observe<T>(operation: string, run: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      const result = await run();
      this.#metrics.store(operation, (performance.now() - started) / 1000);
      return result;
    } catch (error) {
      this.#metrics.storeError(operation);
      throw error;
    }
  }
}
