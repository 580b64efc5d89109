import { create } from '@bufbuild/protobuf';
import {
  Slot,
  SlotDescriptionSchema,
  VaultEvent,
  VaultReplySchema,
  type SlotDescription,
  type StoredCredential,
} from '@strongroom/wire/vault';
import { countGuesses, isExhausted } from './counting.ts';
import { stricterPolicy } from './policy.ts';
import type { MaybeRecord, Outcome, Situation } from './situation.ts';

/** Describe: how the account stands. Writes nothing. */
export function describe(record: MaybeRecord, situation: Situation): Outcome {
  const policy = stricterPolicy(record?.policy, situation.policy);
  const count = countGuesses(record, policy, situation.now);
  const live = record?.live;
  const value = {
    slots: describeSlots(record, policy.replacementDelay),
    guessesLeft: count.guessesLeft,
    waitUntil: count.waitUntil,
    failuresSinceOpening: Number(count.failuresInRow),
    anchor: record?.anchor ?? new Uint8Array(),
    proposeKey: situation.vault.proposeKey,
    locked: live !== undefined && (isExhausted(live) || count.guessesLeft === 0),
    policy,
  };
  return {
    record,
    reply: create(VaultReplySchema, { reply: { case: 'described', value } }),
    event: VaultEvent.UNSPECIFIED,
  };
}

function describeSlots(record: MaybeRecord, replacementDelay: bigint): SlotDescription[] {
  const contested = describeSlot(Slot.CONTESTED, record?.contested);
  for (const description of contested) description.committableAt = description.since + replacementDelay;
  return [
    ...describeSlot(Slot.LIVE, record?.live),
    ...describeSlot(Slot.CANDIDATE, record?.candidate),
    ...contested,
  ];
}

function describeSlot(slot: Slot, stored: StoredCredential | undefined): SlotDescription[] {
  if (stored?.credential === undefined) return [];
  const { generation, directoryEpoch } = stored.credential;
  return [
    create(SlotDescriptionSchema, {
      slot,
      generation,
      directoryEpoch,
      since: stored.since,
      exhausted: isExhausted(stored),
    }),
  ];
}
