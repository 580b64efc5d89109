import { hash } from 'node:crypto';
import { equalBytes, type Bytes } from '@strongroom/core';
import { ownerSigned, type OwnedRequestKind } from '@strongroom/protocol';
import type {
  Credential,
  OwnerSignature,
  Record as VaultRecord,
  StoredCredential,
} from '@strongroom/wire/vault';
import { verifyEd25519 } from '../ed25519.ts';
import type { MaybeRecord, Situation } from './situation.ts';

/** A request that claims to come from an owner. */
export interface Claim {
  readonly kind: OwnedRequestKind;
  /** 16 bytes. */
  readonly generation: Uint8Array;
  readonly body: Uint8Array;
  readonly signature: OwnerSignature | undefined;
}

/** Whether the claim was signed for the record as it now stands. */
export function isFresh(record: MaybeRecord, { signature }: Claim): boolean {
  return equalBytes(signature?.anchor ?? new Uint8Array(), record?.anchor ?? new Uint8Array());
}

/** Whether the claim was signed by the owner key of a credential. */
export function isSignedBy(
  credential: Pick<Credential, 'ownerPublicKey'> | undefined,
  claim: Claim,
  situation: Situation,
): boolean {
  if (credential === undefined || claim.signature === undefined) return false;
  const message = ownerSigned({
    kind: claim.kind,
    vaultId: situation.vault.vaultId,
    tenant: situation.tenant,
    accountId: situation.accountId,
    anchor: claim.signature.anchor,
    generation: claim.generation,
    bodyDigest: sha256(claim.body),
  });
  return verifyEd25519(credential.ownerPublicKey, message, claim.signature.signature);
}

/** The credential in a slot, when it has the generation. */
export function inSlot(stored: StoredCredential | undefined, generation: Uint8Array): Credential | undefined {
  return stored?.credential !== undefined && equalBytes(stored.credential.generation, generation)
    ? stored.credential
    : undefined;
}

/** The credential of a generation that may be guessed at: the live one or the candidate. */
export function inOpenSlot(record: MaybeRecord, generation: Uint8Array): StoredCredential | undefined {
  return [record?.live, record?.candidate].find((stored) => inSlot(stored, generation) !== undefined);
}

/** A copy of the record under a new anchor. When the live owner acted, a contested credential's delay starts again. */
export function advance(
  record: VaultRecord,
  situation: Situation,
  actor: 'live owner' | 'other',
): VaultRecord {
  const next = { ...record, anchor: situation.random(16) };
  if (actor === 'live owner' && next.contested !== undefined)
    next.contested = { ...next.contested, since: situation.now };
  return next;
}

/** SHA-256, 32 bytes. */
export function sha256(bytes: Uint8Array): Bytes {
  return new Uint8Array(hash('sha256', bytes, 'buffer'));
}
