import { i2osp, randomBytes, Secret } from '@strongroom/core';
import { assert as check, constantFrom, property, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupNames, keyGroups, type BackupKey } from './backup-key.ts';
import { checkGroups, groupsToAsk, isKept } from './keep-key.ts';

const key: BackupKey = new Secret(randomBytes(32));
const groupOf = (name: string): string => keyGroups(key)[groupNames.indexOf(name)]!;

describe('the groups to type back', () => {
  test('are two different ones, every two as likely as any others', () => {
    const drawn = Array.from({ length: 240 }, (_, number) => groupsToAsk(() => i2osp(number, 6)).join());
    expect(new Set(drawn).size).toBe(240);
    for (const pair of drawn) {
      const [a, b] = pair.split(',') as [string, string];
      expect(a).not.toBe(b);
      expect(groupNames).toEqual(expect.arrayContaining([a, b]));
    }
  });

  test('are others each time', () => {
    const drawn = Array.from({ length: 50 }, () => groupsToAsk().join());
    expect(new Set(drawn).size).toBeGreaterThan(1);
  });
});

describe('checking them', () => {
  test('forgives spaces, dashes and capitals', () => {
    const typed = { A3: ` ${groupOf('A3').toUpperCase()} `, D1: groupOf('D1').split('').join('-') };
    expect(checkGroups(key, typed)).toEqual({ A3: null, D1: null });
  });

  test('says by group what is wrong', () => {
    const other = groupOf('B2') === '0000' ? '0001' : '0000';
    const typed = { A1: groupOf('A1'), A2: '', A3: '12', B1: '1O34', B2: other, E9: '0000' };
    expect(checkGroups(key, typed)).toEqual({
      A1: null,
      A2: 'is empty',
      A3: 'is too short',
      B1: 'has the letter O where a zero (0) may be meant',
      B2: 'is not what was shown',
      E9: 'is not a group of the key',
    });
  });

  test('takes a group for another one only when their digits are the same', () => {
    const names = constantFrom(...groupNames);
    check(
      property(uint8Array({ minLength: 32, maxLength: 32 }), names, names, (bytes, asked, typed) => {
        const any = new Secret(new Uint8Array(bytes));
        const digits = keyGroups(any);
        const [right, given] = [asked, typed].map((name) => digits[groupNames.indexOf(name)]!);
        expect(checkGroups(any, { [asked]: given! })[asked] === null).toBe(right === given);
      }),
    );
  });

  test('counts as kept with two right groups and no wrong one', () => {
    expect(isKept({})).toBe(false);
    expect(isKept({ A1: null })).toBe(false);
    expect(isKept({ A1: null, B1: null })).toBe(true);
    expect(isKept({ A1: null, B1: null, C1: 'is empty' })).toBe(false);
  });
});
