import { describe, expect, test } from 'vitest';
import type { Problem, VaultView, WaysView } from '../../../engine/contract.ts';
import { isLastWay, leastOperators, triesOf } from './standing.ts';

const now = 1_000_000;
const vault: VaultView = {
  guessesLeft: 7,
  guessLimit: 10,
  locked: false,
  failuresSinceOpening: 3,
  operators: ['an operator'],
  threshold: 1,
};
const wrong = (guessesLeft: number, waitUntil: number | null): Problem => ({
  code: 'wrong-password',
  details: { guessesLeft, waitUntil, unfinishedChange: false },
});

describe('the tries that are left', () => {
  test('are not known while nobody has told', () => {
    expect(triesOf(undefined, undefined, now)).toBeUndefined();
    expect(triesOf(undefined, { code: 'offline', details: { server: '' } }, now)).toBeUndefined();
  });

  test('are what the vault said, or the wrong password after it', () => {
    expect(triesOf(vault, undefined, now)).toEqual({ left: 7, limit: 10 });
    expect(triesOf(vault, wrong(6, null), now)).toEqual({ left: 6, limit: 10 });
    expect(triesOf({ ...vault, guessesLeft: 5 }, wrong(6, null), now)?.left).toBe(5);
    expect(triesOf(undefined, wrong(2, null), now)).toEqual({ left: 2, limit: 10 });
  });

  test('wait as long as either says, and no longer', () => {
    expect(triesOf({ ...vault, waitUntil: now + 5 }, wrong(6, now + 9), now)?.waitUntil).toBe(now + 9);
    const early: Problem = { code: 'must-wait', details: { until: now + 3, guessesLeft: 6 } };
    expect(triesOf(vault, early, now)?.waitUntil).toBe(now + 3);
    expect(triesOf(vault, early, now + 3)?.waitUntil).toBeUndefined();
  });

  test('are none when it is locked', () => {
    expect(triesOf({ ...vault, locked: true }, undefined, now)?.left).toBe(0);
    expect(triesOf(vault, { code: 'locked', details: {} }, now)?.left).toBe(0);
  });
});

const passkey = (id: string): WaysView['passkeys'][number] => ({ id, name: id, addedAt: 0 });

describe('the last way to open a backup', () => {
  const none: WaysView = { password: false, key64: 'not-chosen', passkeys: [] };

  test('is the one beside which there is no other', () => {
    expect(isLastWay({ ...none, password: true }, vault, 'password')).toBe(true);
    expect(isLastWay({ ...none, password: true, key64: 'kept' }, vault, 'password')).toBe(false);
    expect(isLastWay({ ...none, key64: 'kept' }, vault, 'key64')).toBe(true);
    expect(isLastWay({ ...none, passkeys: [passkey('a')] }, vault, { passkey: 'a' })).toBe(true);
    expect(isLastWay({ ...none, passkeys: [passkey('a'), passkey('b')] }, vault, { passkey: 'a' })).toBe(
      false,
    );
  });

  test('is not saved by a key that nobody kept, nor by a locked password', () => {
    expect(isLastWay({ ...none, password: true, key64: 'unconfirmed' }, vault, 'password')).toBe(true);
    expect(isLastWay({ ...none, password: true, key64: 'kept' }, { ...vault, locked: true }, 'key64')).toBe(
      true,
    );
  });
});

describe('the operators who could try passwords together', () => {
  test.each([
    [1, ['a'], ['a']],
    [2, ['a', 'b', 'c'], ['a', 'b']],
    [2, ['a', 'b', 'b'], ['b']],
    [3, ['a', 'a', 'b', 'c', 'c'], ['a', 'c']],
  ])('%i of %j: %j', (threshold, operators, needed) => {
    expect(leastOperators(threshold, operators)).toEqual(needed);
  });
});
