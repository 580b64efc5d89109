import type { Bytes } from '@strongroom/core';
import type { GetOptions, ObjectStore, PutOptions, StoreOptions, StoredObject } from '../object-store.ts';

/** A store that counts what is read from it. */
export class CountingStore implements ObjectStore {
  readonly description: string = 'a counting store';
  readonly #store: ObjectStore;
  /** The objects that were read from, one name for each request. */
  readonly read: string[] = [];
  #bytesRead = 0;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** Bytes that were read since the beginning, or since `reset`. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  reset(): void {
    this.#bytesRead = 0;
    this.read.length = 0;
  }

  async get(name: string, options?: GetOptions): Promise<Bytes> {
    const bytes = await this.#store.get(name, options);
    this.read.push(name);
    this.#bytesRead += bytes.length;
    return bytes;
  }

  put(name: string, bytes: Bytes, options?: PutOptions): Promise<void> {
    return this.#store.put(name, bytes, options);
  }

  remove(name: string, options?: StoreOptions): Promise<void> {
    return this.#store.remove(name, options);
  }

  list(prefix: string, options?: StoreOptions): AsyncIterable<StoredObject> {
    return this.#store.list(prefix, options);
  }
}
