import { concat, fromHex, StrongroomError, type Bytes } from '@strongroom/core';

// Ed25519 (RFC 8032) by the platform. WebCrypto imports a private key only as PKCS #8, of which the
// 32-byte seed is the last part (RFC 8410 section 7).
const pkcs8Prefix = fromHex('302e020100300506032b657004220420');

/** An Ed25519 key pair; the private half cannot be read back. */
export interface SigningKey {
  /** 32 bytes. */
  readonly publicKey: Bytes;
  /** Signs a message: 64 bytes. */
  sign(message: Uint8Array): Promise<Bytes>;
}

/** The key pair of a 32-byte seed (RFC 8032 section 5.1.5). @throws StrongroomError `malformed` for another length */
export async function signingKeyFromSeed(seed: Uint8Array): Promise<SigningKey> {
  // Not every platform minds a byte too many.
  if (seed.length !== 32) throw new StrongroomError('malformed', { what: 'the seed of a signing key' });
  const pkcs8 = concat(pkcs8Prefix, seed);
  // The public half can be had only from an extractable key, which then is let go.
  const extractable = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
  const { x } = await crypto.subtle.exportKey('jwk', extractable);
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
  pkcs8.fill(0);
  return {
    publicKey: fromBase64Url(x ?? ''),
    sign: async (message) =>
      new Uint8Array(await crypto.subtle.sign('Ed25519', key, new Uint8Array(message))),
  };
}

/** Whether `signature` (64 bytes) over `message` was made by the holder of `publicKey` (32 bytes). */
export async function verifySignature(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    const key = await crypto.subtle.importKey('raw', new Uint8Array(publicKey), 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', key, new Uint8Array(signature), new Uint8Array(message));
  } catch {
    // A point that is not on the curve verifies nothing.
    return false;
  }
}

function fromBase64Url(text: string): Bytes {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.codePointAt(0) ?? 0);
}
