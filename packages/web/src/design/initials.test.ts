import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hueOf, initialsOf } from './initials.ts';

test.each([
  ['Anna Beck', 'AB'],
  ['anna maria beck', 'AB'],
  ['Ömer', 'Ö'],
  ['Çağla Öz', 'ÇÖ'],
  ['+49 170 1234567', ''],
  ['🌻 Garden', 'G'],
  ['', ''],
  ['李 明', '李明'],
])('the initials of "%s" are "%s"', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});

test('any name has at most two letters and one of eight colours, always the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
      expect(initialsOf(name)).toMatch(/^(\p{L}\p{M}*|SS|[\p{L}\p{M}]){0,6}$/u);
      expect([0, 1, 2, 3, 4, 5, 6, 7]).toContain(hueOf(name));
      expect(hueOf(name)).toBe(hueOf(name));
    }),
  );
});
