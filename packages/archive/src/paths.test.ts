import { utf8 } from '@strongroom/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparePaths, isSafePath } from './paths.ts';

describe('the order of paths', () => {
  test('is that of their bytes', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 6 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(comparePaths(a, b))).toBe(Math.sign(Buffer.compare(utf8(a), utf8(b))));
      }),
    );
    expect(comparePaths('\u{1F600}', '\uFFFD')).toBeGreaterThan(0);
    expect(comparePaths('a-b', 'a/b')).toBeLessThan(0);
  });
});

describe('a path', () => {
  test.each([
    'a',
    'a/b',
    '.hidden',
    '..a',
    'a..',
    'a/...',
    'Ünïcödé/日本語/😀',
    'a\\b',
    'C:',
    'x'.repeat(32 * 1024),
  ])('may be %j', (path) => expect(isSafePath(path)).toBe(true));

  test.each([
    '',
    '/',
    '/etc/passwd',
    'a/',
    'a//b',
    '.',
    '..',
    './a',
    '../a',
    'a/..',
    'a/../b',
    'a/./b',
    'a\0b',
    '\ud800',
    'x'.repeat(32 * 1024 + 1),
    'ä'.repeat(17 * 1024),
  ])('may not be %j', (path) => expect(isSafePath(path)).toBe(false));

  test('is made of segments that are names', () => {
    const pieces = fc.constantFrom('a', '.', '..', '/', '\n', 'é', ' ');
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 8 }), (parts) => {
        const path = parts.join('');
        const isSafe = path.split('/').every((segment) => !['', '.', '..'].includes(segment));
        expect(isSafePath(path)).toBe(isSafe);
      }),
      { numRuns: 2000 },
    );
  });
});
