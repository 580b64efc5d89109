import {
  equalBytes,
  randomBytes,
  StrongroomError,
  utf8,
  wipe,
  type Bytes,
  type Random,
} from '@strongroom/core';
import { hkdfExpand } from '../hash.ts';
import { open, seal } from './aead.ts';

/** The answer to Finish: AES-256-GCM under `finishKey`, with a random nonce of 12 bytes and no additional data. */
export interface SealedFinish {
  readonly nonce: Bytes;
  readonly ciphertext: Bytes;
}

const nonceLength = 12;
const noData = new Uint8Array(0);

/** The AES-256-GCM key of the answer to Finish (32 bytes), of a session key of 64 bytes. */
export function finishKey(sessionKey: Uint8Array): Bytes {
  return hkdfExpand(sessionKey, utf8('strongroom finish'), 32);
}

/** Seals the answer to Finish by WebCrypto. A vault that must answer at once uses `finishKey` instead. */
export async function sealFinish(
  sessionKey: Uint8Array,
  plaintext: Uint8Array,
  random: Random = randomBytes,
): Promise<SealedFinish> {
  const key = finishKey(sessionKey);
  const nonce = random(nonceLength);
  const ciphertext = await seal(key, nonce, noData, plaintext);
  wipe(key);
  return { nonce, ciphertext };
}

/** Opens the answer to Finish. @throws `malformed` when it is not from the vault that shares the session key */
export async function openFinish(
  sessionKey: Uint8Array,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Bytes> {
  const what = 'the answer to Finish';
  if (nonce.length !== nonceLength) throw new StrongroomError('malformed', { what });
  const key = finishKey(sessionKey);
  try {
    return await open(key, nonce.slice(), noData, ciphertext, what);
  } finally {
    wipe(key);
  }
}

/** Whether KE3 is the expected MAC (64 bytes): only who opened the envelope could make it. Constant time. */
export function checkKe3(expectedClientMac: Uint8Array, ke3: Uint8Array): boolean {
  return expectedClientMac.length === 64 && equalBytes(expectedClientMac, ke3);
}
