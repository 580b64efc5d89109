/** When to ask for the password again, so that it is not forgotten. Times are milliseconds since 1970. */
export interface Reminder {
  /** How many right answers in a row, up to the longest interval. */
  readonly step: number;
  readonly askAt: number;
}

const day = 86_400_000;

/** Milliseconds from one question to the next: 1, 3, 7, 14, 30 days, then always 90. */
export const reminderIntervals: readonly number[] = [1, 3, 7, 14, 30, 90].map((days) => days * day);

/** The first question after a password was chosen, and the next one after a wrong answer: in a day. */
export function firstReminder(now: number): Reminder {
  return at(0, now);
}

/** The next question after a right answer. */
export function nextReminder(reminder: Reminder | undefined, now: number): Reminder {
  return at(reminder === undefined ? 0 : reminder.step + 1, now);
}

/** Whether it is time to ask. A clock that was set back does not put it off for longer than its interval. */
export function isReminderDue({ step, askAt }: Reminder, now: number): boolean {
  return now >= askAt || askAt - now > intervalOf(step);
}

function at(step: number, now: number): Reminder {
  const bounded = Math.min(Math.max(step, 0), reminderIntervals.length - 1);
  return { step: bounded, askAt: now + intervalOf(bounded) };
}

function intervalOf(step: number): number {
  return reminderIntervals[step] ?? day;
}
