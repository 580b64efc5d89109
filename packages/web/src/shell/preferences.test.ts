import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePreferences, prefer, preferences } from './preferences.ts';

const defaults = { theme: 'system', language: 'system', welcomed: false, used: false };

test.each(['', 'null', '7', '[]', '{', '"dark"', '{"theme":"pink","language":"constructor","welcomed":1}'])(
  'what is kept as %s is as by default',
  (text) => {
    expect(parsePreferences(text)).toEqual(defaults);
  },
);

test('any text is read as something', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(Object.keys(parsePreferences(text))).toEqual(Object.keys(defaults));
    }),
  );
});

test('a choice is told at once, even where nothing can be kept', () => {
  const told: string[] = [];
  const end = preferences.subscribe(() => told.push(preferences.get().theme));
  prefer({ theme: 'dark' });
  end();
  prefer({ theme: 'light' });
  expect(told).toEqual(['dark']);
  expect(preferences.get()).toEqual({ ...defaults, theme: 'light' });
});
