import { StrongroomError } from '@strongroom/core';

/** How many snapshots stay. One that any rule keeps stays, and the newest always does. */
export interface RetentionPolicy {
  /** The newest so many. */
  readonly last: number;
  /** The newest of each day, for so many days that have one. */
  readonly daily: number;
  /** The newest of each week, from Monday on, for so many weeks that have one. */
  readonly weekly: number;
  /** The newest of each month, for so many months that have one. */
  readonly monthly: number;
}

/** A year back, more thinly the longer ago. */
export const defaultRetention: RetentionPolicy = { last: 3, daily: 30, weekly: 12, monthly: 12 };

/** A day of a calendar. */
export interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

/** The day of a moment. @param time milliseconds since 1970 */
export type Calendar = (time: number) => Day;

/** The day of a moment in the time zone of this device. */
export const localDay: Calendar = (time) => {
  const date = new Date(time);
  return { year: date.getFullYear(), month: date.getMonth() + 1, day: date.getDate() };
};

/** @throws StrongroomError 'wrong-usage' unless the policy says how many to keep, and that is at least one */
export function checkPolicy(policy: RetentionPolicy): void {
  const counts = Object.values(policyRules(policy));
  if (!counts.every((count) => Number.isSafeInteger(count) && count >= 0))
    throw new StrongroomError('wrong-usage', { why: 'How many snapshots to keep is a whole number.' });
  if (counts.every((count) => count === 0))
    throw new StrongroomError('wrong-usage', {
      why: 'To keep nothing but the newest snapshot, say so: keep the last 1.',
    });
}

/**
 * The snapshots that a policy keeps. The newest is the one with the highest number, whatever the clock said.
 * @param dayOf by default in the time zone of this device
 */
export function keptBy<T extends { readonly number: number; readonly time: number }>(
  snapshots: readonly T[],
  policy: RetentionPolicy,
  dayOf: Calendar = localDay,
): ReadonlySet<T> {
  const newestFirst = snapshots.toSorted((a, b) => b.number - a.number);
  const day = ({ time }: T): number => dayNumber(dayOf(time));
  const month = ({ time }: T): number => dayOf(time).year * 12 + dayOf(time).month;
  return new Set([
    ...newestFirst.slice(0, Math.max(1, policy.last)),
    ...newestOfEach(newestFirst, policy.daily, day),
    ...newestOfEach(newestFirst, policy.weekly, (snapshot) => weekNumber(day(snapshot))),
    ...newestOfEach(newestFirst, policy.monthly, month),
  ]);
}

function policyRules({ last, daily, weekly, monthly }: RetentionPolicy): RetentionPolicy {
  return { last, daily, weekly, monthly };
}

function newestOfEach<T>(newestFirst: readonly T[], count: number, periodOf: (item: T) => number): T[] {
  const newest = new Map<number, T>();
  for (const item of newestFirst) {
    const period = periodOf(item);
    if (!newest.has(period)) newest.set(period, item);
  }
  return [...newest.values()].slice(0, count);
}

/** Days since 1970-01-01, a Thursday. */
function dayNumber({ year, month, day }: Day): number {
  return Date.UTC(year, month - 1, day) / 86_400_000;
}

/** Weeks since the Monday before that. */
function weekNumber(day: number): number {
  return Math.floor((day + 3) / 7);
}
