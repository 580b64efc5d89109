import { createCipheriv } from 'node:crypto';
import { clone, create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { checkKe3, evaluate, finishKey, isKe1, type Evaluation } from '@strongroom/opaque';
import { concat, encode, equalBytes, wipe } from '@strongroom/core';
import {
  BegunSchema,
  FinishBodySchema,
  RecordSchema,
  VaultEvent,
  VaultReplySchema,
  type BeginRequest,
  type Begun,
  type Credential,
  type FinishRequest,
  type Policy,
  type Record as VaultRecord,
  type Ticket,
} from '@strongroom/wire/vault';
import { countGuesses, forgetFailures, isExhausted } from './counting.ts';
import { exhaust, toThresholdCredential } from './credential.ts';
import { inSlot, sha256 } from './ownership.ts';
import { stricterPolicy } from './policy.ts';
import { refuse } from './replies.ts';
import type { MaybeRecord, Outcome, Situation } from './situation.ts';
import { openTicket, sealTicket, TICKET_LIFETIME } from './ticket.ts';

/** Begin: counts a guess, then evaluates it. Whoever stores the record before answering cannot be asked twice for one count. */
export function begin(record: MaybeRecord, request: BeginRequest, situation: Situation): Outcome {
  const stored = [record?.live, record?.candidate].find((slot) => inSlot(slot, request.generation));
  if (record === undefined || stored?.credential === undefined) {
    return refuse(record, record?.live === undefined ? 'not-registered' : 'stale');
  }
  if (!isKe1(request.ke1)) return refuse(record, 'malformed', { why: 'KE1' });
  const digest = sha256(encode(request.generation, request.ke1));
  const repeated = record.lastBegin !== undefined && equalBytes(record.lastBegin.digest, digest);
  if (repeated)
    return begun(record, fromBinary(BegunSchema, record.lastBegin!.reply), VaultEvent.UNSPECIFIED);
  const policy = stricterPolicy(record.policy, situation.policy);
  const count = countGuesses(record, policy, situation.now);
  if (isExhausted(stored)) return refuse(record, 'locked');
  if (count.guessesLeft === 0)
    return { ...refuse(record, 'locked'), record: eraseSlots(clone(RecordSchema, record)) };
  if (count.waitUntil > 0n) {
    return refuse(record, 'must-wait', { until: count.waitUntil, guessesLeft: count.guessesLeft });
  }
  return evaluateCounted(
    countOne(record, policy, situation),
    stored.credential,
    request.ke1,
    digest,
    policy,
    situation,
  );
}

function countOne(record: VaultRecord, policy: Policy, { now }: Situation): VaultRecord {
  const next = clone(RecordSchema, record);
  const { failures, failuresSince } = forgetFailures(record, now);
  next.policy = policy;
  next.begun += 1n;
  next.failures = failures + 1;
  next.failuresSince = failuresSince;
  next.lastBeginAt = now;
  return next;
}

function evaluateCounted(
  counted: VaultRecord,
  credential: Credential,
  ke1: Uint8Array,
  digest: Uint8Array,
  policy: Policy,
  situation: Situation,
): Outcome {
  const { guessesLeft, waitUntil } = countGuesses(counted, policy, situation.now);
  const answer = evaluateCredential(credential, ke1, situation);
  const ticket = sealTicket(
    {
      generation: credential.generation,
      guess: counted.begun,
      expectedClientMac: answer.expectedClientMac,
      sessionKey: answer.sessionKey,
      expiresAt: situation.now + TICKET_LIFETIME,
    },
    situation,
  );
  wipe(answer.sessionKey, answer.expectedClientMac);
  const reply = create(BegunSchema, {
    ke2: answer.ke2,
    publicShares: credential.publicShares,
    proof: answer.proof ?? new Uint8Array(),
    ...(credential.stretch && { stretch: credential.stretch }),
    ticket,
    guessesLeft,
    waitUntil,
  });
  const last = guessesLeft === 0;
  const next = last ? eraseSlots(counted) : counted;
  next.lastBegin = { $typeName: 'strongroom.v1.CountedBegin', digest, reply: toBinary(BegunSchema, reply) };
  return begun(next, reply, last ? VaultEvent.LAST_GUESS_COUNTED : VaultEvent.GUESS_COUNTED);
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
  for (const slot of ['live', 'candidate', 'contested'] as const) {
    const left = exhaust(record[slot]);
    if (left === undefined) delete record[slot];
    else record[slot] = left;
  }
  return record;
}

function begun(record: VaultRecord, value: Begun, event: VaultEvent): Outcome {
  return { record, reply: create(VaultReplySchema, { reply: { case: 'begun', value } }), event };
}

/** Finish: the guess was right, so it was no failure; answers the sealed key. May be repeated. */
export function finish(record: MaybeRecord, request: FinishRequest, situation: Situation): Outcome {
  const ticket = openTicket(request.ticket, situation);
  if (ticket === undefined) return refuse(record, 'malformed', { why: 'the ticket' });
  const stored = [record?.live, record?.candidate].find((slot) => inSlot(slot, ticket.generation));
  if (record === undefined || stored?.credential === undefined || ticket.expiresAt < situation.now) {
    return refuse(record, 'stale');
  }
  if (!checkKe3(ticket.expectedClientMac, request.ke3))
    return refuse(record, 'not-authorised', { why: 'KE3' });
  const first = ticket.guess > record.opened;
  const next = first ? countOpening(record, ticket.guess, situation.now) : record;
  return {
    record: next,
    reply: sealFinish(next, stored.credential, ticket, situation),
    event: first ? VaultEvent.OPENED : VaultEvent.UNSPECIFIED,
  };
}

function countOpening(record: VaultRecord, guess: bigint, now: bigint): VaultRecord {
  const next = clone(RecordSchema, record);
  const { failures, failuresSince } = forgetFailures(record, now);
  next.failuresBeforeOpening = Number(guess - 1n - record.opened);
  next.opened = guess;
  next.failures = Math.max(0, failures - 1);
  next.failuresSince = failuresSince;
  return next;
}

function sealFinish(
  record: VaultRecord,
  credential: Credential,
  ticket: Ticket,
  situation: Situation,
): Outcome['reply'] {
  const body = create(FinishBodySchema, {
    sealedKey: credential.sealedKey,
    failuresSinceOpening: record.failuresBeforeOpening,
    ...(record.mark && { mark: record.mark }),
  });
  const nonce = situation.random(12);
  const key = finishKey(ticket.sessionKey);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const ciphertext = concat(
    cipher.update(toBinary(FinishBodySchema, body)),
    cipher.final(),
    cipher.getAuthTag(),
  );
  wipe(key);
  return create(VaultReplySchema, { reply: { case: 'finished', value: { nonce, ciphertext } } });
}
