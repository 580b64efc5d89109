import { Secret, toHex } from '@strongroom/core';
import { array, assert as check, constantFrom, integer, property, string, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupNames, keyGroups, parseKey } from './backup-key.ts';
import { keyProblems, spreadKey } from './key-form.ts';

const anyKey = uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => new Secret(new Uint8Array(bytes)));
const groups = keyGroups(new Secret(Uint8Array.from({ length: 32 }, (_, i) => (i * 73 + 9) % 256)));
const fine: (string | null)[] = groups.map(() => null);

/** The problems of the groups with one of them changed. */
const problemsWith = (index: number, change: (group: string) => string): (string | null)[] =>
  keyProblems(groups.map((group, i) => (i === index ? change(group) : group)));
const only = (index: number, problem: string): (string | null)[] => fine.with(index, problem);

describe('a form of 16 fields for a 64-digit key', () => {
  test('finds nothing wrong with what was shown, however it is spaced and capitalised', () => {
    const around = constantFrom('', ' ', '-', ' – ', '\n');
    check(
      property(anyKey, array(around, { minLength: 16, maxLength: 16 }), (key, spaces) => {
        const typed = keyGroups(key).map(
          (group, i) => `${spaces[i]}${group.slice(0, 2)}${spaces[15 - i]}${group.slice(2).toUpperCase()}`,
        );
        expect(keyProblems(typed)).toEqual(fine);
      }),
    );
  });

  test.each([
    ['nothing', '', 'is empty'],
    ['spaces alone', ' \u00a0-', 'is empty'],
    ['too few digits', '12', 'is too short'],
    ['too many', '12345', 'is too long'],
    ['a stray character', '12g4', 'has a character that is not 0-9 or a-f'],
    ['a stray character, and too short', 'x', 'has a character that is not 0-9 or a-f'],
    ['the letter O', '1O34', 'has the letter O where a zero (0) may be meant'],
    ['the letter o', '1o34', 'has the letter o where a zero (0) may be meant'],
    ['the letter I', 'I234', 'has a capital i where a one (1) may be meant'],
    ['the letter l', 'l234', 'has a small L where a one (1) may be meant'],
    ['half an emoji', '12\ud83d4', 'has a character that is not 0-9 or a-f'],
    ['a novel', 'a'.repeat(1001), 'is too long'],
  ])('says of the field what is wrong with %s', (_, typed, problem) => {
    for (const index of [0, 6, 15]) expect(problemsWith(index, () => typed)).toEqual(only(index, problem));
  });

  test('counts fields that are missing as empty, and refuses more than 16', () => {
    expect(keyProblems([])).toEqual(groups.map(() => 'is empty'));
    expect(keyProblems(groups.slice(0, 15))).toEqual(only(15, 'is empty'));
    expect(() => keyProblems([...groups, '0000'])).toThrowError(/16 groups/);
  });

  test('finds nothing wrong exactly when the groups together are a key', () => {
    const field = constantFrom(
      '0123',
      'ABCD',
      ' 12 34 ',
      'O123',
      '123',
      '12345',
      '',
      'ffff',
      'g000',
      '00-00',
    );
    check(
      property(array(field, { minLength: 16, maxLength: 16 }), (fields) => {
        const isFine = keyProblems(fields).every((problem) => problem === null);
        const joined = fields.map((text) => text.replaceAll(/[\s-]/g, ''));
        const parses = joined.every((text) => text.length === 4) && !throws(() => parseKey(joined.join(' ')));
        expect(isFine).toBe(parses);
      }),
    );
  });

  test('never repeats what was typed', () => {
    check(
      property(string({ minLength: 6, maxLength: 40 }), (typed) => {
        for (const problem of keyProblems([`${typed}!`])) expect(problem).not.toContain(`${typed}!`);
      }),
    );
  });
});

describe('a whole key pasted into one field', () => {
  test('is spread over the fields, however it was copied', () => {
    const separators = constantFrom('', ' ', '\n', '-', '\t', ' — ');
    check(
      property(anyKey, separators, integer({ min: 0, max: 1 }), (key, separator, upper) => {
        const pasted = ` ${keyGroups(key).join(separator)}\n`;
        const spread = spreadKey(upper === 1 ? pasted.toUpperCase() : pasted)!;
        expect(keyProblems(spread)).toEqual(fine);
        expect(toHex(parseKey(spread.join(' ')).reveal())).toBe(toHex(key.reveal()));
      }),
    );
  });

  test('keeps its mistakes, so that the fields can show them', () => {
    const mistyped = groups.with(9, 'O234').with(2, '12');
    expect(keyProblems(spreadKey(mistyped.join(' '))!)).toEqual(
      fine.with(2, 'is too short').with(9, 'has the letter O where a zero (0) may be meant'),
    );
    const inOnePiece = groups.with(9, '😀234').join('');
    expect(keyProblems(spreadKey(inOnePiece)!)).toEqual(only(9, 'has a character that is not 0-9 or a-f'));
  });

  test.each(['', '12 34', groups.slice(1).join(''), `${groups.join('')}0`, '0'.repeat(100_000)])(
    'is none of: %.20s',
    (text) => {
      expect(spreadKey(text)).toBeNull();
    },
  );

  test('has groups with the names that people use', () => {
    expect(spreadKey(groups.join(' '))).toHaveLength(groupNames.length);
  });
});

function throws(act: () => unknown): boolean {
  try {
    act();
    return false;
  } catch {
    return true;
  }
}
