import { concat, StrongroomError, toHex, utf8, type Bytes } from '@strongroom/core';
import { RESPONSE_NONCE_LENGTH, SEALED_ANSWER_LENGTH } from './channel-context.ts';
import { unpad } from './padding.ts';

/** What the sender of a request keeps to open its answer. */
export interface AnswerKey {
  readonly vaultId: Uint8Array;
  /** The request's encapsulated key. */
  readonly enc: Bytes;
  /** Exported from the request's HPKE context, 32 bytes. */
  readonly secret: Bytes;
}

/**
 * Opens a sealed answer (RFC 9458 section 4.4) and removes its padding.
 * @throws StrongroomError `malformed` when it is not the answer to this very request. That accuses nobody: whoever
 * carried the answer, the front door too, may have altered it.
 */
export async function openAnswer(key: AnswerKey, sealedAnswer: Uint8Array): Promise<Bytes> {
  try {
    if (sealedAnswer.length !== SEALED_ANSWER_LENGTH) throw new RangeError(`${sealedAnswer.length} bytes`);
    return unpad(await decrypt(key, new Uint8Array(sealedAnswer)));
  } catch (cause) {
    throw new StrongroomError('malformed', { what: `the answer of vault ${toHex(key.vaultId)}` }, { cause });
  }
}

async function decrypt({ enc, secret }: AnswerKey, sealedAnswer: Bytes): Promise<Bytes> {
  const responseNonce = sealedAnswer.subarray(0, RESPONSE_NONCE_LENGTH);
  const salt = concat(enc, responseNonce);
  const keyBytes = await hkdf(secret, salt, 'key', 32);
  const key = await crypto.subtle.importKey('raw', keyBytes, 'AES-GCM', false, ['decrypt']);
  keyBytes.fill(0);
  const iv = await hkdf(secret, salt, 'nonce', 12);
  const ciphertext = sealedAnswer.subarray(RESPONSE_NONCE_LENGTH);
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, ciphertext));
}

// WebCrypto's HKDF is RFC 5869 Extract, then Expand: what RFC 9458 does in two steps.
async function hkdf(secret: Bytes, salt: Bytes, label: string, length: number): Promise<Bytes> {
  const ikm = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt, info: utf8(label) };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, ikm, 8 * length));
}
