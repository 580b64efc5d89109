import type { Bytes } from '@strongroom/core';

/** Bytes of a chunk's name and of an object's hash. */
export const hashLength = 32;

/** SHA-256, 32 bytes. */
export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** HMAC-SHA-256, 32 bytes. */
export async function hmac(key: CryptoKey, bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes));
}
