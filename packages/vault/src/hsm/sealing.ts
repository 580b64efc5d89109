import { hash } from 'node:crypto';
import { concat, encode, randomBytes, wipe, type Bytes } from '@strongroom/core';
import { aesGcmOpen, aesGcmSeal } from '../hpke/aes-gcm.ts';
import { encodeEpoch } from './epoch.ts';
import { doesNotOpen } from './hsm-error.ts';

// One form for all HSMs, so that what one sealed opens in another one that has taken over the key.
//
// A sealing key does one thing inside its HSM: HKDF-Expand with SHA-256 for 32 bytes (RFC 5869 section 2.3), which is
// one HMAC. Each record thus has a key of its own, from 32 random bytes: no count of records wears a sealing key out,
// as it would with random nonces of 96 bits under one AES-GCM key (2^32 at most, NIST SP 800-38D section 8.3, over
// all nodes together). What leaves the HSM is worth as much as the one record that is opened with it: epoch and
// additional data go into it, so it seals no other.

/** HKDF-Expand(sealing key, info, 32), worked out where the sealing key is. */
export type Derive = (info: Bytes) => Promise<Bytes>;

/** Bytes of the check of a key. */
export const KEY_CHECK_LENGTH = 16;
const saltLength = 32;
const tagLength = 16;
// Each key serves once, so its nonce may be fixed.
const zeroNonce = new Uint8Array(12);

/** Seals: a salt of 32 random bytes, then AES-256-GCM under the key that comes of it. */
export async function sealUnder(
  derive: Derive,
  epoch: number,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Promise<Bytes> {
  const salt = randomBytes(saltLength);
  const key = await derive(recordKeyInfo(epoch, salt, aad));
  try {
    return concat(salt, aesGcmSeal(key, zeroNonce, aad, plaintext));
  } finally {
    wipe(key);
  }
}

/** Opens what `sealUnder` made. @throws StrongroomError `hsm` `does-not-open` */
export async function openUnder(
  derive: Derive,
  epoch: number,
  aad: Uint8Array,
  sealed: Uint8Array,
): Promise<Bytes> {
  if (sealed.length < saltLength + tagLength) throw doesNotOpen();
  const key = await derive(recordKeyInfo(epoch, sealed.subarray(0, saltLength), aad));
  try {
    return aesGcmOpen(key, zeroNonce, aad, sealed.subarray(saltLength));
  } catch (cause) {
    throw doesNotOpen(cause);
  } finally {
    wipe(key);
  }
}

/** 16 bytes by which two HSMs see that they hold the same key of an epoch. */
export async function keyCheckUnder(derive: Derive, epoch: number): Promise<Bytes> {
  const check = await derive(encode('strongroom key check', encodeEpoch(epoch)));
  return check.slice(0, KEY_CHECK_LENGTH);
}

function recordKeyInfo(epoch: number, salt: Uint8Array, aad: Uint8Array): Bytes {
  const digest = hash('sha256', aad, 'buffer');
  return encode('strongroom sealing key', encodeEpoch(epoch), salt, digest);
}
