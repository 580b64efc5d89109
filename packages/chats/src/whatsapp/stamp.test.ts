import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dateOf, type DateOrder, DateOrders } from './date-order.ts';
import { readHeader } from './header.ts';
import { readStamp } from './stamp.ts';

function read(text: string, order: DateOrder): string | undefined {
  const stamp = readStamp(text);
  const date = stamp && dateOf(stamp, order);
  return date && [...date, stamp.hour, stamp.minute, stamp.second].join(' ');
}

const dmy = 'day-month-year';
const mdy = 'month-day-year';
const ymd = 'year-month-day';

describe('a date and time is read', () => {
  test.each<[string, string, DateOrder, string]>([
    ['English, Android', '12/31/23, 9:15 PM', mdy, '2023 12 31 21 15 0'],
    ['English, a narrow space', '12/31/23, 9:15\u202fPM', mdy, '2023 12 31 21 15 0'],
    ['English, small and dotted', '31/12/2023, 9:15 p.m.', dmy, '2023 12 31 21 15 0'],
    ['midnight and noon', '1/2/24, 12:05 AM', dmy, '2024 2 1 0 5 0'],
    ['noon', '1/2/24, 12:05 PM', dmy, '2024 2 1 12 5 0'],
    ['German, iOS', '31.12.23, 21:15:07', dmy, '2023 12 31 21 15 7'],
    ['Spanish', '31/12/23, 9:15:07 p.\u00a0m.', dmy, '2023 12 31 21 15 7'],
    ['Italian', '31/12/23, 21:15', dmy, '2023 12 31 21 15 0'],
    ['Dutch', '31-12-2023 21:15', dmy, '2023 12 31 21 15 0'],
    ['French', '31/12/2023 à 21:15', dmy, '2023 12 31 21 15 0'],
    ['Swedish', '2023-12-31 21:15', ymd, '2023 12 31 21 15 0'],
    ['Finnish', '31.12.2023 klo 21.15.07', dmy, '2023 12 31 21 15 7'],
    ['Indonesian', '31/12/23 21.15.07', dmy, '2023 12 31 21 15 7'],
    ['Hungarian', '2023. 12. 31. 21:15', ymd, '2023 12 31 21 15 0'],
    ['Turkish', '31.12.2023 ÖS 9:15', dmy, '2023 12 31 21 15 0'],
    ['Korean', '2023. 12. 31. 오후 9:15', ymd, '2023 12 31 21 15 0'],
    ['Korean in words', '2023년 12월 31일 오전 9:15', ymd, '2023 12 31 9 15 0'],
    ['Japanese', '2023/12/31 午後9:15:07', ymd, '2023 12 31 21 15 7'],
    ['Chinese', '2023/12/31 下午9:15', ymd, '2023 12 31 21 15 0'],
    ['Chinese at night', '2023/12/31 凌晨12:15', ymd, '2023 12 31 0 15 0'],
    ['Arabic', '٣١\u200f/١٢\u200f/٢٠٢٣، ٩:١٥:٠٧\u00a0م', dmy, '2023 12 31 21 15 7'],
    ['Arabic with Western digits', '\u200f31\u200f/12\u200f/2023، 21:15:07', dmy, '2023 12 31 21 15 7'],
    ['Devanagari', '३१/१२/२३, ९:१५ अपराह्न', dmy, '2023 12 31 21 15 0'],
    ['Hindi', '31/12/23, 9:15 pm', dmy, '2023 12 31 21 15 0'],
    ['Vietnamese, the time first', '21:15:07, 31/12/2023', dmy, '2023 12 31 21 15 7'],
    ['a Buddhist year', '31/12/2566 BE, 21:15', dmy, '2023 12 31 21 15 0'],
  ])('%s: %s', (_, text, order, expected) => {
    expect(read(text, order)).toBe(expected);
  });

  test.each([
    '',
    '31/12/23',
    '21:15',
    '99/99/99, 99:99',
    '31/12/23, 21:75',
    '1/2/3/4, 5:06',
    'AD 31/12/2023',
    '٣١/١٢/١٤٤٥، ٩:١٥',
    '31/12/23, 9:15 hello',
    '[31.12.23',
  ])('but not %j', (text) => {
    expect(read(text, dmy)).toBeUndefined();
  });

  test('or nothing is, but nothing throws or takes long', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => void readHeader(text)));
    expect(readHeader(`[${'1'.repeat(100_000)}`)).toBeUndefined();
    expect(readHeader('1/'.repeat(100_000))).toBeUndefined();
  });
});

describe('a line begins a message', () => {
  test.each([
    ['12/31/23, 9:15 PM - Anna: hi', false, 'Anna: hi'],
    ['\u200e[31.12.23, 21:15:07] Anna: hi', true, 'Anna: hi'],
    ['\u200f٣١/١٢/٢٠٢٣، ٩:١٥ م - Anna: hi', false, 'Anna: hi'],
    ['7/1/16, 4:56:55 PM: Anna: hi', true, 'Anna: hi'],
    ['[31/12/23, 9:15:07\u202fPM] ~\u202fAnna: hi', true, '~\u202fAnna: hi'],
  ])('%j', (line, ios, rest) => {
    expect(readHeader(line)).toMatchObject({ ios, rest });
  });

  test.each(['hello', '1. first - second', '[1] a footnote', '12:30 - lunch', '2024 - a year'])(
    'but not %j',
    (line) => {
      expect(readHeader(line)).toBeUndefined();
    },
  );
});

function told(...dates: readonly string[]): { order: DateOrder; unclear: boolean } {
  const orders = new DateOrders();
  for (const date of dates) orders.add(readStamp(`${date}, 10:00`)!);
  return orders.result();
}

describe('the order of day and month is told', () => {
  test.each<[string, readonly string[], DateOrder, boolean]>([
    ['by a day above twelve', ['1/2/24', '13/2/24'], dmy, false],
    ['by one in the second place', ['1/2/24', '1/13/24'], mdy, false],
    ['because time does not go back', ['1/2/24', '2/2/24', '1/3/24'], dmy, false],
    ['because time does not go back either', ['1/2/24', '1/3/24', '2/1/24'], mdy, false],
    ['by four digits before', ['2024-01-02', '2024-02-01'], ymd, false],
    ['by dots', ['1.2.24'], dmy, false],
    ['when both are the same', ['3/3/24', '4/4/24'], dmy, false],
    ['or is not', ['1/2/24', '1/3/24'].slice(0, 1), dmy, true],
    ['or is not, with several days', ['1/2/24', '2/3/24'], dmy, true],
  ])('%s', (_, dates, order, unclear) => {
    expect(told(...dates)).toEqual({ order, unclear });
  });
});
