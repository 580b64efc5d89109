import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { concat, encode, toHex, utf8 } from '@strongroom/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { isHsmError } from './hsm-error.ts';
import { decodeTransportKey, encodeTransportKey, transportKeyId } from './transport-key.ts';

// Some number in the place of a modulus: these keys are looked at, not used.
const rsa = (bits: number, e = 'AQAB') => {
  const n = Buffer.alloc(bits / 8, 0xff).toString('base64url');
  return createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
};
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).publicKey;
const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'der' });
const label = 'strongroom transport key v1';

let wrapping: KeyObject;
let signing: KeyObject;
beforeAll(() => {
  [wrapping, signing] = [rsa(3072), ec('P-256')];
});

const refused = (bytes: Uint8Array) => {
  try {
    decodeTransportKey(bytes);
    return 'taken';
  } catch (error) {
    return isHsmError(error, 'refused') ? 'refused' : error;
  }
};

describe('a transport key', () => {
  it('is read back as it was written', () => {
    for (const oaepHash of ['sha1', 'sha256'] as const) {
      const bytes = encodeTransportKey({ oaepHash, wrapping, signing });
      const key = decodeTransportKey(bytes);
      expect(key.oaepHash).toBe(oaepHash);
      expect(key.wrapping.equals(wrapping) && key.signing.equals(signing)).toBe(true);
      expect(bytes).toEqual(encode(label, oaepHash, spki(wrapping), spki(signing)));
    }
  });

  it('is named by its SHA-256', () => {
    const bytes = encodeTransportKey({ oaepHash: 'sha1', wrapping, signing });
    expect(toHex(transportKeyId(bytes))).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('is nothing cut, lengthened or altered', () => {
    const bytes = encodeTransportKey({ oaepHash: 'sha256', wrapping, signing });
    expect(refused(bytes)).toBe('taken');
    for (let length = 0; length < bytes.length; length++)
      expect(refused(bytes.slice(0, length))).toBe('refused');
    expect(refused(concat(bytes, Uint8Array.of(0)))).toBe('refused');
    expect(refused(new Uint8Array(100_000))).toBe('refused');
    const header = bytes.length - spki(wrapping).length - spki(signing).length;
    for (let at = 0; at < header; at++) {
      const altered = bytes.slice();
      altered[at]! ^= 1;
      expect(refused(altered)).toBe('refused');
    }
  });

  it('has keys of these kinds and sizes alone', () => {
    const others: (readonly [KeyObject, KeyObject])[] = [
      [rsa(1024), signing],
      [rsa(2048), signing],
      [rsa(3072, 'Aw'), signing],
      [rsa(8192), signing],
      [wrapping, ec('P-384')],
      [wrapping, ec('secp256k1')],
      [wrapping, wrapping],
      [signing, wrapping],
      [wrapping, generateKeyPairSync('ed25519').publicKey],
    ];
    for (const [one, other] of others)
      expect(refused(encodeTransportKey({ oaepHash: 'sha1', wrapping: one, signing: other }))).toBe(
        'refused',
      );
  });

  it('has one hash of two, and one label', () => {
    const keys = [spki(wrapping), spki(signing)] as const;
    for (const hash of ['', 'md5', 'sha512', 'SHA1'])
      expect(refused(encode(label, hash, ...keys))).toBe('refused');
    expect(refused(encode('strongroom transport key v2', 'sha1', ...keys))).toBe('refused');
    expect(refused(encode(label, 'sha1', ...keys, 'more'))).toBe('refused');
  });

  it('has one form: the same keys written otherwise are no transport key', () => {
    const compressed = encode(label, 'sha1', spki(wrapping), compress(spki(signing)));
    expect(refused(compressed)).toBe('refused');
    const trailing = encode(label, 'sha1', concat(spki(wrapping), utf8('x')), spki(signing));
    expect(refused(trailing)).toBe('refused');
  });
});

/** The same P-256 key with its point compressed, which OpenSSL reads too. */
function compress(der: Uint8Array): Uint8Array {
  const compressed = concat(
    der.slice(0, 26),
    Uint8Array.of(2 + (der[der.length - 1]! & 1)),
    der.slice(27, 59),
  );
  compressed[1] = compressed.length - 2;
  compressed[24] = 34;
  return compressed;
}
