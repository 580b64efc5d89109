import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextBackup } from './due.ts';

const day = 86_400_000;
const noon = Date.UTC(2026, 5, 1, 12);

describe('the next backup', () => {
  test('comes an interval after the last, and at once when there was none', () => {
    const at = (schedule: 'daily' | 'weekly' | 'monthly' | 'manual', lastAt: number | undefined) =>
      nextBackup({ schedule, lastAt, failure: undefined }, noon);
    expect(at('daily', noon - day / 2)).toBe(noon + day / 2);
    expect(at('weekly', noon)).toBe(noon + 7 * day);
    expect(at('monthly', noon)).toBe(noon + 30 * day);
    expect(at('manual', noon)).toBeUndefined();
    expect(at('daily', undefined)).toBeLessThanOrEqual(noon);
  });

  test('is tried again later and later after failures', () => {
    const after = (times: number): number =>
      nextBackup({ schedule: 'daily', lastAt: noon - 2 * day, failure: { times, at: noon } }, noon)! - noon;
    const waits = [1, 2, 3, 4, 5, 100].map(after);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits[0]).toBe(15 * 60_000);
    expect(waits.at(-1)).toBe(day / 2);
  });

  test('is never further away than its interval, whatever the clock did', () => {
    const time = fc.integer({ min: 0, max: 2 * noon });
    const failure = fc.option(fc.record({ times: fc.integer({ min: 1, max: 1000 }), at: time }), {
      nil: undefined,
    });
    fc.assert(
      fc.property(time, fc.option(time, { nil: undefined }), failure, (now, lastAt, failure) => {
        expect(nextBackup({ schedule: 'daily', lastAt, failure }, now)!).toBeLessThanOrEqual(now + day);
      }),
    );
  });
});
