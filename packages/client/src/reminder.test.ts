import { array, boolean, check, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { firstReminder, isReminderDue, nextReminder, reminderIntervals, type Reminder } from './reminder.ts';

const day = 86_400_000;
const now = 1_800_000_000_000;
const daysOf = ({ askAt }: Reminder): number => (askAt - now) / day;

test('the password is asked for after 1, 3, 7, 14 and 30 days, and then every 90', () => {
  let reminder = firstReminder(now);
  const asked = [daysOf(reminder)];
  for (let answer = 0; answer < 7; answer++) {
    reminder = nextReminder(reminder, now);
    asked.push(daysOf(reminder));
  }
  expect(asked).toEqual([1, 3, 7, 14, 30, 90, 90, 90]);
});

test('a wrong answer begins anew', () => {
  const grown = nextReminder(nextReminder(firstReminder(now), now), now);
  expect(daysOf(grown)).toBe(7);
  expect(daysOf(firstReminder(now))).toBe(1);
});

test('a device that was never asked before begins with a day', () => {
  expect(nextReminder(undefined, now)).toEqual(firstReminder(now));
});

test('it is due when its time has come, not before', () => {
  const reminder = firstReminder(now);
  expect(isReminderDue(reminder, now)).toBe(false);
  expect(isReminderDue(reminder, now + day - 1)).toBe(false);
  expect(isReminderDue(reminder, now + day)).toBe(true);
});

test('a clock that was wrong by years does not put it off', () => {
  expect(isReminderDue(firstReminder(now + 1000 * day), now)).toBe(true);
});

test('however it is answered, the next question is a day to 90 days away', () => {
  const { failed, counterexample } = check(
    property(
      array(boolean(), { minLength: 1, maxLength: 30 }),
      integer({ min: -5, max: 1000 }),
      (answers, step) => {
        let reminder: Reminder = { step, askAt: now };
        for (const isRight of answers) reminder = isRight ? nextReminder(reminder, now) : firstReminder(now);
        return reminderIntervals.includes(reminder.askAt - now);
      },
    ),
  );
  expect({ failed, counterexample }).toEqual({ failed: false, counterexample: null });
});
