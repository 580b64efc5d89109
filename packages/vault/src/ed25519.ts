import { createPublicKey, verify } from 'node:crypto';

/**
 * Whether a signature over a message was made by the holder of a public key (RFC 8032). Whatever is no key (32 bytes)
 * or no signature (64 bytes) verifies nothing.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    const key = createPublicKey({ key: publicKey, format: 'raw-public', asymmetricKeyType: 'ed25519' });
    return verify(null, message, key, signature);
  } catch {
    // A point that is not on the curve verifies nothing.
    return false;
  }
}
