import { create } from '@bufbuild/protobuf';
import { randomBytes, type Bytes } from '@strongroom/core';
import { rfc9497 } from '@strongroom/opaque';
import {
  BegunSchema,
  DescribedSchema,
  RefusedSchema,
  Slot,
  SlotDescriptionSchema,
  type Begun,
  type Described,
  type Finished,
} from '@strongroom/wire/vault';
import type { Lie, Reply } from './vault-mouth.ts';

/** Where in KE2 (RFC 9807 section 6.1: 320 bytes) its fields begin. */
export const ke2 = {
  evaluatedMessage: 0,
  maskingNonce: 32,
  maskedResponse: 64,
  serverNonce: 192,
  serverMac: 256,
} as const;

/** Lies when it describes the account. */
export function describing(change: (truth: Described) => Partial<Described>): Lie {
  return (truth) => {
    if (truth.case !== 'described') return truth;
    return { case: 'described', value: create(DescribedSchema, { ...truth.value, ...change(truth.value) }) };
  };
}

/** Lies when it answers a guess. */
export function beginning(change: (truth: Begun) => Partial<Begun>): Lie {
  return (truth) => {
    if (truth.case !== 'begun') return truth;
    return { case: 'begun', value: create(BegunSchema, { ...truth.value, ...change(truth.value) }) };
  };
}

/** Lies when it hands out the sealed key. */
export function finishing(change: (truth: Finished) => Partial<Finished>): Lie {
  return (truth) => {
    if (truth.case !== 'finished') return truth;
    return { case: 'finished', value: { ...truth.value, ...change(truth.value) } };
  };
}

/** Answers one kind of request with something else altogether. */
export function instead(kind: Reply['case'], said: Reply | Uint8Array): Lie {
  return (truth) => (truth.case === kind ? said : truth);
}

/** A refusal that a vault may invent. */
export function refusal(code: string, until = 0n): Reply {
  return { case: 'refused', value: create(RefusedSchema, { code, until, why: 'because' }) };
}

/** Answers a guess as it answered the one before. */
export function replaying(): Lie {
  let before: Reply | undefined;
  return (truth) => {
    if (truth.case !== 'begun') return truth;
    const said = before ?? truth;
    before = truth;
    return said;
  };
}

/** KE2 with other bytes from an offset on. */
export function withBytes({ ke2 }: Begun, at: number, bytes: Uint8Array): Pick<Begun, 'ke2'> {
  const changed = new Uint8Array(ke2);
  changed.set(bytes, at);
  return { ke2: changed };
}

/** A group element that nobody asked for. */
export function strayElement(): Bytes {
  return rfc9497.multiplyBase(rfc9497.randomScalar(randomBytes));
}

/** A registration that nobody made, newer than any. */
export function inventedSlot(): Partial<Described> {
  const since = BigInt(Date.UTC(2100, 0, 1));
  const slot = create(SlotDescriptionSchema, { slot: Slot.LIVE, generation: randomBytes(16), since });
  return { slots: [slot, slot, slot] };
}
