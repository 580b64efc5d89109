import type { Bytes } from '@strongroom/core';
import type { GetOptions, ObjectStore, PutOptions, StoreOptions, StoredObject } from '../object-store.ts';

/** What goes wrong with a request: it has no effect, or it has its effect and the answer is lost. */
export type FaultTime = 'before' | 'after';

/** Decides about the `operation`-th request, counted from 0. */
export type Fault = (operation: number, kind: Operation) => { when: FaultTime; error: Error } | undefined;

export type Operation = 'put' | 'get' | 'list' | 'remove';

/** A store whose requests fail when told to. */
export class FaultyStore implements ObjectStore {
  readonly description: string = 'a faulty store';
  readonly #store: ObjectStore;
  readonly #fault: Fault;
  #operations = 0;

  constructor(store: ObjectStore, fault: Fault) {
    this.#store = store;
    this.#fault = fault;
  }

  /** Requests so far. */
  get operations(): number {
    return this.#operations;
  }

  put(name: string, bytes: Bytes, options?: PutOptions): Promise<void> {
    return this.#attempt('put', () => this.#store.put(name, bytes, options));
  }

  get(name: string, options?: GetOptions): Promise<Bytes> {
    return this.#attempt('get', () => this.#store.get(name, options));
  }

  remove(name: string, options?: StoreOptions): Promise<void> {
    return this.#attempt('remove', () => this.#store.remove(name, options));
  }

  async *list(prefix: string, options?: StoreOptions): AsyncGenerator<StoredObject> {
    const objects = await this.#attempt('list', async () => {
      const all: StoredObject[] = [];
      for await (const object of this.#store.list(prefix, options)) all.push(object);
      return all;
    });
    yield* objects;
  }

  async #attempt<T>(kind: Operation, request: () => Promise<T>): Promise<T> {
    const fault = this.#fault(this.#operations++, kind);
    if (fault?.when === 'before') throw fault.error;
    const answer = await request();
    if (fault) throw fault.error;
    return answer;
  }
}
