import { createHmac } from 'node:crypto';
import { concat } from '@strongroom/core';

// HKDF-SHA256 in its two steps (RFC 5869), as HPKE and RFC 9458 use them.

const HASH_LENGTH = 32;

/** RFC 5869 section 2.2: a pseudorandom key of 32 bytes. */
export function extract(salt: Uint8Array, ikm: Uint8Array): Uint8Array {
  return hmac(salt, ikm);
}

/** RFC 5869 section 2.3: `length` bytes. @throws RangeError above 8160 */
export function expand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  if (length > 255 * HASH_LENGTH) throw new RangeError(`HKDF-SHA256 gives no ${length} bytes`);
  const blocks: Uint8Array[] = [];
  for (let n = 1; blocks.length * HASH_LENGTH < length; n++) {
    blocks.push(hmac(prk, blocks.at(-1) ?? new Uint8Array(), info, Uint8Array.of(n)));
  }
  return concat(...blocks).subarray(0, length);
}

function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}
