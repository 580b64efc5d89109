import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import pkcs11js, { type PKCS11, type Template } from 'pkcs11js';
import { concat } from '@strongroom/core';
import { describe, expect, it } from 'vitest';
import { p256Attributes, readP256Key, readRsaKey, rsaAttributes } from './public-keys.ts';
import type { Session } from './sessions.ts';

/** A session with a token that shows these attributes of its one object. */
function showing(attributes: Template): Session {
  const module = {
    C_GetAttributeValue: (_session: Buffer, _object: Buffer, asked: Template) =>
      asked.map(({ type }) => ({ type, value: attributes.find((one) => one.type === type)!.value })),
  };
  return { p11: pkcs11js, module: module as unknown as PKCS11, handle: Buffer.alloc(8), known: new Map() };
}
const session = showing([]);
const object = Buffer.alloc(8);
const ec = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
const pointOf = (key: KeyObject) =>
  p256Attributes(session, key).find(({ type }) => type === pkcs11js.CKA_EC_POINT)!.value as Buffer;

describe('a public key in a token', () => {
  it('is the same after the way there and back, also where coordinates begin with zeros', () => {
    // Of 200 keys some have one, for all that anybody will see.
    for (const key of Array.from({ length: 200 }, ec))
      expect(readP256Key(showing(p256Attributes(session, key)), object).equals(key)).toBe(true);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    expect(readRsaKey(showing(rsaAttributes(session, rsa)), object).equals(rsa)).toBe(true);
  });

  it('may have a zero before its modulus', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    const padded = rsaAttributes(session, rsa).map(({ type, value }) =>
      type === pkcs11js.CKA_MODULUS
        ? { type, value: Buffer.from(concat(Uint8Array.of(0), value as Buffer)) }
        : { type, value: value! },
    );
    expect(readRsaKey(showing(padded), object).export({ type: 'spki', format: 'der' })).toEqual(
      rsa.export({ type: 'spki', format: 'der' }),
    );
  });

  it('may have its point without an octet string round it, as some tokens show it', () => {
    const key = ec();
    const bare = [{ type: pkcs11js.CKA_EC_POINT, value: pointOf(key).subarray(2) }];
    expect(readP256Key(showing(bare), object).equals(key)).toBe(true);
  });

  it('is refused when its point is something else', () => {
    const point = pointOf(ec());
    const compressed = concat(Uint8Array.of(2), point.subarray(3, 35));
    for (const other of [
      Buffer.alloc(0),
      point.subarray(0, 60),
      Buffer.from(compressed),
      Buffer.alloc(97, 4),
    ]) {
      const shown = showing([{ type: pkcs11js.CKA_EC_POINT, value: other }]);
      expect(() => readP256Key(shown, object)).toThrow(
        expect.objectContaining({ details: expect.objectContaining({ problem: 'refused' }) }),
      );
    }
  });
});
