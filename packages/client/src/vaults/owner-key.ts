import { ownerSeed } from '@strongroom/archive';
import { toHex, wipe, type Bytes } from '@strongroom/core';
import {
  sha256,
  signAsOwner,
  signingKeyFromSeed,
  type OwnedRequestKind,
  type SigningKey,
} from '@strongroom/protocol';
import type { BackupKey } from '../backup-key.ts';
import type { VaultLink } from './vault-link.ts';

/** The Ed25519 key pair by which whoever holds the backup key acts for its credential without spending a guess. */
export async function ownerKeyOf(key: BackupKey): Promise<SigningKey> {
  const seed = await ownerSeed(key);
  try {
    return await signingKeyFromSeed(seed);
  } finally {
    wipe(seed);
  }
}

/** Signs a request to one vault under the anchor it returned last. */
export async function ownerSignature(
  owner: SigningKey,
  { vault, account }: VaultLink,
  request: { kind: OwnedRequestKind; anchor: Uint8Array; generation: Uint8Array; body?: Uint8Array },
): Promise<{ anchor: Bytes; signature: Bytes }> {
  const { kind, generation, body = new Uint8Array() } = request;
  const anchor = new Uint8Array(request.anchor);
  const bodyDigest = await sha256(body);
  const signature = await signAsOwner(owner, {
    ...account,
    vaultId: vault.vaultId,
    kind,
    anchor,
    generation,
    bodyDigest,
  });
  return { anchor, signature };
}

/** A vault's name for messages to people: its id in hex. */
export function vaultName({ vault }: VaultLink): string {
  return toHex(vault.vaultId);
}
