import { type Bytes, Secret, StrongroomError, concat, fromHex, randomBytes, utf8 } from '@strongroom/core';
import type { BackupKey } from './format/keys.ts';

const nonceLength = 12;
const saltLength = 32;

/**
 * Wraps the backup key under a passkey: AES-256-GCM with HKDF(PRF output, salt, "strongroom passkey" || archive id).
 * @param prfOutput 32 bytes from the authenticator
 * @param archiveId 32 hexadecimal digits
 * @param salt 32 random bytes; by default new ones. What the PRF was evaluated at serves as well, and is then found again
 */
export async function wrapKey(
  key: BackupKey,
  prfOutput: Secret<Bytes>,
  archiveId: string,
  salt: Bytes = randomBytes(saltLength),
): Promise<{ salt: Bytes; wrappedKey: Bytes }> {
  const iv = randomBytes(nonceLength);
  const wrapping = await wrappingKey(prfOutput, salt, archiveId);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, wrapping, key.reveal());
  return { salt, wrappedKey: concat(iv, new Uint8Array(sealed)) };
}

/** The backup key that `wrapKey` wrapped. @throws StrongroomError 'wrong-key' when the passkey is another */
export async function unwrapKey(
  wrapped: { readonly salt: Bytes; readonly wrappedKey: Bytes },
  prfOutput: Secret<Bytes>,
  archiveId: string,
): Promise<BackupKey> {
  const wrapping = await wrappingKey(prfOutput, wrapped.salt, archiveId);
  const iv = wrapped.wrappedKey.slice(0, nonceLength);
  try {
    const sealed = wrapped.wrappedKey.slice(nonceLength);
    return new Secret(new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, wrapping, sealed)));
  } catch (cause) {
    throw new StrongroomError('wrong-key', {}, { cause });
  }
}

async function wrappingKey(prfOutput: Secret<Bytes>, salt: Bytes, archiveId: string): Promise<CryptoKey> {
  const root = await crypto.subtle.importKey('raw', prfOutput.reveal(), 'HKDF', false, ['deriveKey']);
  const info = concat(utf8('strongroom passkey'), fromHex(archiveId));
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt, info };
  return crypto.subtle.deriveKey(parameters, root, { name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
}
