import { createHash } from 'node:crypto';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { Bytes } from '@strongroom/core';
import { markBody, type OwnedRequest, type OwnedRequestKind } from '@strongroom/protocol';
import {
  MarkSchema,
  OwnerSignatureSchema,
  type OwnerSignature,
  type VaultRequestSchema,
} from '@strongroom/wire/vault';
import { credentialFor, type Dealt } from './deal.ts';
import type { TestOwner } from './owner.ts';

/** A request as a client makes it. */
export type RequestShape = NonNullable<MessageInitShape<typeof VaultRequestSchema>['request']>;

/** Which record a request is about, and the anchor that its vault returned last. */
export interface Target {
  readonly vaultId: Uint8Array;
  readonly tenant: string;
  readonly accountId: Uint8Array;
  readonly anchor: Uint8Array;
}

/** An owner signature; `changes` makes it one over something else. */
export function signature(
  owner: TestOwner,
  target: Target,
  request: { kind: OwnedRequestKind; generation: Uint8Array; body?: Uint8Array },
  changes: Partial<OwnedRequest> = {},
): OwnerSignature {
  const { kind, generation, body = new Uint8Array() } = request;
  const bodyDigest = new Uint8Array(createHash('sha256').update(body).digest());
  const signed = { ...target, kind, generation, bodyDigest, ...changes };
  return create(OwnerSignatureSchema, {
    anchor: new Uint8Array(target.anchor),
    signature: owner.sign(signed),
  });
}

/** Propose of a registration, signed by the live credential's owner, or by the registration's own. */
export function signPropose(target: Target, dealt: Dealt, by: TestOwner = dealt.owner): RequestShape {
  const credential = credentialFor(dealt, target.vaultId);
  const { generation } = dealt;
  const owner = signature(by, target, { kind: 'propose', generation, body: credential });
  return { case: 'propose', value: { credential, owner } };
}

export function signCommit(target: Target, { generation, owner: by }: Dealt): RequestShape {
  return {
    case: 'commit',
    value: { generation, owner: signature(by, target, { kind: 'commit', generation }) },
  };
}

export function signDrop(target: Target, { generation }: Dealt, by: TestOwner): RequestShape {
  return { case: 'drop', value: { generation, owner: signature(by, target, { kind: 'drop', generation }) } };
}

/** The next three are signed over the live registration's generation. */
export function signHeal(target: Target, { generation, owner: by }: Dealt): RequestShape {
  return { case: 'heal', value: { owner: signature(by, target, { kind: 'heal', generation }) } };
}

export function signErase(target: Target, { generation, owner: by }: Dealt): RequestShape {
  return { case: 'erase', value: { owner: signature(by, target, { kind: 'erase', generation }) } };
}

export function signMark(target: Target, live: Dealt, number: bigint, hash: Bytes): RequestShape {
  const request = { kind: 'mark', generation: live.generation, body: markBody(number, hash) } as const;
  const mark = create(MarkSchema, { number, hash });
  return { case: 'mark', value: { mark, owner: signature(live.owner, target, request) } };
}
