import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { encode, equalBytes, fromUtf8, type Bytes } from '@strongroom/core';
import { decodeFields } from './fields.ts';
import { hsmError } from './hsm-error.ts';

// Two key pairs, each for one thing: RSA, under which sealing keys are wrapped with OAEP (RFC 8017 section 7.1), and
// P-256, with which an HSM signs what it wrapped. Both are what PKCS#11 tokens have.

/** The hash in OAEP and in its MGF1. SHA-1 is sound there: OAEP asks for no resistance to collisions. */
export type OaepHash = 'sha1' | 'sha256';

/** The public transport key of an HSM. */
export interface TransportKey {
  /** The hash that this HSM unwraps with. */
  readonly oaepHash: OaepHash;
  /** RSA of 3072 or 4096 bits, exponent 65537. */
  readonly wrapping: KeyObject;
  /** P-256. */
  readonly signing: KeyObject;
}

/** Bits of the RSA keys made here. */
export const RSA_BITS = 3072;
const label = 'strongroom transport key v1';
const maxLength = 1024;

/** A transport key in the one form that it has: encode(label, hash, wrapping key, signing key), the keys as SPKI. */
export function encodeTransportKey({ oaepHash, wrapping, signing }: TransportKey): Bytes {
  return encode(label, oaepHash, spki(wrapping), spki(signing));
}

/** Reads a transport key. @throws StrongroomError `hsm` `refused` for anything else */
export function decodeTransportKey(bytes: Uint8Array): TransportKey {
  try {
    return parse(bytes);
  } catch (cause) {
    throw hsmError('refused', 'That is not the transport key of an HSM. Copy it again, whole.', cause);
  }
}

/** The name of a transport key: SHA-256 of it, 32 bytes. */
export function transportKeyId(bytes: Uint8Array): Bytes {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

// By way of its numbers: a key that was read keeps the form in which it was written, such as a compressed point.
function spki(key: KeyObject): Uint8Array {
  const plain = createPublicKey({ key: key.export({ format: 'jwk' }), format: 'jwk' });
  return plain.export({ type: 'spki', format: 'der' });
}

function parse(bytes: Uint8Array): TransportKey {
  if (bytes.length > maxLength) throw new RangeError('too long');
  const [name, hash, wrapping, signing] = decodeFields(bytes, 4).map((field, at) =>
    at < 2 ? fromUtf8(field) : createPublicKey({ key: Buffer.from(field), type: 'spki', format: 'der' }),
  ) as [string, string, KeyObject, KeyObject];
  if (name !== label || !isOaepHash(hash)) throw new RangeError('another kind of key');
  if (!isWrappingKey(wrapping) || !isSigningKey(signing)) throw new RangeError('another kind of key');
  const key = { oaepHash: hash, wrapping, signing };
  // One key has one form, so that it has one name and one code.
  if (!equalBytes(encodeTransportKey(key), bytes)) throw new RangeError('another form than its own');
  return key;
}

function isOaepHash(name: string): name is OaepHash {
  return name === 'sha1' || name === 'sha256';
}

function isWrappingKey({ asymmetricKeyType, asymmetricKeyDetails: details }: KeyObject): boolean {
  if (asymmetricKeyType !== 'rsa' || details?.publicExponent !== 65537n) return false;
  return details.modulusLength === 3072 || details.modulusLength === 4096;
}

function isSigningKey({ asymmetricKeyType, asymmetricKeyDetails: details }: KeyObject): boolean {
  return asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1';
}
