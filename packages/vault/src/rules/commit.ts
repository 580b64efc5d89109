import { equalBytes } from '@strongroom/core';
import {
  VaultEvent,
  type CommitRequest,
  type DropRequest,
  type Record as VaultRecord,
  type StoredCredential,
} from '@strongroom/wire/vault';
import { isExhausted } from './counting.ts';
import { advance, inSlot, isFresh, isSignedBy, type Claim } from './ownership.ts';
import { stricterPolicy } from './policy.ts';
import { accept, refuse } from './replies.ts';
import type { MaybeRecord, Outcome, Situation } from './situation.ts';

/** Commit: a candidate becomes live, and every other credential is erased in the same write. */
export function commit(record: MaybeRecord, request: CommitRequest, situation: Situation): Outcome {
  const { generation } = request;
  const claim: Claim = { kind: 'commit', generation, body: new Uint8Array(), signature: request.owner };
  const stored = findProposed(record, generation);
  if (record === undefined || stored === undefined || !isFresh(record, claim)) return refuse(record, 'stale');
  if (!isSignedBy(stored.credential, claim, situation)) return notOwner(record);
  if (isExhausted(stored)) return refuse(record, 'locked');
  const until = committableAt(record, stored, situation);
  if (until > situation.now) return refuse(record, 'contested', { until });
  const event = record.live === undefined ? VaultEvent.REGISTERED : VaultEvent.REPLACED;
  return accept(makeLive(record, stored, situation), event);
}

/** Drop: erases a candidate or contested credential. */
export function drop(record: MaybeRecord, request: DropRequest, situation: Situation): Outcome {
  const { generation } = request;
  const claim: Claim = { kind: 'drop', generation, body: new Uint8Array(), signature: request.owner };
  const stored = findProposed(record, generation);
  if (record === undefined || stored === undefined || !isFresh(record, claim)) return refuse(record, 'stale');
  const byLiveOwner = isSignedBy(record.live?.credential, claim, situation);
  if (!byLiveOwner && !isSignedBy(stored.credential, claim, situation)) return notOwner(record);
  const next = advance(record, situation, byLiveOwner ? 'live owner' : 'other');
  if (inSlot(next.candidate, generation) === undefined) delete next.contested;
  else delete next.candidate;
  return accept(next, VaultEvent.DROPPED);
}

function makeLive(record: VaultRecord, stored: StoredCredential, situation: Situation): VaultRecord {
  const next = advance(record, situation, 'other');
  const previous = next.live?.credential;
  next.policy = stricterPolicy(next.policy, situation.policy);
  next.live = stored;
  next.opened = next.begun;
  // Only whoever holds the key may wipe out what was guessed wrong before.
  if (stored.ownerApproved) next.failures = 0;
  const sameOwner =
    previous !== undefined && equalBytes(previous.ownerPublicKey, stored.credential!.ownerPublicKey);
  if (!sameOwner) delete next.mark;
  delete next.candidate;
  delete next.contested;
  delete next.lastBegin;
  return next;
}

function findProposed(record: MaybeRecord, generation: Uint8Array): StoredCredential | undefined {
  return [record?.candidate, record?.contested].find((stored) => inSlot(stored, generation) !== undefined);
}

function committableAt(record: VaultRecord, stored: StoredCredential, situation: Situation): bigint {
  if (stored !== record.contested) return 0n;
  return stored.since + stricterPolicy(record.policy, situation.policy).replacementDelay;
}

function notOwner(record: VaultRecord): Outcome {
  return refuse(record, 'not-authorised', { why: 'owner signature' });
}
