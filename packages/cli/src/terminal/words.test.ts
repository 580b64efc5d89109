import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countText, momentText } from './words.ts';

describe('a count', () => {
  test('has one thing, or several', () => {
    expect([0, 1, 2].map((count) => countText(count, 'file'))).toEqual(['0 files', '1 file', '2 files']);
  });

  test('is written as the platform writes it in English', () => {
    fc.assert(
      fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (count) => {
        expect(countText(count, 'file')).toBe(`${count.toLocaleString('en')} file${count === 1 ? '' : 's'}`);
      }),
    );
  });
});

describe('a moment', () => {
  const noon = new Date(2024, 2, 3, 12, 0).getTime();

  test('of today and yesterday is told by its time', () => {
    expect(momentText(new Date(2024, 2, 3, 7, 5).getTime(), noon)).toBe('today, 07:05');
    expect(momentText(new Date(2024, 2, 2, 23, 59).getTime(), noon)).toBe('yesterday, 23:59');
  });

  test('of another day is written as the platform writes it in English', () => {
    const early = { min: new Date(1000, 0, 1), max: new Date(2024, 2, 1), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(early), (date) => {
        const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
        const clock = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
        expect(momentText(date.getTime(), noon)).toBe(`${day}, ${clock}`);
      }),
    );
  });
});
