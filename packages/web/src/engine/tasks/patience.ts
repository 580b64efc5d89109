import { isStrongroomError, StrongroomError } from '@strongroom/core';

const shortest = 1000;
const longest = 60_000;

/** Whether something failed for want of a network or a server, and will go by itself when these are there again. */
export function isPassing(error: unknown): boolean {
  return isStrongroomError(error, 'offline', 'cloud-unreachable', 'unavailable');
}

/** Milliseconds to wait before another attempt: twice as long each time, and not all at the same instant. */
export function backOff(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(longest, shortest * 2 ** attempt);
  return full / 2 + (full / 2) * random();
}

/**
 * Waits, or until the browser says that the network is back.
 * @throws StrongroomError `cancelled`
 */
export async function waitForNetwork(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      self.removeEventListener('online', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    self.addEventListener('online', done);
    signal.addEventListener('abort', done);
  });
  if (signal.aborted) throw new StrongroomError('cancelled', {});
}
