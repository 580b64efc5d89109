import { createHmac, hkdfSync } from 'node:crypto';
import { type Bytes, Secret, toHex, utf8 } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { hmac } from './hash.ts';
import { deriveKeys, keyCheck, ownerSeed } from './keys.ts';

const raw = Uint8Array.from({ length: 32 }, (_, i) => i);
const key = new Secret(raw);
const salt = new Uint8Array(32).fill(9);

describe('keys are HKDF-SHA-256 of the backup key with the labels of the format:', () => {
  test('key check', async () => {
    expect(toHex(await keyCheck(key))).toBe(expand('strongroom key check', 16));
    expect(toHex((await deriveKeys(key)).check)).toBe(expand('strongroom key check', 16));
  });

  test('owner seed', async () => {
    expect(toHex(await ownerSeed(key))).toBe(expand('strongroom owner', 32));
  });

  test('chunk id and descriptor', async () => {
    const keys = await deriveKeys(key);
    for (const [derived, label] of [
      [keys.chunkId, 'strongroom chunk id'],
      [keys.descriptor, 'strongroom descriptor'],
    ] as const) {
      const expected = createHmac('sha256', Buffer.from(expand(label, 32), 'hex'))
        .update('text')
        .digest('hex');
      expect(toHex(await hmac(derived, utf8('text')))).toBe(expected);
    }
  });

  test('manifest cut', async () => {
    expect(toHex((await deriveKeys(key)).manifestCut)).toBe(expand('strongroom manifest cut', 32));
  });

  test('pack: chunks, table and trailer, by the salt', async () => {
    const { chunks, table, trailer } = await (await deriveKeys(key)).pack(salt);
    const expected = expand('strongroom pack', 96, salt);
    expect(await Promise.all([chunks, table, trailer].map(fingerprint))).toEqual(
      await Promise.all([0, 64, 128].map((at) => fingerprintOf(expected.slice(at, at + 64)))),
    );
  });

  test.each(['strongroom snapshot', 'strongroom prune'] as const)('%s, by the salt', async (label) => {
    const derived = await (await deriveKeys(key)).sealed(label, salt);
    expect(await fingerprint(derived)).toBe(await fingerprintOf(expand(label, 32, salt)));
  });
});

test('a key of another length is refused', async () => {
  await expect(deriveKeys(new Secret(new Uint8Array(31)))).rejects.toThrow(RangeError);
});

test('keys cannot be taken out, but those that worker threads need', async () => {
  const keys = await deriveKeys(key);
  for (const made of [keys.descriptor, await keys.sealed('strongroom snapshot', salt)])
    expect(made.extractable).toBe(false);
});

function expand(label: string, length: number, with_: Bytes = new Uint8Array()): string {
  return Buffer.from(hkdfSync('sha256', raw, with_, label, length)).toString('hex');
}

async function fingerprint(derived: CryptoKey): Promise<string> {
  const parameters = { name: 'AES-GCM', iv: new Uint8Array(12) };
  return toHex(new Uint8Array(await crypto.subtle.encrypt(parameters, derived, utf8('text'))));
}

async function fingerprintOf(hex: string): Promise<string> {
  return fingerprint(
    await crypto.subtle.importKey('raw', Buffer.from(hex, 'hex'), 'AES-GCM', false, ['encrypt']),
  );
}
