import { assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countdown } from './countdown.ts';
import { partOf } from './part-of.ts';
import { standingAfter, standingOf } from './standing.ts';

const vault = {
  guessesLeft: 8,
  guessLimit: 10,
  locked: false,
  failuresSinceOpening: 2,
  operators: ['One'],
  threshold: 1,
};

describe('how the password stands', () => {
  const before = standingOf(vault);

  test('is as the vault said', () => {
    expect(before).toEqual({ left: 8, limit: 10, locked: false });
    expect(standingOf({ ...vault, waitUntil: 5 })).toEqual({
      left: 8,
      limit: 10,
      locked: false,
      waitUntil: 5,
    });
  });

  test('changes with each wrong password, and forgets the wait before', () => {
    const details = { guessesLeft: 5, waitUntil: 1_000 };
    const waiting = standingAfter(before, { code: 'wrong-password', details });
    expect(waiting).toEqual({ left: 5, limit: 10, locked: false, waitUntil: 1_000 });
    const next = { guessesLeft: 4, waitUntil: null };
    expect(standingAfter(waiting, { code: 'wrong-password', details: next })).toEqual({ ...before, left: 4 });
  });

  test('is locked after the last try, and when the vault says so', () => {
    const details = { guessesLeft: 0, waitUntil: null };
    expect(standingAfter(before, { code: 'wrong-password', details })).toMatchObject({
      left: 0,
      locked: true,
    });
    expect(standingAfter(before, { code: 'locked', details: {} })).toMatchObject({ left: 0, locked: true });
    expect(standingAfter(undefined, { code: 'locked', details: {} })).toMatchObject({ locked: true });
  });

  test('is learned from a try where the vault could not be asked before', () => {
    const early = { code: 'must-wait', details: { until: 9, guessesLeft: 3 } } as const;
    expect(standingAfter(undefined, early)).toEqual({ left: 3, limit: 10, locked: false, waitUntil: 9 });
  });

  test('is not changed by what says nothing about it', () => {
    expect(standingAfter(before, { code: 'offline', details: {} })).toBe(before);
    expect(standingAfter(undefined, { code: 'offline', details: {} })).toBeUndefined();
  });
});

test.each([
  [0, '0:00'],
  [1, '0:01'],
  [59_001, '1:00'],
  [1_771_000, '29:31'],
  [3_849_000, '1:04:09'],
  [-5, '0:00'],
])('%i milliseconds run down as %s', (milliseconds, text) => {
  expect(countdown(milliseconds)).toBe(text);
});

test('a part is never more than all, nor less than nothing', () => {
  const any = integer({ min: 0, max: 1e9 });
  assert(
    property(any, any, any, any, (bytesDone, bytesTotal, filesDone, filesTotal) => {
      const part = partOf({ bytesDone, bytesTotal, filesDone, filesTotal });
      return part >= 0 && part <= 1;
    }),
  );
  expect(partOf({ bytesDone: 0, bytesTotal: 0, filesDone: 1, filesTotal: 4 })).toBe(0.25);
});
