import { encode, utf8, type Bytes } from '@strongroom/core';

// What both ends of the sealed channel must agree on to the byte.

/** Every request and every reply is padded to this many bytes before it is sealed, so that all kinds look alike. */
export const PADDED_LENGTH = 4096;
/** AES-256-GCM's tag, 16 bytes. */
export const TAG_LENGTH = 16;
/** X-Wing public key, 1216 bytes. */
export const HPKE_PUBLIC_KEY_LENGTH = 1216;
/** X-Wing encapsulated key, 1120 bytes. */
export const ENC_LENGTH = 1120;
/** A sealed request's ciphertext, 4112 bytes. */
export const CIPHERTEXT_LENGTH: number = PADDED_LENGTH + TAG_LENGTH;
/** Id of a key that Describe returned, 16 bytes; the directory's key has an empty one. */
export const KEY_ID_LENGTH = 16;
/** RFC 9458 section 4.4: max(Nn, Nk) random bytes before an answer, 32. */
export const RESPONSE_NONCE_LENGTH = 32;
/** A sealed answer, 4144 bytes. */
export const SEALED_ANSWER_LENGTH: number = RESPONSE_NONCE_LENGTH + PADDED_LENGTH + TAG_LENGTH;
/** HPKE exporter context of the secret that seals the answer (RFC 9458 section 4.4). */
export const ANSWER_CONTEXT: Bytes = utf8('strongroom answer v1');

/** HPKE `info` of a request: it can be opened as a request to this vault alone. */
export function channelInfo(vaultId: Uint8Array): Bytes {
  return encode('strongroom vault v1', vaultId);
}

/** HPKE `aad` of a request: it can be opened as this account's alone. */
export function channelAad(tenant: string, accountId: Uint8Array): Bytes {
  return encode(tenant, accountId);
}
