import { StrongroomError, type Bytes } from '@strongroom/core';

/** AES-256-GCM (NIST SP 800-38D) by WebCrypto: the ciphertext with its 16-byte tag after it. */
export async function seal(
  key: Bytes,
  nonce: Bytes,
  additionalData: Bytes,
  plaintext: Uint8Array,
): Promise<Bytes> {
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData };
  const cryptoKey = await importKey(key, 'encrypt');
  return new Uint8Array(await crypto.subtle.encrypt(parameters, cryptoKey, plaintext.slice()));
}

/** The plaintext of `seal`. @throws `malformed` with `what` when key, nonce, data or ciphertext is another */
export async function open(
  key: Bytes,
  nonce: Bytes,
  additionalData: Bytes,
  ciphertext: Uint8Array,
  what: string,
): Promise<Bytes> {
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData };
  const cryptoKey = await importKey(key, 'decrypt');
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters, cryptoKey, ciphertext.slice()));
  } catch (cause) {
    throw new StrongroomError('malformed', { what }, { cause });
  }
}

function importKey(key: Bytes, usage: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key, 'AES-GCM', false, [usage]);
}
