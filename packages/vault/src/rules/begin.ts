import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { encode, equalBytes, wipe } from '@strongroom/core';
import { evaluate, isKe1, type Evaluation } from '@strongroom/opaque';
import {
  BegunSchema,
  CountedBeginSchema,
  VaultEvent,
  VaultReplySchema,
  type BeginRequest,
  type Begun,
  type Credential,
  type Record as VaultRecord,
  type StoredCredential,
} from '@strongroom/wire/vault';
import { countGuesses, forgetFailures, isExhausted } from './counting.ts';
import { exhaust, toThresholdCredential } from './credential.ts';
import { eventId } from './event-id.ts';
import { inOpenSlot, sha256 } from './ownership.ts';
import { stricterPolicy } from './policy.ts';
import { refuse } from './replies.ts';
import type { MaybeRecord, Outcome, Situation } from './situation.ts';
import { sealTicket, TICKET_LIFETIME } from './ticket.ts';

/** Begin: counts a guess, then evaluates it. Whoever stores the record before answering cannot be asked twice for one count. */
export function begin(record: MaybeRecord, request: BeginRequest, situation: Situation): Outcome {
  const stored = inOpenSlot(record, request.generation);
  if (record === undefined || stored?.credential === undefined)
    return refuse(record, record?.live === undefined ? 'not-registered' : 'stale');
  if (!isKe1(request.ke1)) return refuse(record, 'malformed', { why: 'KE1' });
  const digest = sha256(encode(request.generation, request.ke1));
  return (
    repeat(record, digest, situation) ??
    refusal(record, stored, situation) ??
    evaluateCounted(countOne(record, situation), stored.credential, request.ke1, digest, situation)
  );
}

/** The same KE1 again gets the same reply, also after the last guess, and tells the event again: it may have been lost. */
function repeat(record: VaultRecord, digest: Uint8Array, situation: Situation): Outcome | undefined {
  if (record.lastBegin === undefined || !equalBytes(record.lastBegin.digest, digest)) return undefined;
  const reply = fromBinary(BegunSchema, record.lastBegin.reply);
  return { ...begun(record, reply, digest, situation), isRepetition: true };
}

function refusal(record: VaultRecord, stored: StoredCredential, situation: Situation): Outcome | undefined {
  const policy = stricterPolicy(record.policy, situation.policy);
  const { guessesLeft, waitUntil } = countGuesses(record, policy, situation.now);
  if (isExhausted(stored)) return refuse(record, 'locked');
  if (guessesLeft === 0) return lock(record, situation);
  if (waitUntil > 0n) return refuse(record, 'must-wait', { until: waitUntil, guessesLeft });
  return undefined;
}

/** No guess is left, though nothing was erased. */
function lock(record: VaultRecord, { policy, now }: Situation): Outcome {
  const refused = refuse(record, 'locked');
  const reachedBefore = countGuesses(record, record.policy ?? policy, now).guessesLeft === 0;
  // What was registered after the limit was reached has not been guessed at; it waits for its owner.
  if (reachedBefore) return refused;
  // A policy that became stricter finds too many guesses counted already.
  const next = { ...eraseSlots(record), policy: stricterPolicy(record.policy, policy) };
  return { ...refused, record: next, event: VaultEvent.LAST_GUESS_COUNTED };
}

function countOne(record: VaultRecord, { policy, now }: Situation): VaultRecord {
  const { failures, failuresSince } = forgetFailures(record, now);
  return {
    ...record,
    policy: stricterPolicy(record.policy, policy),
    begun: record.begun + 1n,
    failures: failures + 1,
    failuresSince,
    lastBeginAt: now,
  };
}

function evaluateCounted(
  counted: VaultRecord,
  credential: Credential,
  ke1: Uint8Array,
  digest: Uint8Array,
  situation: Situation,
): Outcome {
  const reply = answer(counted, credential, ke1, situation);
  const left = reply.guessesLeft === 0 ? eraseSlots(counted) : counted;
  const lastBegin = create(CountedBeginSchema, { digest, reply: toBinary(BegunSchema, reply) });
  const next = { ...left, lastBegin };
  return begun(next, reply, digest, situation);
}

function answer(counted: VaultRecord, credential: Credential, ke1: Uint8Array, situation: Situation): Begun {
  const { guessesLeft, waitUntil } = countGuesses(
    counted,
    stricterPolicy(counted.policy, situation.policy),
    situation.now,
  );
  const { ke2, proof, sessionKey, expectedClientMac } = evaluateCredential(credential, ke1, situation);
  const { generation, publicShares, stretch } = credential;
  const expiresAt = situation.now + TICKET_LIFETIME;
  const ticket = sealTicket(
    { generation, guess: counted.begun, expectedClientMac, sessionKey, expiresAt },
    situation,
  );
  wipe(sessionKey, expectedClientMac);
  return create(BegunSchema, {
    ke2,
    publicShares,
    proof: proof ?? new Uint8Array(),
    ...(stretch && { stretch }),
    ticket,
    guessesLeft,
    waitUntil,
  });
}

function evaluateCredential(credential: Credential, ke1: Uint8Array, situation: Situation): Evaluation {
  const { vault, tenant, accountId, random } = situation;
  const { akePrivateKey, akePublicKey, vaultId } = vault;
  return evaluate({
    credential: toThresholdCredential(credential),
    threshold: credential.threshold,
    ke1,
    akePrivateKey,
    akePublicKey,
    vaultId,
    tenant,
    accountId,
    random,
  });
}

/** The write that counts the last guess leaves nothing in any slot that a password could be tested with. */
function eraseSlots(record: VaultRecord): VaultRecord {
  const next = { ...record };
  for (const slot of ['live', 'candidate', 'contested'] as const) {
    const left = exhaust(record[slot]);
    if (left === undefined) delete next[slot];
    else next[slot] = left;
  }
  return next;
}

// The same KE1 may be counted a second time, after another guess: the number tells the two apart.
function begun(record: VaultRecord, value: Begun, digest: Uint8Array, situation: Situation): Outcome {
  return {
    record,
    reply: create(VaultReplySchema, { reply: { case: 'begun', value } }),
    event: value.guessesLeft === 0 ? VaultEvent.LAST_GUESS_COUNTED : VaultEvent.GUESS_COUNTED,
    eventId: eventId(situation, 'begin', digest, `${record.begun}`),
  };
}
