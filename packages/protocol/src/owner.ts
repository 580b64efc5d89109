import { encode, type Bytes } from '@strongroom/core';
import type { SigningKey } from './signing.ts';

/** The requests that only a holder of an owner key may make. */
export type OwnedRequestKind = 'propose' | 'commit' | 'drop' | 'heal' | 'mark' | 'erase';

/** What an owner signature is about. */
export interface OwnedRequest {
  readonly kind: OwnedRequestKind;
  readonly vaultId: Uint8Array;
  readonly tenant: string;
  readonly accountId: Uint8Array;
  /** 16 bytes, the one the vault returned last: a signature holds for one state of the record. */
  readonly anchor: Uint8Array;
  /** 16 bytes; the live credential's for requests that name none. */
  readonly generation: Uint8Array;
  /** SHA-256 of the request's body, 32 bytes. */
  readonly bodyDigest: Uint8Array;
}

/** The bytes that an owner signature covers. */
export function ownerSigned(request: OwnedRequest): Bytes {
  const { vaultId, tenant, accountId, kind, anchor, generation, bodyDigest } = request;
  return encode('strongroom owner v1', vaultId, tenant, accountId, kind, anchor, generation, bodyDigest);
}

/** Signs a request with an owner key: 64 bytes. */
export function signAsOwner(key: SigningKey, request: OwnedRequest): Promise<Bytes> {
  return key.sign(ownerSigned(request));
}

/** SHA-256, 32 bytes. */
export async function sha256(bytes: Uint8Array): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
}

/** The body that a Mark signature covers. */
export function markBody(number: bigint, hash: Uint8Array): Bytes {
  return encode(number.toString(), hash);
}
