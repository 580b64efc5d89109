import { fromHex, randomBytes, toHex, utf8 } from '@strongroom/core';
import { describe, expect, it } from 'vitest';
import { signingKeyFromSeed, verifySignature } from './signing.ts';

// RFC 8032 section 7.1.
const vectors = [
  {
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
];

describe('Ed25519', () => {
  it.for(vectors)('is as in RFC 8032 (%#)', async ({ seed, publicKey, message, signature }) => {
    const key = await signingKeyFromSeed(fromHex(seed));
    expect(toHex(key.publicKey)).toBe(publicKey);
    expect(toHex(await key.sign(fromHex(message)))).toBe(signature);
    expect(await verifySignature(key.publicKey, fromHex(message), fromHex(signature))).toBe(true);
  });

  it('does not verify when key, message or signature has another bit', async () => {
    const key = await signingKeyFromSeed(randomBytes(32));
    const parts = [key.publicKey, utf8('a message'), await key.sign(utf8('a message'))] as const;
    expect(await verifySignature(...parts)).toBe(true);
    for (const [i, part] of parts.entries()) {
      for (let at = 0; at < part.length; at++) {
        const altered = parts.map((one) => one.slice()) as [Uint8Array, Uint8Array, Uint8Array];
        altered[i]![at]! ^= 1 << (at % 8);
        expect(await verifySignature(...altered)).toBe(false);
      }
    }
  });

  it('verifies nothing by keys and signatures of another length, or by a key that is no point', async () => {
    const key = await signingKeyFromSeed(randomBytes(32));
    const message = utf8('a message');
    const signature = await key.sign(message);
    for (const length of [0, 31, 33])
      expect(await verifySignature(new Uint8Array(length), message, signature)).toBe(false);
    for (const length of [0, 63, 65])
      expect(await verifySignature(key.publicKey, message, new Uint8Array(length))).toBe(false);
    expect(await verifySignature(new Uint8Array(32).fill(255), message, signature)).toBe(false);
  });

  it('takes no seed of another length', async () => {
    for (const length of [0, 31, 33])
      await expect(signingKeyFromSeed(randomBytes(length))).rejects.toMatchObject({ code: 'malformed' });
  });
});
