import { createPublicKey, encapsulate as mlKemEncapsulate, hash } from 'node:crypto';
import { XWing } from '@hpke/hybridkem-x-wing';
import { concat, fromHex, randomBytes, toHex, utf8 } from '@strongroom/core';
import { describe, expect, it } from 'vitest';
import { xwingVectors } from './vectors/xwing.ts';
import { decapsulate, encapsulate, generateKeyPair, publicKeyOf, xwingPrivateKey } from './xwing.ts';

const library = new XWing();
const malformed = expect.objectContaining({ name: 'StrongroomError', code: 'malformed' });

describe.for(xwingVectors)('vector of the draft with seed $seed', ({ seed, pk, eseed, ct, ss }) => {
  it('has this public key', () => {
    expect(toHex(publicKeyOf(fromHex(seed)))).toBe(pk);
  });

  it('decapsulates to this secret', () => {
    expect(toHex(decapsulate(xwingPrivateKey(fromHex(seed)), fromHex(ct)))).toBe(ss);
  });

  it('is what the library encapsulates, which browsers use', async () => {
    const recipientPublicKey = await library.importKey('raw', fromHex(pk).buffer, true);
    const { enc, sharedSecret } = await library.encap({ recipientPublicKey, ekm: fromHex(eseed).buffer });
    expect(toHex(new Uint8Array(enc))).toBe(ct);
    expect(toHex(new Uint8Array(sharedSecret))).toBe(ss);
  });
});

describe('the vectors', () => {
  it('are three, drawn as the draft says', () => {
    const drawn = hash('shake128', new Uint8Array(), { outputEncoding: 'hex', outputLength: 3 * 96 });
    expect(xwingVectors.map(({ seed, eseed }) => seed + eseed).join('')).toBe(drawn);
  });
});

describe('X-Wing and the library', () => {
  it('agree on 300 random key pairs, whoever encapsulates', async () => {
    for (let i = 0; i < 300; i++) {
      const { seed, privateKey } = generateKeyPair();
      const theirs = await library.generateKeyPairDerand(seed);
      expect(new Uint8Array(await library.serializePublicKey(theirs.publicKey))).toEqual(
        privateKey.publicKey,
      );

      const byThem = await library.encap({ recipientPublicKey: theirs.publicKey });
      expect(toHex(decapsulate(privateKey, new Uint8Array(byThem.enc)))).toBe(hex(byThem.sharedSecret));

      const byUs = encapsulate(privateKey.publicKey);
      const opened = await library.decap({ recipientKey: theirs.privateKey, enc: byUs.enc });
      expect(toHex(byUs.sharedSecret)).toBe(hex(opened));
    }
  });

  it('agree on what an altered encapsulation gives: another secret, not an error', async () => {
    const { seed, privateKey } = generateKeyPair();
    const recipientKey = await library.importKey('raw', seed.buffer, false);
    const { enc, sharedSecret } = encapsulate(privateKey.publicKey);
    for (let at = 0; at < enc.length; at += 7) {
      const altered = new Uint8Array(enc);
      altered[at]! ^= 0x10;
      const secret = decapsulate(privateKey, altered);
      expect(toHex(secret)).not.toBe(toHex(sharedSecret));
      expect(toHex(secret)).toBe(hex(await library.decap({ recipientKey, enc: altered })));
    }
  });
});

describe('X-Wing', () => {
  it('draws 32 bytes for a key pair, and keeps them as the private key', () => {
    const seed = fromHex(xwingVectors[0]!.seed);
    const drawn: number[] = [];
    const pair = generateKeyPair((length) => (drawn.push(length), seed));
    expect(drawn).toEqual([32]);
    expect(pair.seed).toEqual(seed);
    expect(toHex(pair.privateKey.publicKey)).toBe(xwingVectors[0]!.pk);
  });

  it('never encapsulates the same secret twice', () => {
    const { publicKey } = generateKeyPair().privateKey;
    const secrets = Array.from({ length: 50 }, () => toHex(encapsulate(publicKey).sharedSecret));
    expect(new Set(secrets).size).toBe(50);
  });

  // RFC 7748 section 5 has no all-zero check and the draft adds none: such a sender only gives up the half of the
  // secret that is X25519's.
  it.for([
    ['zero', new Uint8Array(32)],
    ['one', Uint8Array.of(1, ...new Uint8Array(31))],
    ['of order 8', fromHex('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800')],
    ['p, not reduced', fromHex('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f')],
  ] as const)('takes an X25519 point that is %s as X25519 does: the result is zero', ([, ctX]) => {
    const { privateKey } = generateKeyPair();
    const pkM = privateKey.publicKey.subarray(0, 1184);
    const pkX = privateKey.publicKey.subarray(1184);
    const mlKemKey = createPublicKey({ key: pkM, format: 'raw-public', asymmetricKeyType: 'ml-kem-768' });
    const { sharedKey: ssM, ciphertext: ctM } = mlKemEncapsulate(mlKemKey);
    const combined = hash('sha3-256', concat(ssM, new Uint8Array(32), ctX, pkX, utf8('\\.//^\\')), 'hex');
    expect(toHex(decapsulate(privateKey, concat(ctM, ctX)))).toBe(combined);
  });

  it.for([0, 31, 33, 64])('refuses a seed of %i bytes', (length) => {
    expect(() => xwingPrivateKey(randomBytes(length))).toThrow(malformed);
    expect(() => publicKeyOf(randomBytes(length))).toThrow(malformed);
    expect(() => generateKeyPair(() => randomBytes(length))).toThrow(malformed);
  });

  it.for([0, 1088, 1119, 1121])('refuses an encapsulation of %i bytes', (length) => {
    expect(() => decapsulate(generateKeyPair().privateKey, randomBytes(length))).toThrow(malformed);
  });

  it.for([0, 1184, 1215, 1217])('refuses a public key of %i bytes', (length) => {
    expect(() => encapsulate(randomBytes(length))).toThrow(malformed);
  });

  it('refuses a public key whose ML-KEM half is not reduced (FIPS 203 section 7.2)', () => {
    const publicKey = new Uint8Array(generateKeyPair().privateKey.publicKey);
    publicKey.fill(0xff, 0, 3);
    expect(() => encapsulate(publicKey)).toThrow(malformed);
  });

  it('leaves the seed and the encapsulation as they were', () => {
    const { seed, privateKey } = generateKeyPair();
    const { enc } = encapsulate(privateKey.publicKey);
    const [seedBefore, encBefore] = [toHex(seed), toHex(enc)];
    decapsulate(xwingPrivateKey(seed), enc);
    expect([toHex(seed), toHex(enc)]).toEqual([seedBefore, encBefore]);
  });
});

function hex(buffer: ArrayBuffer): string {
  return toHex(new Uint8Array(buffer));
}
