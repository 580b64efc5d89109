import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Calendar, type RetentionPolicy, checkPolicy, keptBy, localDay } from './retention.ts';

const hour = 3_600_000;
const none: RetentionPolicy = { last: 0, daily: 0, weekly: 0, monthly: 0 };

/** The days of a zone so many hours east of Greenwich. */
function zone(east: number): Calendar {
  return (time) => {
    const date = new Date(time + east * hour);
    return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  };
}

/** Snapshots at these moments, in Greenwich, numbered from 1. */
function at(...moments: readonly string[]): { number: number; time: number }[] {
  return moments.map((moment, i) => ({ number: i + 1, time: Date.parse(`${moment}Z`) }));
}

/** The numbers that a policy keeps, the newest first. */
function numbersKept(
  snapshots: readonly { number: number; time: number }[],
  policy: Partial<RetentionPolicy>,
  dayOf = zone(0),
): number[] {
  return [...keptBy(snapshots, { ...none, ...policy }, dayOf)]
    .map(({ number }) => number)
    .toSorted((a, b) => b - a);
}

describe('a policy keeps', () => {
  test('the last so many', () => {
    const snapshots = at('2026-01-01T08:00', '2026-01-01T09:00', '2026-01-01T10:00');
    expect(numbersKept(snapshots, { last: 2 })).toEqual([3, 2]);
    expect(numbersKept(snapshots, { last: 9 })).toEqual([3, 2, 1]);
  });

  test('the newest of each day', () => {
    const snapshots = at('2026-01-01T08:00', '2026-01-01T23:59', '2026-01-02T00:00', '2026-01-04T12:00');
    expect(numbersKept(snapshots, { daily: 2 })).toEqual([4, 3]);
    expect(numbersKept(snapshots, { daily: 3 })).toEqual([4, 3, 2]);
    expect(numbersKept(snapshots, { daily: 30 })).toEqual([4, 3, 2]);
  });

  test('the newest of each week, which begins on Monday, also where a year ends', () => {
    // A Sunday, a Monday, the Sunday of its week in the next year, and the Monday after.
    const snapshots = at('2026-12-27T12:00', '2026-12-28T12:00', '2027-01-03T12:00', '2027-01-04T12:00');
    expect(numbersKept(snapshots, { weekly: 9 })).toEqual([4, 3, 1]);
  });

  test('the newest of each month', () => {
    const snapshots = at('2025-12-31T12:00', '2026-01-01T12:00', '2026-01-31T12:00', '2026-12-31T12:00');
    expect(numbersKept(snapshots, { monthly: 3 })).toEqual([4, 3, 1]);
  });

  test('whatever one of its rules keeps', () => {
    const snapshots = at('2026-01-01T08:00', '2026-01-31T08:00', '2026-01-31T09:00', '2026-02-01T08:00');
    expect(numbersKept(snapshots, { last: 1, daily: 2, monthly: 2 })).toEqual([4, 3]);
    expect(numbersKept(snapshots, { last: 3, daily: 3 })).toEqual([4, 3, 2, 1]);
  });

  test('by the days of the device’s zone', () => {
    const snapshots = at('2026-01-01T22:30', '2026-01-01T23:30');
    expect(numbersKept(snapshots, { daily: 2 }, zone(0))).toEqual([2]);
    expect(numbersKept(snapshots, { daily: 2 }, zone(1))).toEqual([2, 1]);
    const noon = new Date(2026, 4, 17, 12);
    expect(localDay(noon.getTime())).toEqual({ year: 2026, month: 5, day: 17 });
  });

  test('the newest by its number, when the clock went back', () => {
    const snapshots = at('2026-03-01T12:00', '2026-01-01T12:00');
    expect(numbersKept(snapshots, { last: 1 })).toEqual([2]);
  });
});

describe('a policy is refused', () => {
  test.each([none, { ...none, last: -1 }, { ...none, daily: 1.5 }, { ...none, weekly: Number.NaN }])(
    '%o',
    (policy) => {
      expect(() => checkPolicy(policy)).toThrow(expect.objectContaining({ code: 'wrong-usage' }));
    },
  );

  test('unless it keeps something', () => {
    for (const rule of ['last', 'daily', 'weekly', 'monthly'] as const) checkPolicy({ ...none, [rule]: 1 });
    expect(keptBy([], { ...none, last: 1 }).size).toBe(0);
  });
});

describe('whatever the times and the policy', () => {
  const year = 366 * 24 * hour;
  const times = fc.array(fc.integer({ min: 0, max: 3 * year }), { maxLength: 40 });
  const count = fc.nat({ max: 12 });
  const policies = fc.record({ last: count, daily: count, weekly: count, monthly: count });
  const numbered = times.map((list) => list.map((time, i) => ({ number: i + 1, time })));

  test('the newest stays', () => {
    fc.assert(
      fc.property(
        numbered.filter((list) => list.length > 0),
        policies,
        (snapshots, policy) => {
          expect(numbersKept(snapshots, policy)).toContain(snapshots.length);
        },
      ),
    );
  });

  test('no more stay than the rules allow together', () => {
    fc.assert(
      fc.property(numbered, policies, (snapshots, policy) => {
        const { last, daily, weekly, monthly } = policy;
        expect(numbersKept(snapshots, policy).length).toBeLessThanOrEqual(
          Math.max(1, last) + daily + weekly + monthly,
        );
      }),
    );
  });

  test('a policy that keeps more loses nothing that one which keeps less has', () => {
    fc.assert(
      fc.property(numbered, policies, policies, (snapshots, a, b) => {
        const more: RetentionPolicy = {
          last: a.last + b.last,
          daily: a.daily + b.daily,
          weekly: a.weekly + b.weekly,
          monthly: a.monthly + b.monthly,
        };
        expect(numbersKept(snapshots, more)).toEqual(expect.arrayContaining(numbersKept(snapshots, a)));
      }),
    );
  });

  test('a second prune at once lets nothing more go', () => {
    fc.assert(
      fc.property(numbered, policies, (snapshots, policy) => {
        const once = [...keptBy(snapshots, policy, zone(0))];
        expect(keptBy(once, policy, zone(0)).size).toBe(once.length);
      }),
    );
  });

  test('what a rule keeps is the newest of its period', () => {
    const sorted = numbered.map((list) =>
      list.toSorted((a, b) => a.time - b.time).map(({ time }, i) => ({ number: i + 1, time })),
    );
    fc.assert(
      fc.property(sorted, fc.integer({ min: 1, max: 12 }), (snapshots, daily) => {
        const days = new Map(snapshots.map(({ number, time }) => [Math.floor(time / (24 * hour)), number]));
        const newest = [...days.values()].toSorted((a, b) => b - a).slice(0, daily);
        expect(numbersKept(snapshots, { daily })).toEqual(newest);
      }),
    );
  });
});
