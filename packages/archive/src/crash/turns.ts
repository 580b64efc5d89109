import type { Bytes } from '@strongroom/core';
import type { GetOptions, ObjectStore, PutOptions, StoreOptions, StoredObject } from '../object-store.ts';
import { all } from '../testing/fixtures.ts';

/** Requests that the first of two writers may make, then the second, before each goes on to its end. */
export interface Switch {
  readonly first: number;
  readonly second: number;
}

type Name = 'first' | 'second';

/**
 * Two writers on one store, of which only one makes requests at a time: the first so many, then the second so many, then
 * the first to its end, then the second.
 */
export class Turns {
  readonly #left: Record<Name, number>;
  readonly #requests: Record<Name, number> = { first: 0, second: 0 };
  readonly #waiting: Readonly<Record<Name, (() => void)[]>> = { first: [], second: [] };
  readonly #ended = new Set<Name>();
  #turn: Name = 'first';
  #switches = 0;

  constructor({ first, second }: Switch) {
    this.#left = { first, second };
  }

  /** Requests that each has made. */
  get requests(): Readonly<Record<Name, number>> {
    return this.#requests;
  }

  /** Runs both, each on its own view of the store. @returns what became of them */
  run<A, B>(
    store: ObjectStore,
    first: (store: ObjectStore) => Promise<A>,
    second: (store: ObjectStore) => Promise<B>,
  ): Promise<[PromiseSettledResult<A>, PromiseSettledResult<B>]> {
    const part = async <T>(name: Name, work: (store: ObjectStore) => Promise<T>): Promise<T> => {
      try {
        return await work(this.#view(store, name));
      } finally {
        this.#end(name);
      }
    };
    return Promise.allSettled([part('first', first), part('second', second)]);
  }

  #view(store: ObjectStore, name: Name): ObjectStore {
    const turn = async <T>(request: () => Promise<T>): Promise<T> => {
      await this.#wait(name);
      this.#requests[name]++;
      return request();
    };
    return {
      description: store.description,
      put: (object: string, bytes: Bytes, options?: PutOptions) =>
        turn(() => store.put(object, bytes, options)),
      get: (object: string, options?: GetOptions) => turn(() => store.get(object, options)),
      remove: (object: string, options?: StoreOptions) => turn(() => store.remove(object, options)),
      list: (prefix: string, options?: StoreOptions) => listed(turn(() => all(store.list(prefix, options)))),
    };
  }

  async #wait(name: Name): Promise<void> {
    while (!this.#mayGoOn(name)) {
      if (this.#turn === name) this.#pass(name);
      await new Promise<void>((resolve) => this.#waiting[name].push(resolve));
    }
    this.#left[name]--;
  }

  #mayGoOn(name: Name): boolean {
    return this.#turn === name && (this.#left[name] > 0 || this.#ended.has(other(name)));
  }

  // In its second turn, a writer goes on to its end.
  #pass(name: Name): void {
    if (++this.#switches >= 2) this.#left[other(name)] = Infinity;
    this.#turn = other(name);
    for (const wake of this.#waiting[other(name)].splice(0)) wake();
  }

  #end(name: Name): void {
    this.#ended.add(name);
    if (this.#turn === name) this.#pass(name);
  }
}

function other(name: Name): Name {
  return name === 'first' ? 'second' : 'first';
}

async function* listed(objects: Promise<StoredObject[]>): AsyncGenerator<StoredObject> {
  yield* await objects;
}
