import { isStrongroomError, randomBytes, Secret, toHex } from '@strongroom/core';
import {
  array,
  assert as check,
  constantFrom,
  integer,
  property,
  stringMatching,
  uint8Array,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatKey, groupNames, keyGroups, parseKey, type BackupKey } from './backup-key.ts';

const bytes = Uint8Array.from({ length: 32 }, (_, i) => (i * 73 + 9) % 256);
const key: BackupKey = new Secret(bytes);
const groups = keyGroups(key);

const problem = (text: string): unknown => {
  try {
    parseKey(text);
    return 'accepted';
  } catch (error) {
    return isStrongroomError(error, 'malformed-key') ? error.details : error;
  }
};

/** The groups with one of them changed, as people type them. */
const withGroup = (name: string, change: (group: string) => string): string =>
  groups.map((group, i) => (groupNames[i] === name ? change(group) : group)).join(' ');

describe('a 64-digit key', () => {
  test('is shown as 16 groups of 4, in four rows', () => {
    expect(groups).toHaveLength(16);
    expect(groups.join('')).toBe(toHex(bytes));
    expect(
      formatKey(key)
        .split('\n')
        .map((row) => row.split(' ').length),
    ).toEqual([4, 4, 4, 4]);
    expect(formatKey(key)).toMatch(/^([0-9a-f]{4}[ \n]?){16}$/);
  });

  test('has groups that people can name to each other', () => {
    expect(groupNames).toEqual('A1 A2 A3 A4 B1 B2 B3 B4 C1 C2 C3 C4 D1 D2 D3 D4'.split(' '));
  });

  test.each([
    ['as it was shown', formatKey(key)],
    ['in one piece', toHex(bytes)],
    ['in capitals', formatKey(key).toUpperCase()],
    ['with dashes', groups.join('-')],
    ['with the long dashes that a phone makes of them', groups.join(' \u2013 ')],
    ['one group a line', groups.join('\r\n')],
    ['with space around it', `\n\t  ${formatKey(key)}  \n`],
    ['with spaces of other kinds', groups.join('\u00A0')],
    ['in groups of eight', toHex(bytes).replaceAll(/(.{8})/g, '$1 ')],
  ])('is read when typed %s', (_, text) => {
    expect(parseKey(text).reveal()).toEqual(bytes);
  });

  test('is read however it is spaced and capitalised', () => {
    const spaces = array(constantFrom('', ' ', '  ', '\n', '-', ' - ', '\t'), {
      minLength: 64,
      maxLength: 64,
    });
    const capitals = array(integer({ min: 0, max: 1 }), { minLength: 64, maxLength: 64 });
    const anyKey = uint8Array({ minLength: 32, maxLength: 32 });
    check(
      property(anyKey, spaces, capitals, (any, spaces, capitals) => {
        const digits = Array.from(formatKey(new Secret(new Uint8Array(any))).replaceAll(/\s/g, ''));
        const typed = digits.map(
          (digit, i) => `${capitals[i] === 1 ? digit.toUpperCase() : digit}${spaces[i]!}`,
        );
        // Sixteen parts are taken for the groups that they look like.
        const parts = typed
          .join('')
          .trim()
          .split(/[\s-]+/);
        if (parts.filter((part) => part !== '').length === 16 && parts.some((part) => part.length !== 4))
          return;
        expect(parseKey(typed.join('')).reveal()).toEqual(new Uint8Array(any));
      }),
    );
  });

  test('comes back from what was shown', () => {
    check(
      property(uint8Array({ minLength: 32, maxLength: 32 }), (any) => {
        const shown = formatKey(new Secret(new Uint8Array(any)));
        expect(parseKey(shown).reveal()).toEqual(new Uint8Array(any));
      }),
    );
  });
});

describe('a mistyped key names the group that cannot be right', () => {
  test.each(groupNames)('a character that is no digit, in %s', (name) => {
    const why = 'has a character that is not 0-9 or a-f';
    for (const stray of ['g', 'ä', '😀', '.']) {
      expect(problem(withGroup(name, (group) => `${stray}${group.slice(1)}`))).toEqual({ group: name, why });
    }
  });

  test.each([
    ['O', 'has the letter O where a zero (0) may be meant'],
    ['l', 'has a small L where a one (1) may be meant'],
  ])('a letter that looks like a digit: %s', (letter, why) => {
    expect(problem(withGroup('C2', (group) => `${letter}${group.slice(1)}`))).toEqual({ group: 'C2', why });
  });

  test.each(groupNames)('a digit too few, in %s', (name) => {
    expect(problem(withGroup(name, (group) => group.slice(1)))).toEqual({ group: name, why: 'is too short' });
  });

  test.each(groupNames)('a digit too many, in %s', (name) => {
    expect(problem(withGroup(name, (group) => `${group}0`))).toEqual({ group: name, why: 'is too long' });
  });

  test('and the first of several', () => {
    const twice = withGroup('B2', () => 'zzzz').replace(groups[9]!, 'zzzz');
    expect(problem(twice)).toMatchObject({ group: 'B2' });
  });

  test.each([
    ['half of it', groups.slice(0, 8).join(' ')],
    ['one group too few', groups.slice(0, 15).join(' ')],
    ['one group too many', [...groups, '0000'].join(' ')],
    ['twice as much', `${formatKey(key)}\n${formatKey(key)}`],
    ['a digit too few, in one piece', toHex(bytes).slice(1)],
    ['a digit too many, in one piece', `${toHex(bytes)}0`],
  ])('or says how many digits there are: %s', (_, text) => {
    const digits = text.replaceAll(/[\s-]/g, '').length;
    expect(problem(text)).toEqual({ group: null, why: `it has ${digits} digits, not 64` });
  });

  test.each(['', ' ', ' \n - '])('or that there is none', (text) => {
    expect(problem(text)).toEqual({ group: null, why: 'it is empty' });
  });

  test('and never repeats what was typed', () => {
    const typed = `${toHex(randomBytes(32)).slice(1)}x`;
    expect(JSON.stringify(problem(typed))).not.toContain(typed.slice(0, 8));
    expect(() => parseKey(typed)).toThrow(/^That is not a 64-digit key: group D4 has a character/);
  });

  test('whatever the text, the answer is a key or that it is none', () => {
    check(
      property(stringMatching(/^[0-9a-fA-F \n\u00e4g-]{0,200}$/u), (text) => {
        expect(problem(text) === 'accepted' || Object.hasOwn(problem(text) as object, 'group')).toBe(true);
      }),
    );
  });
});
