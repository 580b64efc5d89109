import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Handle, Template } from 'pkcs11js';
import { concat, equalBytes } from '@strongroom/core';
import { hsmError } from '../hsm-error.ts';
import { readAttributes } from './objects.ts';
import type { Session } from './sessions.ts';

// Public keys as PKCS#11 has them and as node:crypto has them.

/** The object identifier of P-256 in DER: what CKA_EC_PARAMS holds. */
export const P256: Buffer = Buffer.from('06082a8648ce3d030107', 'hex');
const coordinateLength = 32;
// An uncompressed point in a DER octet string of 65 bytes, as PKCS #11 wants it.
const pointHeader = Buffer.from('0441', 'hex');

/** The RSA public key of an object in the token. */
export function readRsaKey(session: Session, object: Handle): KeyObject {
  const { p11 } = session;
  const [n, e] = readAttributes(session, object, [p11.CKA_MODULUS, p11.CKA_PUBLIC_EXPONENT]) as [
    Buffer,
    Buffer,
  ];
  return createPublicKey({ key: { kty: 'RSA', n: base64url(n), e: base64url(e) }, format: 'jwk' });
}

/** The P-256 public key of an object in the token. @throws StrongroomError `hsm` `refused` when it is another kind */
export function readP256Key(session: Session, object: Handle): KeyObject {
  const [stored] = readAttributes(session, object, [session.p11.CKA_EC_POINT]) as [Buffer];
  // Some tokens leave the octet string away.
  const point = equalBytes(stored.subarray(0, 2), pointHeader) ? stored.subarray(2) : stored;
  if (point.length !== 1 + 2 * coordinateLength || point[0] !== 4)
    throw hsmError(
      'refused',
      'The token shows no uncompressed P-256 key where there should be one. It is not used.',
    );
  const [x, y] = [point.subarray(1, 1 + coordinateLength), point.subarray(1 + coordinateLength)];
  return createPublicKey({
    key: { kty: 'EC', crv: 'P-256', x: base64url(x), y: base64url(y) },
    format: 'jwk',
  });
}

/** The attributes of an RSA public key. */
export function rsaAttributes({ p11 }: Session, key: KeyObject): Template {
  const { n, e } = key.export({ format: 'jwk' }) as { n: string; e: string };
  return [
    { type: p11.CKA_KEY_TYPE, value: p11.CKK_RSA },
    { type: p11.CKA_MODULUS, value: Buffer.from(n, 'base64url') },
    { type: p11.CKA_PUBLIC_EXPONENT, value: Buffer.from(e, 'base64url') },
  ];
}

/** The attributes of a P-256 public key. */
export function p256Attributes({ p11 }: Session, key: KeyObject): Template {
  const { x, y } = key.export({ format: 'jwk' }) as { x: string; y: string };
  const point = concat(
    pointHeader,
    Uint8Array.of(4),
    Buffer.from(x, 'base64url'),
    Buffer.from(y, 'base64url'),
  );
  return [
    { type: p11.CKA_KEY_TYPE, value: p11.CKK_EC },
    { type: p11.CKA_EC_PARAMS, value: P256 },
    { type: p11.CKA_EC_POINT, value: Buffer.from(point) },
  ];
}

function base64url(bytes: Buffer): string {
  return bytes.toString('base64url');
}
