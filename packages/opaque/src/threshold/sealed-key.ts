import { concat, encode, utf8, wipe, type Bytes } from '@strongroom/core';
import { hkdfExpand } from '../hash.ts';
import { open, seal } from './aead.ts';

// The key under it depends on the password and the generation and seals this one plaintext.
const zeroNonce = new Uint8Array(12);

/** The backup key (32 bytes) sealed under the randomized password: 48 bytes. */
export async function sealKey(
  rwd: Uint8Array,
  generation: Uint8Array,
  accountId: Uint8Array,
  backupKey: Uint8Array,
): Promise<Bytes> {
  const key = sealingKey(rwd, generation);
  const sealed = await seal(key, zeroNonce, encode(accountId, generation), backupKey);
  wipe(key);
  return sealed;
}

/**
 * The backup key, 32 bytes. It counts only once it opens the archive's key check.
 * @param rwd from `finishRetrieval`
 * @throws `malformed` when the vault gave another sealed key than was stored for this account and generation
 */
export async function openSealedKey(
  rwd: Uint8Array,
  generation: Uint8Array,
  accountId: Uint8Array,
  sealedKey: Uint8Array,
): Promise<Bytes> {
  const key = sealingKey(rwd, generation);
  try {
    return await open(key, zeroNonce, encode(accountId, generation), sealedKey, 'the sealed key');
  } finally {
    wipe(key);
  }
}

function sealingKey(rwd: Uint8Array, generation: Uint8Array): Bytes {
  return hkdfExpand(rwd, concat(utf8('strongroom sealed key'), generation), 32);
}
