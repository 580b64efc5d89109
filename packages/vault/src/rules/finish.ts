import { createCipheriv } from 'node:crypto';
import { create, toBinary } from '@bufbuild/protobuf';
import { concat, wipe, type Bytes } from '@strongroom/core';
import { checkKe3, finishKey } from '@strongroom/opaque';
import {
  FinishBodySchema,
  VaultEvent,
  VaultReplySchema,
  type Credential,
  type FinishRequest,
  type Record as VaultRecord,
  type Ticket,
  type VaultReply,
} from '@strongroom/wire/vault';
import { forgetFailures } from './counting.ts';
import { eventId } from './event-id.ts';
import { inOpenSlot } from './ownership.ts';
import { refuse } from './replies.ts';
import type { MaybeRecord, Outcome, Situation } from './situation.ts';
import { openTicket } from './ticket.ts';

/** Finish: the guess was right, so it was no failure; answers the sealed key. May be repeated, and tells it again. */
export function finish(record: MaybeRecord, request: FinishRequest, situation: Situation): Outcome {
  const ticket = openTicket(request.ticket, situation);
  if (ticket === undefined) return refuse(record, 'malformed', { why: 'the ticket' });
  const stored = inOpenSlot(record, ticket.generation);
  if (record === undefined || stored?.credential === undefined || ticket.expiresAt < situation.now)
    return refuse(record, 'stale');
  if (!checkKe3(ticket.expectedClientMac, request.ke3))
    return refuse(record, 'not-authorised', { why: 'KE3' });
  const first = ticket.guess > record.opened;
  const next = first ? countOpening(record, ticket.guess, situation.now) : record;
  return {
    record: next,
    reply: sealFinish(next, stored.credential, ticket, situation),
    event: VaultEvent.OPENED,
    eventId: eventId(situation, 'finish', request.ticket),
    isRepetition: !first,
  };
}

function countOpening(record: VaultRecord, guess: bigint, now: bigint): VaultRecord {
  const { failures, failuresSince } = forgetFailures(record, now);
  return {
    ...record,
    failuresBeforeOpening: Number(guess - 1n - record.opened),
    opened: guess,
    failures: Math.max(0, failures - 1),
    failuresSince,
  };
}

function sealFinish(
  record: VaultRecord,
  { sealedKey }: Credential,
  { sessionKey }: Ticket,
  { random }: Situation,
): VaultReply {
  const { mark, failuresBeforeOpening: failuresSinceOpening } = record;
  const body = create(FinishBodySchema, { sealedKey, failuresSinceOpening, ...(mark && { mark }) });
  const nonce = random(12);
  const ciphertext = encrypt(sessionKey, nonce, toBinary(FinishBodySchema, body));
  return create(VaultReplySchema, { reply: { case: 'finished', value: { nonce, ciphertext } } });
}

function encrypt(sessionKey: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Bytes {
  const key = finishKey(sessionKey);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const ciphertext = concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
  wipe(key);
  return ciphertext;
}
