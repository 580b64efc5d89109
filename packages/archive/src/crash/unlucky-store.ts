import { type Bytes, StrongroomError } from '@strongroom/core';
import type { GetOptions, ObjectStore, PutOptions, StoreOptions, StoredObject } from '../object-store.ts';
import type { Operation } from '../testing/faulty-store.ts';
import { all, unreachable } from '../testing/fixtures.ts';

/** What becomes of a request. */
export type Misfortune =
  /** It has no effect, and an error is the answer. */
  | 'fails'
  /** There is no answer until it is told to stop. */
  | 'hangs'
  /** Half of an object is stored, and an error is the answer. No store may do so; some file systems will. */
  | 'halves'
  /** It has its effect, and an error is the answer. */
  | 'loses its answer';

/** A request: what was asked, and the name of the object, or the beginning of those to be listed. */
export interface Request {
  readonly kind: Operation;
  readonly name: string;
}

/** A store in which one request, counted from 0, has a misfortune. */
export class UnluckyStore implements ObjectStore {
  readonly description: string = 'an unlucky store';
  readonly #store: ObjectStore;
  readonly #at: number;
  readonly #misfortune: Misfortune;
  readonly #onHanging: () => void;
  readonly #requests: Request[] = [];

  /** @param onHanging is told that a request will not be answered */
  constructor(
    store: ObjectStore,
    at: number,
    misfortune: Misfortune,
    onHanging: () => void = () => undefined,
  ) {
    this.#store = store;
    this.#at = at;
    this.#misfortune = misfortune;
    this.#onHanging = onHanging;
  }

  /** The requests so far. */
  get requests(): readonly Request[] {
    return this.#requests;
  }

  /** The request that it happened to. */
  get met(): Request | undefined {
    return this.#requests[this.#at];
  }

  put(name: string, bytes: Bytes, options: PutOptions = {}): Promise<void> {
    const half = bytes.subarray(0, bytes.length >> 1);
    return this.#request(
      { kind: 'put', name },
      options,
      () => this.#store.put(name, bytes, options),
      () => this.#store.put(name, half, options),
    );
  }

  get(name: string, options: GetOptions = {}): Promise<Bytes> {
    return this.#request({ kind: 'get', name }, options, () => this.#store.get(name, options));
  }

  remove(name: string, options: StoreOptions = {}): Promise<void> {
    return this.#request({ kind: 'remove', name }, options, () => this.#store.remove(name, options));
  }

  async *list(prefix: string, options: StoreOptions = {}): AsyncGenerator<StoredObject> {
    const request = { kind: 'list' as const, name: prefix };
    yield* await this.#request(request, options, () => all(this.#store.list(prefix, options)));
  }

  async #request<T>(
    request: Request,
    { signal }: StoreOptions,
    whole: () => Promise<T>,
    half: () => Promise<void> = async () => undefined,
  ): Promise<T> {
    if (this.#requests.push(request) - 1 !== this.#at) return whole();
    if (this.#misfortune === 'hangs') return this.#hang(request, signal);
    if (this.#misfortune === 'halves') await half();
    if (this.#misfortune === 'loses its answer') await whole();
    throw unreachable();
  }

  #hang({ kind, name }: Request, signal: AbortSignal | undefined): Promise<never> {
    if (!signal) throw new Error(`nobody can stop the ${kind} of ${name}`);
    setImmediate(this.#onHanging);
    return new Promise((_, reject) => {
      const stop = (): void => reject(new StrongroomError('cancelled', {}, { cause: signal.reason }));
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}
