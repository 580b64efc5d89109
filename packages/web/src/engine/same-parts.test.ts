import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { withSameParts } from './same-parts.ts';

test('parts that are equal are the same, and what changed is new', () => {
  const before = { online: true, backup: { on: true, ways: ['password'] }, events: [{ id: '1' }] };
  const next = {
    online: false,
    backup: { on: true, ways: ['password'] },
    events: [{ id: '1' }, { id: '2' }],
  };
  const shown = withSameParts(before, next);
  expect(shown).toEqual(next);
  expect(shown.backup).toBe(before.backup);
  expect(shown.events).toBe(next.events);
});

test('what is gone is gone', () => {
  const before: { task?: object; online: boolean } = { task: { kind: 'backup' }, online: true };
  expect(withSameParts(before, { online: true })).toEqual({ online: true });
});

test('whatever they hold, it is the newer one', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.dictionary(fc.string(), fc.jsonValue()),
      (a, b) => {
        expect(JSON.stringify(withSameParts(a, b))).toBe(JSON.stringify(b));
      },
    ),
  );
});
