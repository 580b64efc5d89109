import { assert as check, property, string } from 'fast-check';
import { passwordProblem } from '@strongroom/opaque';
import { describe, expect, test } from 'vitest';
import { judgePassword } from './judge-password.ts';

describe('judging a password', () => {
  test.each(['', 'short', 'password1', '12345678', 'P@ssw0rd2024!', 'aaaaaaaaaaaa', 'tab\there and there'])(
    'refuses what may not be chosen, and says why: %j',
    (password) => {
      expect(judgePassword(password)).toEqual({ ok: false, why: passwordProblem(password), strength: 0 });
      expect(judgePassword(password).why).not.toBeNull();
    },
  );

  test.each([
    ['58203917', 1],
    ['19840523', 1],
    ['hgkwmqzt', 2],
    ['mint garage 41', 4],
    ['k3!Wq9_zR2', 3],
    ['correct horse battery staple', 4],
    ['пять зелёных чайников', 4],
    ['mkwqtmkwqtmkwqtmkwqt', 1],
    ['qxabcdefghijklmnop', 1],
  ])('%j has strength %i', (password, strength) => {
    expect(judgePassword(password)).toMatchObject({ ok: true, strength });
  });

  test('advises where it could be better, and only there', () => {
    expect(judgePassword('58203917').why).toContain('only the limit of tries');
    expect(judgePassword('hgkwmqzt').why).toContain('longer is stronger');
    expect(judgePassword('correct horse battery staple').why).toBeNull();
  });

  test('allows exactly what may be chosen, whatever the text', () => {
    check(
      property(string({ unit: 'binary', maxLength: 40 }), (password) => {
        const { ok, strength } = judgePassword(password);
        expect(ok).toBe(passwordProblem(password) === null);
        expect(strength > 0).toBe(ok);
      }),
    );
  });

  test('finds no password weaker for a character more that nobody would foresee', () => {
    check(
      property(string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 30 }), (password) => {
        const before = judgePassword(password);
        if (!before.ok) return;
        expect(judgePassword(`${password}√`).strength).toBeGreaterThanOrEqual(before.strength);
      }),
    );
  });
});
