import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextPath } from './next-path.ts';

const origin = 'https://chats.example';
const of = (next: string): string | undefined => nextPath(`?next=${encodeURIComponent(next)}`, origin);

test.each(['/', '/settings/backup/turn-on', '/chat/3?at=7'])('%s is gone on to', (path) => {
  expect(of(path)).toBe(path);
});

test.each([
  '',
  'settings',
  'https://elsewhere.example/',
  '//elsewhere.example/x',
  '/\\elsewhere.example',
  '/\t/elsewhere.example',
  '/..//elsewhere.example',
  'javascript:alert(1)',
  '/sign-in',
  '/sign-in?next=/sign-in',
])('%j is not', (path) => {
  expect(of(path)).toBeUndefined();
});

test('no next leads elsewhere', () => {
  fc.assert(
    fc.property(fc.webUrl(), fc.string(), (url, text) => {
      const paths = [url, `/${text}`, text, url.slice(6)].map((next) => of(next) ?? '/');
      expect(paths.map((path) => new URL(path, origin).origin)).toEqual(paths.map(() => origin));
    }),
    { numRuns: 50 },
  );
});
