import { expect, test } from 'vitest';
import { stepAfter, stepBefore, stepsOf } from './turn-on-steps.ts';

const all = { password: true, key64: true, passkey: true };
const none = { password: false, key64: false, passkey: false };

test('each way has its steps, and the password is the last', () => {
  expect(stepsOf(all)).toEqual(['choose', 'key', 'confirm', 'passkey', 'password', 'done']);
  expect(stepsOf({ ...none, key64: true })).toEqual(['choose', 'key', 'confirm', 'done']);
  expect(stepsOf({ ...none, password: true })).toEqual(['choose', 'password', 'done']);
});

test('one goes on and back', () => {
  expect(stepAfter('confirm', all)).toBe('passkey');
  expect(stepAfter('confirm', { ...none, key64: true })).toBe('done');
  expect(stepAfter('done', all)).toBe('done');
  expect(stepBefore('choose', all)).toBe('choose');
  expect(stepBefore('password', { ...none, password: true, key64: true })).toBe('confirm');
});
