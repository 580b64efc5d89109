import { describe, expect, test } from 'vitest';
import {
  cadenceText,
  calendarText,
  cronText,
  fromCalendar,
  fromCron,
  parseDaily,
  parseMonthly,
  parseWeekly,
  type Cadence,
} from './cadence.ts';

const night = { hour: 3, minute: 5 };

describe('how often', () => {
  test.each<[Cadence, string, string, string]>([
    [parseDaily(undefined, night), 'every day at 03:05', '*-*-* 03:05:00', '5 3 * * *'],
    [parseDaily('7:30', night), 'every day at 07:30', '*-*-* 07:30:00', '30 7 * * *'],
    [parseWeekly(undefined, night), 'every Sunday at 03:05', 'Sun *-*-* 03:05:00', '5 3 * * 0'],
    [parseWeekly('Saturday', night), 'every Saturday at 03:05', 'Sat *-*-* 03:05:00', '5 3 * * 6'],
    [parseWeekly('mon,23:59', night), 'every Monday at 23:59', 'Mon *-*-* 23:59:00', '59 23 * * 1'],
    [parseWeekly('00:00', night), 'every Sunday at 00:00', 'Sun *-*-* 00:00:00', '0 0 * * 0'],
    [parseMonthly(undefined, night), 'on day 1 of every month at 03:05', '*-*-01 03:05:00', '5 3 1 * *'],
    [parseMonthly('28, 12:00', night), 'on day 28 of every month at 12:00', '*-*-28 12:00:00', '0 12 28 * *'],
  ])('is said in words, to systemd and to cron, and read again: %o', (cadence, words, calendar, cron) => {
    expect([cadenceText(cadence), calendarText(cadence), cronText(cadence)]).toEqual([words, calendar, cron]);
    expect(fromCalendar(calendar)).toEqual(cadence);
    expect(fromCron(cron)).toEqual(cadence);
  });

  test.each([
    () => parseDaily('24:00', night),
    () => parseDaily('7', night),
    () => parseDaily('', night),
    () => parseDaily('07:30:00', night),
    () => parseWeekly('someday', night),
    () => parseWeekly('sundae', night),
    () => parseWeekly('sun,mon', night),
    () => parseWeekly('07:30,sun', night),
    () => parseMonthly('29', night),
    () => parseMonthly('0', night),
    () => parseMonthly('1,2,3', night),
  ])('is refused when it cannot be: %s', (parse) => {
    expect(parse).toThrow(expect.objectContaining({ code: 'wrong-usage' }));
  });

  test('is unknown when somebody has changed it by hand', () => {
    expect(fromCalendar('Mon..Fri *-*-* 03:05:00')).toBeUndefined();
    expect(fromCron('*/5 * * * *')).toBeUndefined();
  });
});
