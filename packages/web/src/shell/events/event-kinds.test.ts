import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { en } from '../../words/en.ts';
import { doerOf, inARowOf, kindOf, weightOf } from './event-kinds.ts';

const another = { by: { id: 'ab', name: 'Anna’s phone', isThis: false }, wrongInARow: 3 };
const here = { by: { id: 'cd', name: 'Firefox', isThis: true } };

describe('an event', () => {
  test.each(Object.keys(en.events.kinds))('%s has a name and a meaning', (kind) => {
    expect(kindOf({ kind })).toBe(kind);
    expect(Object.keys(en.events.meaning)).toContain(kind);
  });

  test.each(['', 'constructor', '__proto__', 'toString', 'something-new'])('%j is unknown', (kind) => {
    expect(kindOf({ kind })).toBe('unknown');
    expect(weightOf({ kind, details: {} })).toBe('slight');
  });

  test('that another device did stays in sight; the same done here does not', () => {
    expect(weightOf({ kind: 'wrong-password', details: another })).toBe('notable');
    expect(weightOf({ kind: 'wrong-password', details: here })).toBe('slight');
    expect(weightOf({ kind: 'replacement-asked', details: {} })).toBe('grave');
  });

  test('that locked the password is grave, whoever did it', () => {
    expect(weightOf({ kind: 'locked', details: here })).toBe('grave');
  });

  test('names who did it, and how often in a row', () => {
    expect(doerOf({ details: another })).toEqual({ name: 'Anna’s phone', isThis: false });
    expect(inARowOf({ details: another })).toBe(3);
  });

  test('may hold anything at all, and is read as something', () => {
    fc.assert(
      fc.property(fc.string(), fc.dictionary(fc.string(), fc.anything()), (kind, details) => {
        const doer = doerOf({ details });
        expect(doer === undefined || typeof doer.name === 'string').toBe(true);
        expect(typeof inARowOf({ details })).toBe('number');
        expect(['grave', 'notable', 'slight']).toContain(weightOf({ kind, details }));
      }),
    );
  });
});
