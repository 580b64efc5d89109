import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concat, StrongroomError, type Bytes } from '@strongroom/core';

// AES-256-GCM with the tag at the end, as RFC 5116 section 5.2 and HPKE have it.

const TAG_LENGTH = 16;

/** Ciphertext, then a 16-byte tag. The key is 32 bytes, the nonce 12. */
export function aesGcmSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Bytes {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(aad);
  return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

/** The plaintext. @throws StrongroomError `malformed` when it does not open */
export function aesGcmOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
): Bytes {
  const end = ciphertext.length - TAG_LENGTH;
  if (end < 0) throw doesNotOpen();
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_LENGTH });
  decipher.setAAD(aad);
  decipher.setAuthTag(ciphertext.subarray(end));
  try {
    return concat(decipher.update(ciphertext.subarray(0, end)), decipher.final());
  } catch (cause) {
    throw doesNotOpen(cause);
  }
}

function doesNotOpen(cause?: unknown): StrongroomError {
  return new StrongroomError('malformed', { what: 'a sealed message that does not open' }, { cause });
}
