import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dateOf, isSameDay, positionAt, startOfDay } from './position-at.ts';

test('the first message of a time or later is found, with few readings', async () => {
  const times = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 500 });
  await fc.assert(
    fc.asyncProperty(times, fc.integer({ min: -10, max: 1010 }), async (unsorted, at) => {
      const sorted = unsorted.toSorted((a, b) => a - b);
      let readings = 0;
      const timeOf = async (position: number): Promise<number> => {
        readings++;
        return sorted[position]!;
      };
      const first = sorted.findIndex((time) => time >= at);
      expect(await positionAt(sorted.length, timeOf, at)).toBe(first === -1 ? sorted.length - 1 : first);
      expect(readings).toBeLessThanOrEqual(10);
    }),
  );
});

test('a day is the same written and read', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(1971, 0), max: new Date(2100, 0), noInvalidDate: true }), (date) => {
      const start = startOfDay(dateOf(date.getTime()))!;
      expect(isSameDay(start, date.getTime())).toBe(true);
      expect(start).toBeLessThanOrEqual(date.getTime());
    }),
  );
});

test.each(['', 'x', '2026', '2026-05', 'a-b-c'])('%j is no day', (text) => {
  expect(startOfDay(text)).toBeUndefined();
});
