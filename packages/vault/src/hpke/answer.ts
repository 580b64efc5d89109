import { concat, utf8, wipe, type Bytes, type Random } from '@strongroom/core';
import { aesGcmSeal } from './aes-gcm.ts';
import { expand, extract } from './hkdf.ts';

const RESPONSE_NONCE_LENGTH = 32;

/**
 * Seals an answer to an HPKE request (RFC 9458 section 4.4): response nonce, then ciphertext.
 * @param enc the request's encapsulated key
 * @param secret exported from the request's context, 32 bytes
 */
export function sealAnswer(enc: Uint8Array, secret: Uint8Array, reply: Uint8Array, random: Random): Bytes {
  const responseNonce = random(RESPONSE_NONCE_LENGTH);
  const prk = extract(concat(enc, responseNonce), secret);
  const key = expand(prk, utf8('key'), 32);
  const nonce = expand(prk, utf8('nonce'), 12);
  const ciphertext = aesGcmSeal(key, nonce, new Uint8Array(), reply);
  wipe(prk, key);
  return concat(responseNonce, ciphertext);
}
