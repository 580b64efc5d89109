import { type Bytes, encode, i2osp } from '@strongroom/core';
import { damaged, formatVersion } from './header.ts';

/** Bytes that sealing adds: the tag of AES-GCM. */
export const tagLength = 16;

/** The 12-byte nonce of a key's `ordinal`-th message. */
export function nonceOf(ordinal: number): Bytes {
  return i2osp(ordinal, 12);
}

/** Additional data that ties sealed bytes to the format version, their object and, for a chunk, its ordinal. */
export function additionalData(objectName: string, ordinal?: number): Bytes {
  const version = i2osp(formatVersion, 2);
  if (ordinal === undefined) return encode(version, objectName);
  return encode(version, objectName, i2osp(ordinal, 4));
}

/** AES-256-GCM: ciphertext and 16-byte tag. A key and nonce must never be used for a second plaintext. */
export async function seal(key: CryptoKey, nonce: Bytes, data: Bytes, plain: Bytes): Promise<Bytes> {
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData: data };
  return new Uint8Array(await crypto.subtle.encrypt(parameters, key, plain));
}

/** The plaintext of sealed bytes. @throws StrongroomError 'archive-damaged', naming `object` */
export async function open(
  key: CryptoKey,
  nonce: Bytes,
  data: Bytes,
  sealed: Bytes,
  object: string,
): Promise<Bytes> {
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData: data };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters, key, sealed));
  } catch (cause) {
    throw damaged(object, 'was altered', cause);
  }
}
