import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatOf } from './format.ts';

const noon = new Date(2026, 4, 15, 12, 0).getTime();
const english = formatOf('en', () => noon);
const german = formatOf('de', () => noon);
const hour = 3_600_000;

// Which spaces a language uses is not what is asked here.
function plain(text: string): string {
  return text.replaceAll(/\s/gu, ' ');
}

describe('a time', () => {
  test.each([
    [new Date(2026, 4, 15, 7, 12), 'today, 07:12 AM', 'heute, 07:12'],
    [new Date(2026, 4, 15, 0, 0), 'today, 12:00 AM', 'heute, 00:00'],
    [new Date(2026, 4, 14, 23, 59), 'yesterday, 11:59 PM', 'gestern, 23:59'],
    [new Date(2026, 4, 11, 7, 12), 'Monday, 07:12 AM', 'Montag, 07:12'],
    [new Date(2026, 4, 8, 7, 12), 'May 8, 07:12 AM', '8. Mai, 07:12'],
    [new Date(2021, 4, 8, 7, 12), 'May 8, 2021, 07:12 AM', '8. Mai 2021, 07:12'],
    [new Date(2026, 4, 16, 7, 12), 'May 16, 07:12 AM', '16. Mai, 07:12'],
  ])('%s is said as people say it', (at, en, de) => {
    expect(plain(english.moment(at.getTime()))).toBe(en);
    expect(plain(german.moment(at.getTime()))).toBe(de);
  });

  test.each([
    [0, 'now', 'jetzt'],
    [-hour, 'now', 'jetzt'],
    [1, 'in 1 second', 'in 1 Sekunde'],
    [hour / 2, 'in 30 minutes', 'in 30 Minuten'],
    [hour / 2 + 1, 'in 31 minutes', 'in 31 Minuten'],
    [24 * hour, 'in 24 hours', 'in 24 Stunden'],
    [24 * 6 * hour, 'in 6 days', 'in 6 Tagen'],
  ])('%d milliseconds ahead is never said to be sooner', (ahead, en, de) => {
    expect(english.until(noon + ahead)).toBe(en);
    expect(german.until(noon + ahead)).toBe(de);
  });
});

describe('a size', () => {
  test.each([
    [0, '0 MB'],
    [1, '0.1 MB'],
    [4_240_000, '4.2 MB'],
    [312_400_000, '312 MB'],
    [999_499_999, '999 MB'],
    [999_500_000, '1 GB'],
    [2_345_000_000, '2.3 GB'],
  ])('of %d bytes is %s', (bytes, text) => {
    expect(plain(english.size(bytes))).toBe(text);
  });

  test('is never empty for bytes that are there', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 52 }), (bytes) => {
        expect(english.size(bytes)).not.toMatch(/^0\s/);
      }),
    );
  });
});

test('a count chooses the form that its language has for it', () => {
  const forms = { one: '# message', other: '# messages' };
  expect([0, 1, 2, 50_000].map((count) => english.plural(count, forms))).toEqual([
    '0 messages',
    '1 message',
    '2 messages',
    '50,000 messages',
  ]);
  expect(german.plural(50_000, { one: '# Nachricht', other: '# Nachrichten' })).toBe('50.000 Nachrichten');
});
