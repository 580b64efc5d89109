import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TenantRates } from './tenant-rates.ts';
import { TokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  it('lets a second’s worth through at once, and then as much as grows back', () => {
    const bucket = new TokenBucket(2, 0);
    expect([bucket.take(0), bucket.take(0)]).toEqual([0, 0]);
    expect(bucket.take(0)).toBe(500);
    expect(bucket.take(250)).toBe(250);
    expect(bucket.take(500)).toBe(0);
    expect(bucket.take(500)).toBe(500);
  });

  it('never lets through more than that, whatever the clock does', () => {
    const times = fc.array(fc.integer({ min: -1000, max: 5000 }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), times, (perSecond, moves) => {
        const bucket = new TokenBucket(perSecond, 0);
        let now = 0;
        let latest = 0;
        let taken = 0;
        for (const move of moves) {
          now += move;
          latest = Math.max(latest, now);
          if (bucket.take(now) === 0) taken += 1;
          expect(taken).toBeLessThanOrEqual(perSecond + (latest * perSecond) / 1000 + 1e-6);
        }
      }),
    );
  });

  it('says when to come back, and keeps its word', () => {
    const bucket = new TokenBucket(3, 0);
    const atOnce = [0, 0, 0].map((now) => bucket.take(now));
    const first = bucket.take(0);
    const afterIt = bucket.take(first + 0.001);
    expect([...atOnce, afterIt]).toEqual([0, 0, 0, 0]);
    expect(first).toBeCloseTo(1000 / 3);
  });
});

describe('the rates of tenants', () => {
  it('are of each tenant, and say until when', () => {
    let elapsed = 0;
    const rates = new TenantRates({ perSecond: 1, now: () => 1_000_000, elapsed: () => elapsed });
    rates.take('acme');
    expect(() => rates.take('acme')).toThrow(
      expect.objectContaining({
        code: 'too-many-requests',
        details: { until: 1_001_000 },
        retryAfter: 1000,
      }) as Error,
    );
    rates.take('another');
    elapsed = 1000;
    rates.take('acme');
  });
});
