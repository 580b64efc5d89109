import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { concat, encode, fromUtf8, randomBytes, type Bytes } from '@strongroom/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeFields } from './fields.ts';
import { isHsmError } from './hsm-error.ts';
import { encodeTransportKey } from './transport-key.ts';
import { signWrappedKey, verifyWrappedKey, type Expected, type UnsignedWrappedKey } from './wrapped-key.ts';

interface Party {
  readonly publicKey: Bytes;
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>;
}

let here: Party;
let there: Party;
let stranger: Party;
beforeAll(() => {
  // Nothing is unwrapped here: some number does for a modulus.
  const n = Buffer.alloc(384, 0xff).toString('base64url');
  const wrapping = createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' });
  [here, there, stranger] = [partyWith(wrapping), partyWith(wrapping), partyWith(wrapping)];
});

function partyWith(wrapping: KeyObject): Party {
  const { publicKey: signing, privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    publicKey: encodeTransportKey({ oaepHash: 'sha256', wrapping, signing }),
    sign: async (message) => sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' }),
  };
}

const ciphertext = randomBytes(384);
const check = randomBytes(16);
const unsigned = (): UnsignedWrappedKey => ({
  from: here.publicKey,
  to: there.publicKey,
  epoch: 5,
  ciphertext,
  check,
});
const expected = (): Expected => ({
  epoch: 5,
  to: there.publicKey,
  trusted: [stranger.publicKey, here.publicKey],
});

function refusal(wrapped: Uint8Array, changes: Partial<Expected> = {}): string | undefined {
  try {
    verifyWrappedKey(wrapped, { ...expected(), ...changes });
    return undefined;
  } catch (error) {
    if (isHsmError(error)) return error.message;
    throw error;
  }
}

describe('a wrapped key', () => {
  it('is taken from a trusted peer, for this HSM and this epoch', async () => {
    const wrapped = await signWrappedKey(unsigned(), here.sign);
    expect(verifyWrappedKey(wrapped, expected())).toEqual({ ciphertext, check });
  });

  it('is not taken from anybody else, or for anybody else, or as of another epoch', async () => {
    const wrapped = await signWrappedKey(unsigned(), here.sign);
    expect(refusal(wrapped, { trusted: [] })).toContain('does not trust');
    expect(refusal(wrapped, { trusted: [stranger.publicKey, there.publicKey] })).toContain('does not trust');
    expect(refusal(wrapped, { to: stranger.publicKey })).toContain('for another HSM');
    expect(refusal(wrapped, { epoch: 6 })).toContain('another epoch');
  });

  it('is not taken when somebody else signed it in the name of a trusted peer', async () => {
    for (const { sign: forge } of [stranger, there])
      expect(refusal(await signWrappedKey(unsigned(), forge))).toContain('signature');
    for (const nothing of [new Uint8Array(), new Uint8Array(64), randomBytes(64), randomBytes(65)])
      expect(refusal(await signWrappedKey(unsigned(), async () => nothing))).toContain('signature');
  });

  it('is not taken when any bit of it was altered', async () => {
    const wrapped = await signWrappedKey(unsigned(), here.sign);
    for (let bit = 0; bit < 8 * wrapped.length; bit += 13) {
      const altered = wrapped.slice();
      altered[bit >> 3]! ^= 1 << (bit & 7);
      expect(refusal(altered), `bit ${bit}`).toBeDefined();
    }
  });

  it('is not taken cut, lengthened or as something else', async () => {
    const wrapped = await signWrappedKey(unsigned(), here.sign);
    for (let length = 0; length < wrapped.length; length += 7)
      expect(refusal(wrapped.slice(0, length))).toBeDefined();
    const [body] = decodeFields(wrapped, 2) as [Uint8Array];
    for (const other of [concat(wrapped, Uint8Array.of(0)), body, new Uint8Array(5000)])
      expect(refusal(other)).toContain('not a wrapped key');
    const fields = decodeFields(body, 6);
    const renamed = encode('strongroom wrapped key v2', ...fields.slice(1));
    expect(refusal(encode(renamed, await here.sign(renamed)))).toContain('not a wrapped key');
    expect(fromUtf8(fields[0]!)).toBe('strongroom wrapped key v1');
  });
});
