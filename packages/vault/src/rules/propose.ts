import { create } from '@bufbuild/protobuf';
import {
  RecordSchema,
  Slot,
  StoredCredentialSchema,
  VaultEvent,
  type Credential,
  type ProposeRequest,
  type Record as VaultRecord,
} from '@strongroom/wire/vault';
import { parseCredential } from './credential.ts';
import { advance, inSlot, isFresh, isSignedBy, type Claim } from './ownership.ts';
import { stricterPolicy } from './policy.ts';
import { accept, refuse } from './replies.ts';
import type { MaybeRecord, Outcome, Situation } from './situation.ts';

/** Propose: fills `candidate` for the live credential's owner, or where there is none; else it contests. */
export function propose(record: MaybeRecord, request: ProposeRequest, situation: Situation): Outcome {
  const credential = parseCredential(request.credential);
  if (credential === undefined) return refuse(record, 'malformed', { why: 'the credential' });
  const { generation } = credential;
  const claim: Claim = { kind: 'propose', generation, body: request.credential, signature: request.owner };
  if (!isFresh(record, claim) || isKnown(record, generation)) return refuse(record, 'stale');
  if (isSignedBy(record?.live?.credential, claim, situation))
    return fillCandidate(record, credential, true, situation);
  if (!isSignedBy(credential, claim, situation))
    return refuse(record, 'not-authorised', { why: 'owner signature' });
  return record?.live === undefined
    ? fillCandidate(record, credential, false, situation)
    : contest(record, credential, situation);
}

function isKnown(record: MaybeRecord, generation: Uint8Array): boolean {
  return [record?.live, record?.candidate, record?.contested].some(
    (slot) => inSlot(slot, generation) !== undefined,
  );
}

function fillCandidate(
  record: MaybeRecord,
  credential: Credential,
  ownerApproved: boolean,
  situation: Situation,
): Outcome {
  const next = advance(record ?? newRecord(situation), situation, ownerApproved ? 'live owner' : 'other');
  next.policy = stricterPolicy(next.policy, situation.policy);
  next.candidate = create(StoredCredentialSchema, { credential, since: situation.now, ownerApproved });
  return accept(next, VaultEvent.UNSPECIFIED, { slot: Slot.CANDIDATE });
}

// The anchor stays: whoever contests must not be able to undo what the owner is signing.
function contest(record: VaultRecord, credential: Credential, situation: Situation): Outcome {
  const policy = stricterPolicy(record.policy, situation.policy);
  const contested = create(StoredCredentialSchema, { credential, since: situation.now });
  const next = { ...record, policy, contested };
  return accept(next, VaultEvent.REPLACEMENT_PROPOSED, {
    slot: Slot.CONTESTED,
    committableAt: situation.now + policy.replacementDelay,
  });
}

function newRecord({ now, policy }: Situation): VaultRecord {
  return create(RecordSchema, { policy, failuresSince: now });
}
