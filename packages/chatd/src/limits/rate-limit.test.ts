import { array, assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateLimit } from './rate-limit.ts';

describe('a rate limit', () => {
  it('lets a burst through, then one at a time, and says when the next may come', () => {
    const limit = new RateLimit({ count: 10, within: 1000, burst: 3 });
    expect([1, 2, 3].map(() => limit.take('a', 0))).toEqual([undefined, undefined, undefined]);
    expect(limit.take('a', 0)).toBe(100);
    expect(limit.take('a', 99)).toBe(100);
    expect(limit.take('a', 100)).toBeUndefined();
    expect(limit.take('a', 100)).toBe(200);
  });

  it('is of each key alone', () => {
    const limit = new RateLimit({ count: 1, within: 1000 });
    expect(limit.take('a', 0)).toBeUndefined();
    expect(limit.take('b', 0)).toBeUndefined();
    expect(limit.take('a', 1)).toBe(1000);
  });

  it('never lets more through than burst and rate allow, however they come', () => {
    const gaps = array(integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 });
    assert(
      property(gaps, integer({ min: 1, max: 20 }), integer({ min: 1, max: 10 }), (gaps, count, burst) => {
        const limit = new RateLimit({ count, within: 1000, burst });
        let now = 0;
        const passed: number[] = [];
        for (const gap of gaps) {
          now += gap;
          if (limit.take('a', now) === undefined) passed.push(now);
        }
        for (const [i, from] of passed.entries())
          for (const [j, to] of passed.slice(i).entries())
            expect(j + 1).toBeLessThanOrEqual(burst + ((to - from) * count) / 1000 + 1e-3);
      }),
    );
  });

  it('lets through when it said it would', () => {
    assert(
      property(integer({ min: 1, max: 1000 }), integer({ min: 1, max: 5 }), (count, burst) => {
        const limit = new RateLimit({ count, within: 60_000, burst });
        let until: number | undefined;
        while (until === undefined) until = limit.take('a', 0);
        expect(limit.take('a', until)).toBeUndefined();
      }),
    );
  });

  it('remembers only so many keys, and none that need not be remembered', () => {
    const limit = new RateLimit({ count: 1, within: 1000 }, 3);
    for (const key of ['a', 'b', 'c', 'd']) limit.take(key, 0);
    expect(limit.take('d', 1)).toBe(1000);
    expect(limit.take('a', 1)).toBeUndefined();
  });
});
