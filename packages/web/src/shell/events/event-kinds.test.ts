import { anything, assert, dictionary, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventView } from '../../engine/contract.ts';
import { en } from '../../words/en.ts';
import { doerOf, eventsToShow, inARowOf, kindOf, weightOf } from './event-kinds.ts';

const another = { by: { id: 'ab', name: 'Anna’s phone', isThis: false }, wrongInARow: 3 };
const here = { by: { id: 'cd', name: 'Firefox', isThis: true } };

function event(id: string, at: number, kind: string, details: EventView['details']): EventView {
  return { id, at, kind, details, seen: false };
}

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
    assert(
      property(string(), dictionary(string(), anything()), (kind, details) => {
        const doer = doerOf({ details });
        expect(doer === undefined || typeof doer.name === 'string').toBe(true);
        expect(typeof inARowOf({ details })).toBe('number');
        expect(['grave', 'notable', 'slight']).toContain(weightOf({ kind, details }));
      }),
    );
  });

  test('stays in sight until it was seen, unless it was before this device came', () => {
    const events = [
      event('5', 50, 'locked', another),
      { ...event('4', 40, 'wrong-password', another), seen: true },
      event('3', 30, 'wrong-password', another),
      event('2', 20, 'device-signed-in', here),
      event('1', 10, 'backup-opened', another),
    ];
    expect(eventsToShow(events).map(({ id }) => id)).toEqual(['5', '3']);
    expect(eventsToShow(events.slice(4)).map(({ id }) => id)).toEqual(['1']);
  });
});
