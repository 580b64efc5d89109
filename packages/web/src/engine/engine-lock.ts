import { StrongroomError } from '@strongroom/core';

// So long may the engine that was there before take to close its files, milliseconds.
const patience = 5000;

/**
 * Waits until this is the only engine of a place. @returns what lets others in
 * @throws StrongroomError `in-use` while another one stays
 */
export async function takeLock(name: string): Promise<() => void> {
  const held = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<void>();
  const hold = (): Promise<void> => {
    taken.resolve();
    return held.promise;
  };
  navigator.locks
    .request(name, { signal: AbortSignal.timeout(patience) }, hold)
    .catch((cause: unknown) => taken.reject(new StrongroomError('in-use', { path: name }, { cause })));
  await taken.promise;
  return held.resolve;
}

/** The same without waiting. @returns nothing where there is another engine */
export async function takeFreeLock(name: string): Promise<(() => void) | undefined> {
  const held = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<boolean>();
  const hold = async (lock: Lock | null): Promise<void> => {
    taken.resolve(lock !== null);
    if (lock !== null) await held.promise;
  };
  navigator.locks.request(name, { ifAvailable: true }, hold).catch(taken.reject);
  return (await taken.promise) ? held.resolve : undefined;
}
