import { create } from '@bufbuild/protobuf';
import { equalBytes } from '@strongroom/core';
import { markBody, type OwnedRequestKind } from '@strongroom/protocol';
import {
  MarkSchema,
  VaultEvent,
  type EraseRequest,
  type HealRequest,
  type MarkRequest,
  type OwnerSignature,
  type Record as VaultRecord,
} from '@strongroom/wire/vault';
import { advance, isFresh, isSignedBy, type Claim } from './ownership.ts';
import { accept, refuse } from './replies.ts';
import type { MaybeRecord, Outcome, Situation } from './situation.ts';

/** Heal: the owner says that the openings this vault missed were right. */
export function heal(record: MaybeRecord, request: HealRequest, situation: Situation): Outcome {
  return byLiveOwner(record, 'heal', new Uint8Array(), request.owner, situation, (next) => {
    next.opened = next.begun;
    return accept(next, VaultEvent.UNSPECIFIED);
  });
}

/** Mark: remembers the archive's newest snapshot; its number only grows. */
export function mark(record: MaybeRecord, request: MarkRequest, situation: Situation): Outcome {
  const offered = request.mark;
  if (offered === undefined || offered.hash.length !== 32)
    return refuse(record, 'malformed', { why: 'the mark' });
  const body = markBody(offered.number, offered.hash);
  return byLiveOwner(record, 'mark', body, request.owner, situation, (next) => {
    const kept = next.mark;
    const grows = kept === undefined || offered.number > kept.number;
    if (!grows && !(offered.number === kept.number && equalBytes(offered.hash, kept.hash))) {
      return refuse(record, 'stale');
    }
    next.mark = create(MarkSchema, { number: offered.number, hash: offered.hash });
    return accept(next, VaultEvent.UNSPECIFIED);
  });
}

/** Erase: every credential goes; the counters stay. */
export function erase(record: MaybeRecord, request: EraseRequest, situation: Situation): Outcome {
  return byLiveOwner(record, 'erase', new Uint8Array(), request.owner, situation, (next) => {
    delete next.live;
    delete next.candidate;
    delete next.contested;
    delete next.lastBegin;
    delete next.mark;
    return accept(next, VaultEvent.ERASED);
  });
}

function byLiveOwner(
  record: MaybeRecord,
  kind: OwnedRequestKind,
  body: Uint8Array,
  signature: OwnerSignature | undefined,
  situation: Situation,
  change: (next: VaultRecord) => Outcome,
): Outcome {
  const live = record?.live?.credential;
  if (record === undefined || live === undefined) return refuse(record, 'not-registered');
  const claim: Claim = { kind, generation: live.generation, body, signature };
  if (!isFresh(record, claim)) return refuse(record, 'stale');
  if (!isSignedBy(live, claim, situation))
    return refuse(record, 'not-authorised', { why: 'owner signature' });
  return change(advance(record, situation, 'live owner'));
}
