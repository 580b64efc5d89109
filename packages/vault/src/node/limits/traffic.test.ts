import { describe, expect, it } from 'vitest';
import { Traffic } from './traffic.ts';

describe('traffic', () => {
  it('lets in so many, until it drains', () => {
    const traffic = new Traffic(2);
    expect([traffic.enter(), traffic.enter()]).toEqual([undefined, undefined]);
    expect(traffic.enter()?.reason).toBe('overloaded');
    traffic.leave();
    expect(traffic.enter()).toBeUndefined();
    traffic.drain();
    traffic.leave();
    expect(traffic.enter()?.reason).toBe('draining');
    expect(traffic.open).toBe(1);
  });

  it('tells everybody who asked when nobody is inside', async () => {
    const traffic = new Traffic(2);
    expect(await traffic.idle(0)).toBe(true);
    traffic.enter();
    traffic.enter();
    const idle = Promise.all([traffic.idle(60_000), traffic.idle(60_000)]);
    traffic.leave();
    expect(await traffic.idle(1)).toBe(false);
    traffic.leave();
    expect(await idle).toEqual([true, true]);
  });
});
