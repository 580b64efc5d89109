import { concat, i2osp, wipe, type Bytes } from '@strongroom/core';
import { sodium } from './sodium.ts';

/** Output length of SHA-512, HMAC-SHA-512 and HKDF-Extract in bytes (RFC 9807: Nh, Nm, Nx). */
export const Nh = 64;

/** SHA-512 of the parts one after the other: 64 bytes. */
export function sha512(...parts: readonly Uint8Array[]): Bytes {
  return sodium.crypto_hash_sha512(concat(...parts)) as Bytes;
}

/** HMAC-SHA-512 (RFC 2104) under a key of any length, of the parts one after the other: 64 bytes. */
export function hmacSha512(key: Uint8Array, ...parts: readonly Uint8Array[]): Bytes {
  const state = sodium.crypto_auth_hmacsha512_init(key);
  sodium.crypto_auth_hmacsha512_update(state, concat(...parts));
  return sodium.crypto_auth_hmacsha512_final(state) as Bytes;
}

/** HKDF-Extract with SHA-512 (RFC 5869 section 2.2): 64 bytes. */
export function hkdfExtract(salt: Uint8Array, inputKeyingMaterial: Uint8Array): Bytes {
  return hmacSha512(salt, inputKeyingMaterial);
}

/** HKDF-Expand with SHA-512 (RFC 5869 section 2.3). @throws RangeError beyond 255 blocks of 64 bytes */
export function hkdfExpand(pseudorandomKey: Uint8Array, info: Uint8Array, length: number): Bytes {
  const blocks: Bytes[] = [];
  let previous: Uint8Array = new Uint8Array(0);
  for (let i = 1; (i - 1) * Nh < length; i++) {
    const block = hmacSha512(pseudorandomKey, previous, info, i2osp(i, 1));
    blocks.push(block);
    previous = block;
  }
  const whole = concat(...blocks);
  const output = whole.slice(0, length);
  wipe(whole, ...blocks);
  return output;
}
