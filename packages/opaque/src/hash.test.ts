import { fromHex, toHex, utf8, type Bytes } from '@strongroom/core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { hkdfExpand, hkdfExtract, hmacSha512, sha512 } from './hash.ts';
import { ready } from './sodium.ts';

beforeAll(ready);

const anyBytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((bytes): Bytes => bytes.slice());

test('SHA-512 of the parts is that of the whole', () => {
  const abc =
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f';
  expect(toHex(sha512(utf8('abc')))).toBe(abc);
  expect(toHex(sha512(utf8('a'), new Uint8Array(0), utf8('bc')))).toBe(abc);
});

describe('HMAC-SHA-512', () => {
  test.each([
    [
      'test case 2, a short key',
      utf8('Jefe'),
      utf8('what do ya want for nothing?'),
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
    ],
    [
      'test case 6, a key longer than a block',
      fromHex('aa'.repeat(131)),
      utf8('Test Using Larger Than Block-Size Key - Hash Key First'),
      '80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598',
    ],
  ])('RFC 4231 %s', (_, key, message, mac) => {
    expect(toHex(hmacSha512(key, message))).toBe(mac);
  });

  test('is the platform’s under keys of every length, the empty one too', async () => {
    expect(hmacSha512(new Uint8Array(0), utf8('x'))).toEqual(hmacSha512(new Uint8Array(64), utf8('x')));
    await fc.assert(
      fc.asyncProperty(anyBytes(300), anyBytes(300), async (key, message) => {
        fc.pre(key.length > 0);
        const algorithm = { name: 'HMAC', hash: 'SHA-512' };
        const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign']);
        const theirs = new Uint8Array(await crypto.subtle.sign('HMAC', imported, message));
        expect(hmacSha512(key, message)).toEqual(theirs);
      }),
    );
  });
});

test('HKDF is the platform’s for every length of output', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyBytes(80),
      anyBytes(80),
      anyBytes(80),
      fc.nat({ max: 300 }),
      async (salt, ikm, info, length) => {
        fc.pre(length > 0);
        const imported = await crypto.subtle.importKey('raw', ikm, 'HKDF', false, ['deriveBits']);
        const parameters = { name: 'HKDF', hash: 'SHA-512', salt, info };
        const theirs = new Uint8Array(await crypto.subtle.deriveBits(parameters, imported, 8 * length));
        expect(hkdfExpand(hkdfExtract(salt, ikm), info, length)).toEqual(theirs);
      },
    ),
  );
});

test('HKDF ends at 255 blocks', () => {
  expect(hkdfExpand(new Uint8Array(64), new Uint8Array(0), 255 * 64)).toHaveLength(255 * 64);
  expect(() => hkdfExpand(new Uint8Array(64), new Uint8Array(0), 255 * 64 + 1)).toThrowError(RangeError);
});
