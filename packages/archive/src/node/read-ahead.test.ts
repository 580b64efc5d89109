import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparePaths } from '../paths.ts';
import { ReadAhead, type Row } from './read-ahead.ts';

/** A table, and how often it was read. */
function tableOf(rows: readonly Row[]): { ahead: ReadAhead; reads: () => number } {
  const sorted = rows.toSorted(([a], [b]) => comparePaths(a, b));
  let reads = 0;
  const ahead = new ReadAhead((from, most) => {
    reads++;
    return sorted.filter(([path]) => comparePaths(path, from) >= 0).slice(0, most);
  });
  return { ahead, reads: () => reads };
}

test('has every value and no other, whatever the order they are asked for in', () => {
  const path = fc.nat(400).map((number) => String(number).padStart(3, '0'));
  const rows = fc.dictionary(path, fc.string(), { minKeys: 100, maxKeys: 300, noNullPrototype: true });
  fc.assert(
    fc.property(rows, fc.array(path, { maxLength: 100 }), fc.boolean(), (table, asked, isOrdered) => {
      const { ahead } = tableOf(Object.entries(table));
      for (const one of isOrdered ? asked.toSorted(comparePaths) : asked)
        expect(ahead.get(one)).toBe(table[one]);
    }),
  );
});

test('reads many rows at once for who asks in order', () => {
  const rows = Array.from({ length: 1000 }, (_, i): Row => [`a/${String(i).padStart(4, '0')}`, `${i}`]);
  const { ahead, reads } = tableOf(rows);
  for (const [path, value] of rows)
    expect([ahead.get(path), ahead.get(`${path}-`)]).toEqual([value, undefined]);
  expect(reads()).toBeLessThan(40);
});

test('forgets what was read when it may have changed', () => {
  let value = 'old';
  const ahead = new ReadAhead((from) => [[from, value]]);
  expect(ahead.get('a')).toBe('old');
  value = 'new';
  ahead.clear();
  expect(ahead.get('a')).toBe('new');
});
