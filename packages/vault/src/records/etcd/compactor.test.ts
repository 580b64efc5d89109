import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Compactor } from './compactor.ts';

let compact: ReturnType<typeof vi.fn<() => Promise<void>>>;
let compactor: Compactor;
beforeEach(() => {
  vi.useFakeTimers();
  compact = vi.fn<() => Promise<void>>(async () => {});
  compactor = new Compactor({ compact, delay: 1000, retryEvery: 5000 });
});
afterEach(() => vi.useRealTimers());

const after = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

describe('a compactor', () => {
  it('compacts once for all requests of a second, counted from the first', async () => {
    compactor.request();
    await after(900);
    compactor.request();
    compactor.request();
    expect(compact).not.toHaveBeenCalled();
    await after(100);
    expect(compact).toHaveBeenCalledTimes(1);
    await after(60_000);
    expect(compact).toHaveBeenCalledTimes(1);
  });

  it('compacts again for a request that came while it did', async () => {
    const first = Promise.withResolvers<void>();
    compact.mockReturnValueOnce(first.promise);
    compactor.request();
    await after(1000);
    compactor.request();
    await after(5000);
    expect(compact).toHaveBeenCalledTimes(1);
    first.resolve();
    await after(0);
    expect(compact).toHaveBeenCalledTimes(2);
  });

  it('tries again until it has worked', async () => {
    compact.mockRejectedValueOnce(new Error('no majority')).mockRejectedValueOnce(new Error('no majority'));
    compactor.request();
    await after(1000);
    await after(5000);
    expect(compact).toHaveBeenCalledTimes(2);
    await after(5000);
    expect(compact).toHaveBeenCalledTimes(3);
    await after(60_000);
    expect(compact).toHaveBeenCalledTimes(3);
  });

  it('tries what is left when it is closed, once, and then rests', async () => {
    compact.mockRejectedValue(new Error('no majority'));
    compactor.request();
    await compactor.close();
    expect(compact).toHaveBeenCalledTimes(1);
    compactor.request();
    await after(60_000);
    expect(compact).toHaveBeenCalledTimes(1);
  });

  it('does nothing when it is closed and nothing is left', async () => {
    compactor.request();
    await after(1000);
    await compactor.close();
    expect(compact).toHaveBeenCalledTimes(1);
  });
});
