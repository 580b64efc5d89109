import { type Bytes, StrongroomError, isStrongroomError } from '@strongroom/core';
import { throwIfAborted } from './abort.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

/** How often and after which pauses a request is repeated that did not reach the cloud. */
export interface RetryPolicy {
  /** Requests in all, the first one included. */
  readonly attempts: number;
  /** Waits before the `attempt`-th request, counted from 2. */
  pause(attempt: number, signal: AbortSignal | undefined): Promise<void>;
}

/** Four requests, with pauses of about half a second, one and two seconds between them. */
export const patientRetry: RetryPolicy = {
  attempts: 4,
  pause: (attempt, signal) => sleep(250 * 2 ** (attempt - 1) * (0.75 + Math.random() / 2), signal),
};

/**
 * The same store, with requests repeated that end in 'cloud-unreachable'. The identical bytes are sent again, so
 * a request that had its effect before its answer was lost does no harm; a `put` with `ifAbsent` that finds an
 * object on a repetition compares it with its own bytes. Of these, a store that is not atomic may hold the beginning
 * alone, which is then replaced.
 */
export function retrying(store: ObjectStore, policy: RetryPolicy): ObjectStore {
  return {
    description: store.description,
    put: (name, bytes, options = {}) =>
      repeat(policy, options.signal, async (attempt) => {
        try {
          await store.put(name, bytes, options);
        } catch (error) {
          if (attempt === 1 || !isStrongroomError(error, 'object-exists')) throw error;
          const there = await store.get(name, options);
          if (!beginsWith(bytes, there)) throw error;
          if (there.length < bytes.length) await store.put(name, bytes, { ...options, ifAbsent: false });
        }
      }),
    get: (name, options) => repeat(policy, options?.signal, () => store.get(name, options)),
    remove: (name, options) => repeat(policy, options?.signal, () => store.remove(name, options)),
    ...(store.lend && { lend: (name) => store.lend?.(name) }),
    async *list(prefix, options) {
      yield* await repeat(policy, options?.signal, () => collect(store.list(prefix, options)));
    },
  };
}

async function repeat<T>(
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  request: (attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    throwIfAborted(signal);
    try {
      return await request(attempt);
    } catch (error) {
      if (attempt >= policy.attempts || !isStrongroomError(error, 'cloud-unreachable')) throw error;
      await policy.pause(attempt + 1, signal);
    }
  }
}

async function collect(objects: AsyncIterable<StoredObject>): Promise<StoredObject[]> {
  const all: StoredObject[] = [];
  for await (const object of objects) all.push(object);
  return all;
}

function beginsWith(whole: Bytes, start: Bytes): boolean {
  return start.length <= whole.length && start.every((byte, i) => byte === whole[i]);
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new StrongroomError('cancelled', {}, { cause: signal?.reason }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
