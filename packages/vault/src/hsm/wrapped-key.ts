import { verify } from 'node:crypto';
import { concat, encode, equalBytes, toHex, type Bytes } from '@strongroom/core';
import { encodeEpoch } from './epoch.ts';
import { decodeFields } from './fields.ts';
import { hsmError, notTrusted } from './hsm-error.ts';
import { shortCode } from './short-code.ts';
import { decodeTransportKey, transportKeyId } from './transport-key.ts';

// Whoever knows a public key can wrap under it. A wrapped key is therefore signed by the HSM that it leaves, and taken
// over only from a trusted one: otherwise somebody in between could make a vault seal under a key of theirs.

/** A wrapped key before it is signed. */
export interface UnsignedWrappedKey {
  /** The transport keys of the HSM that it leaves and of the one it is for. */
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly epoch: number;
  /** RSA-OAEP of the 32 bytes, 384 or 512 bytes. */
  readonly ciphertext: Uint8Array;
  /** The check of the key, 16 bytes. */
  readonly check: Uint8Array;
}

/** What a trusted peer wrapped. */
export interface WrappedKey {
  readonly ciphertext: Bytes;
  readonly check: Bytes;
}

const label = 'strongroom wrapped key v1';
const maxLength = 1024;

/**
 * A wrapped key as it travels: encode(encode(label, sender, receiver, epoch, ciphertext, check), signature).
 * @param sign ECDSA with SHA-256 by the sender's P-256 key: r and s, 32 bytes each
 */
export async function signWrappedKey(
  { from, to, epoch, ciphertext, check }: UnsignedWrappedKey,
  sign: (message: Bytes) => Promise<Uint8Array>,
): Promise<Bytes> {
  const ids = [transportKeyId(from), transportKeyId(to)] as const;
  const body = encode(label, ...ids, encodeEpoch(epoch), ciphertext, check);
  return encode(body, await sign(body));
}

/** What must hold for a key that comes from outside. */
export interface Expected {
  readonly epoch: number;
  /** The transport key of this HSM. */
  readonly to: Uint8Array;
  /** The transport keys that it trusts. */
  readonly trusted: readonly Uint8Array[];
}

/**
 * Checks who wrapped a key, for whom and for which epoch.
 * @throws StrongroomError `hsm`: `refused`, `not-trusted`
 */
export function verifyWrappedKey(wrapped: Uint8Array, { epoch, to, trusted }: Expected): WrappedKey {
  const { body, signature, fields } = parse(wrapped);
  const [sender, receiver, statedEpoch, ciphertext, check] = fields;
  if (!equalBytes(receiver, transportKeyId(to)))
    throw refused(`It was wrapped for another HSM. The code of this one is ${shortCode(to)}.`);
  const from = trusted.find((key) => equalBytes(transportKeyId(key), sender));
  if (from === undefined) throw notTrusted(`the transport key SHA-256 ${toHex(sender)}`);
  const key = { key: decodeTransportKey(from).signing, dsaEncoding: 'ieee-p1363' } as const;
  if (!verify('sha256', body, key, signature)) throw refused('Its signature is wrong.');
  if (!equalBytes(statedEpoch, encodeEpoch(epoch))) throw refused('It is of another epoch.');
  return { ciphertext: concat(ciphertext), check: concat(check) };
}

type Fields = [
  sender: Uint8Array,
  receiver: Uint8Array,
  epoch: Uint8Array,
  ciphertext: Uint8Array,
  check: Uint8Array,
];

function parse(wrapped: Uint8Array): { body: Uint8Array; signature: Uint8Array; fields: Fields } {
  try {
    if (wrapped.length > maxLength) throw new RangeError('too long');
    const [body, signature] = decodeFields(wrapped, 2) as [Uint8Array, Uint8Array];
    const [name, ...fields] = decodeFields(body, 6) as [Uint8Array, ...Fields];
    if (!equalBytes(encode(name), encode(label))) throw new RangeError('another kind of message');
    return { body, signature, fields };
  } catch (cause) {
    throw refused('It is not a wrapped key. Send it again, whole.', cause);
  }
}

/** Why a wrapped key is not taken over. */
export function refused(why: string, cause?: unknown): Error {
  return hsmError('refused', `The wrapped sealing key was not taken over. ${why}`, cause);
}
