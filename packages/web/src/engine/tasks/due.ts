import type { Schedule } from '../contract.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** Milliseconds from one backup to the next; none when only a tap makes one. */
const intervals: Readonly<Record<Schedule, number | undefined>> = {
  daily: day,
  weekly: 7 * day,
  monthly: 30 * day,
  manual: undefined,
};

// After one that failed: sooner than the next is due, later each time.
const again = [hour / 4, hour, 4 * hour, 12 * hour];

/** What there was so far. Times are milliseconds since 1970. */
export interface History {
  readonly schedule: Schedule;
  readonly lastAt: number | undefined;
  readonly failure: { readonly times: number; readonly at: number } | undefined;
}

/** When the next backup is due, milliseconds since 1970; nothing when only a tap makes one. */
export function nextBackup({ schedule, lastAt, failure }: History, now: number): number | undefined {
  const interval = intervals[schedule];
  if (interval === undefined) return undefined;
  // A clock that was set back does not put it off for longer than its interval.
  const due = Math.min((lastAt ?? 0) + interval, now + interval);
  if (failure === undefined) return due;
  const wait = again[Math.min(failure.times, again.length) - 1] ?? again[0]!;
  return Math.max(due, Math.min(failure.at + wait, now + wait));
}
