import { concat, encode, equalBytes, utf8, wipe, type Bytes, type Random } from '@strongroom/core';
import type { Element, Scalar } from './group.ts';
import { hkdfExpand, hkdfExtract, hmacSha512, Nh } from './hash.ts';
import { deriveKeyPair, OPRF, type KeyPair } from './oprf.ts';

/** Length of a nonce and of a key pair's seed in bytes (RFC 9807: Nn, Nseed). */
export const Nn = 32;
export const Nseed = 32;

/** Length of an envelope in bytes: nonce and tag. */
export const envelopeLength: number = Nn + Nh;

/** Names bound into the envelope and the handshake, 1 to 65535 bytes; each side's public key where left out. */
export interface Identities {
  readonly serverIdentity?: Uint8Array | undefined;
  readonly clientIdentity?: Uint8Array | undefined;
}

/** What both sides take for granted once the envelope opened (RFC 9807 section 4, CleartextCredentials). */
export interface CleartextCredentials {
  readonly serverPublicKey: Uint8Array;
  readonly serverIdentity: Uint8Array;
  readonly clientIdentity: Uint8Array;
}

/** What Recover gives. */
export interface RecoveredEnvelope {
  readonly clientPrivateKey: Scalar;
  readonly cleartextCredentials: CleartextCredentials;
  readonly exportKey: Bytes;
}

/** DeriveDiffieHellmanKeyPair (RFC 9807 section 6.4.1.1) from a seed of 32 bytes. */
export function deriveDiffieHellmanKeyPair(seed: Uint8Array): KeyPair {
  return deriveKeyPair(OPRF, seed, utf8('OPAQUE-DeriveDiffieHellmanKeyPair'));
}

/** The randomized password (RFC 9807 section 5.2.3) of an OPRF output and a key stretching function: 64 bytes. */
export function randomizePassword(oprfOutput: Uint8Array, stretch: (input: Uint8Array) => Uint8Array): Bytes {
  const stretched = stretch(oprfOutput);
  const both = concat(oprfOutput, stretched);
  const randomizedPassword = hkdfExtract(new Uint8Array(0), both);
  wipe(stretched, both);
  return randomizedPassword;
}

/** CreateCleartextCredentials (RFC 9807 section 4). */
export function createCleartextCredentials(
  serverPublicKey: Uint8Array,
  clientPublicKey: Uint8Array,
  { serverIdentity, clientIdentity }: Identities,
): CleartextCredentials {
  return {
    serverPublicKey,
    serverIdentity: serverIdentity ?? serverPublicKey,
    clientIdentity: clientIdentity ?? clientPublicKey,
  };
}

/** Store (RFC 9807 section 4.1.2): envelope 96 bytes, client public key 32, masking key 64, export key 64. */
export function store(
  randomizedPassword: Uint8Array,
  serverPublicKey: Uint8Array,
  identities: Identities,
  random: Random,
): {
  readonly envelope: Bytes;
  readonly clientPublicKey: Element;
  readonly maskingKey: Bytes;
  readonly exportKey: Bytes;
} {
  const nonce = random(Nn);
  const maskingKey = hkdfExpand(randomizedPassword, utf8('MaskingKey'), Nh);
  const { authKey, exportKey, clientKeyPair } = deriveEnvelopeKeys(randomizedPassword, nonce);
  const { privateKey, publicKey: clientPublicKey } = clientKeyPair;
  const cleartext = createCleartextCredentials(serverPublicKey, clientPublicKey, identities);
  const envelope = concat(nonce, authTag(authKey, nonce, cleartext));
  wipe(authKey, privateKey);
  return { envelope, clientPublicKey, maskingKey, exportKey };
}

/**
 * Recover (RFC 9807 section 4.1.3) of an envelope of 96 bytes.
 * `undefined` is the RFC's EnvelopeRecoveryError: another password, or not the envelope that was stored.
 */
export function recover(
  randomizedPassword: Uint8Array,
  serverPublicKey: Uint8Array,
  envelope: Uint8Array,
  identities: Identities,
): RecoveredEnvelope | undefined {
  const nonce = envelope.subarray(0, Nn);
  const { authKey, exportKey, clientKeyPair } = deriveEnvelopeKeys(randomizedPassword, nonce);
  const { privateKey: clientPrivateKey, publicKey } = clientKeyPair;
  const cleartextCredentials = createCleartextCredentials(serverPublicKey, publicKey, identities);
  const opens = equalBytes(authTag(authKey, nonce, cleartextCredentials), envelope.subarray(Nn));
  wipe(authKey);
  if (opens) return { clientPrivateKey, cleartextCredentials, exportKey };
  wipe(clientPrivateKey, exportKey);
  return undefined;
}

function deriveEnvelopeKeys(
  randomizedPassword: Uint8Array,
  nonce: Uint8Array,
): { readonly authKey: Bytes; readonly exportKey: Bytes; readonly clientKeyPair: KeyPair } {
  const authKey = hkdfExpand(randomizedPassword, concat(nonce, utf8('AuthKey')), Nh);
  const exportKey = hkdfExpand(randomizedPassword, concat(nonce, utf8('ExportKey')), Nh);
  const seed = hkdfExpand(randomizedPassword, concat(nonce, utf8('PrivateKey')), Nseed);
  const clientKeyPair = deriveDiffieHellmanKeyPair(seed);
  wipe(seed);
  return { authKey, exportKey, clientKeyPair };
}

function authTag(authKey: Uint8Array, nonce: Uint8Array, cleartext: CleartextCredentials): Bytes {
  const { serverPublicKey, serverIdentity, clientIdentity } = cleartext;
  return hmacSha512(authKey, nonce, serverPublicKey, encode(serverIdentity, clientIdentity));
}
