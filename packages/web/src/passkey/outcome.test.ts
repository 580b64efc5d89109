import { expect, test } from 'vitest';
import { fromBase64url, toBase64url } from './base64url.ts';
import { secretOf } from './create-passkey.ts';
import { isVerified } from './device-lock.ts';
import { failed, failureOf, outcomeOf } from './outcome.ts';
import { isAddressByNumber } from './support.ts';

test.each([
  ['NotAllowedError', 'cancelled'],
  ['AbortError', 'cancelled'],
  ['InvalidStateError', 'known'],
  ['ConstraintError', 'no-secret'],
  ['NotSupportedError', 'unsupported'],
  ['SecurityError', 'unsupported'],
])('%s of a browser means %s', async (name, why) => {
  expect(failureOf(name)).toBe(why);
  expect(await outcomeOf(async () => Promise.reject(new DOMException('', name)))).toEqual(
    failed(failureOf(name)),
  );
});

test('what is no answer of a browser is thrown on', async () => {
  await expect(outcomeOf(async () => Promise.reject(new RangeError('ours')))).rejects.toThrow('ours');
});

test.each([
  ['localhost', false],
  ['chat.example', false],
  ['127.0.0.1', true],
  ['192.168.1.20', true],
  ['[::1]', true],
])('%s is an address by number: %s', (host, is) => {
  expect(isAddressByNumber(host)).toBe(is);
});

test('a secret is 32 bytes, whatever they come in', () => {
  const bytes = crypto.getRandomValues(new Uint8Array(40));
  expect(secretOf(bytes.subarray(4, 36))).toEqual(bytes.slice(4, 36));
  expect(secretOf(bytes.slice(0, 32).buffer)).toEqual(bytes.slice(0, 32));
  expect(secretOf(bytes)).toBeUndefined();
  expect(secretOf(undefined)).toBeUndefined();
});

test('a person is verified when the authenticator says so, not when they only were there', () => {
  expect(isVerified(0b101)).toBe(true);
  expect(isVerified(0b001)).toBe(false);
});

test('the names of credentials are read as they were written', () => {
  for (let length = 0; length < 70; length++) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    expect(toBase64url(bytes)).toMatch(/^[\w-]*$/);
    expect(fromBase64url(toBase64url(bytes))).toEqual(bytes);
  }
});
