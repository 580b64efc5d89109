import { assert, nat, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digitsOf, findKey, groupFault, isWhole, linesOf, noGroups, pasted } from './key-text.ts';

const digits = '3f2a91c07be40d58a6f122c98e075b3dc418f96e1a2b70d5e3c849afb0166d72';
const groups = digits.match(/.{4}/g)!;

describe('a group', () => {
  test.each([
    ['7f2a', undefined],
    [' 7F-2a ', undefined],
    ['', 'empty'],
    [' ', 'empty'],
    ['7f2', 'short'],
    ['7f2aa', 'long'],
    ['7g2a', 'character'],
    ['7f2ä', 'character'],
    ['7O2a', 'letter-o'],
    ['7l2a', 'letter-l'],
    ['7I2a', 'letter-l'],
  ])('%j: %s', (typed, fault) => {
    expect(groupFault(typed)).toBe(fault);
  });
});

describe('pasting', () => {
  test.each([digits, digits.toUpperCase(), groups.join('-'), linesOf(groups), `  ${groups.join('\t')}\n`])(
    'a whole key into any group fills all of them',
    (text) => {
      for (const at of [0, 7, 15]) expect(pasted(noGroups, at, text)).toEqual(groups);
    },
  );

  test('a part goes on from there, and what is before stays', () => {
    expect(pasted(groups, 14, 'aaaa bb')).toEqual([...groups.slice(0, 14), 'aaaa', 'bb']);
  });

  test('any text leaves 16 groups', () => {
    assert(
      property(string({ maxLength: 300 }), nat({ max: 15 }), (text, at) => {
        expect(pasted(noGroups, at, text)).toHaveLength(16);
      }),
    );
  });
});

describe('finding a key', () => {
  test('in a kept file, in a QR code, between other words', () => {
    expect(findKey(digits.toUpperCase())).toEqual(groups);
    expect(findKey(`Your key (keep it), 22 Nov 2026:\n\n${linesOf(groups)}\n\nfor +49 151 23456789`)).toEqual(
      groups,
    );
  });

  test('and not with the year before it', () => {
    expect(findKey(`Kept on 22 Nov 2026\n\n${linesOf(groups)}`)).toEqual(groups);
    expect(findKey(`22.11.2026\r\n\r\n${linesOf(groups)}\r\n\r\n2026`)).toEqual(groups);
  });

  test('not in a longer number, not where there are two, not in nothing', () => {
    expect(findKey(`${digits}ff`)).toBeUndefined();
    expect(findKey(`${digits}\nor\n${digits}`)).toBeUndefined();
    expect(findKey('')).toBeUndefined();
    expect(findKey('x'.repeat(1_000_000))).toBeUndefined();
  });
});

test('64 digits are whole, 63 are not, and the engine gets them in small letters', () => {
  expect(isWhole(groups.map((group) => group.toUpperCase()))).toBe(true);
  expect(isWhole([...groups.slice(0, 15), '6d7'])).toBe(false);
  expect(isWhole(groups.slice(0, 15))).toBe(false);
  expect(digitsOf(groups.map((group) => group.toUpperCase()))).toBe(groups.join(' '));
});
