import { deepStrictEqual } from 'node:assert';
import { toBinary } from '@bufbuild/protobuf';
import { toHex } from '@strongroom/core';
import {
  PolicySchema,
  ProposeKeySchema,
  RecordSchema,
  VaultReplySchema,
  VaultRequestSchema,
  type VaultRequest,
} from '@strongroom/wire/vault';
import { apply } from '../rules/apply.ts';
import type { MaybeRecord, Outcome, Situation } from '../rules/situation.ts';
import { seededRandom } from './seeded-random.ts';

/**
 * Applies the rules twice over the same inputs and the same randomness.
 * @throws AssertionError when an argument was changed, or the two outcomes differ
 */
export function applyPurely(
  record: MaybeRecord,
  request: VaultRequest,
  situation: Situation,
  seed: string,
): Outcome {
  const before = snapshot(record, request, situation);
  const outcome = apply(record, request, { ...situation, random: seededRandom(seed) });
  const again = apply(record, request, { ...situation, random: seededRandom(seed) });
  deepStrictEqual(snapshot(record, request, situation), before, 'the rules changed an argument');
  deepStrictEqual(written(again), written(outcome), 'the rules depend on more than their arguments');
  return outcome;
}

function snapshot(record: MaybeRecord, request: VaultRequest, situation: Situation): unknown {
  const { tenant, accountId, now, policy, vault } = situation;
  const { proposeKey, ...keys } = vault;
  return {
    record: record && toHex(toBinary(RecordSchema, record)),
    request: toHex(toBinary(VaultRequestSchema, request)),
    account: [tenant, toHex(accountId), now],
    policy: toHex(toBinary(PolicySchema, policy)),
    vault: [...Object.values(keys).map(toHex), toHex(toBinary(ProposeKeySchema, proposeKey))],
  };
}

function written({ record, reply, event }: Outcome): unknown {
  return {
    record: record && toHex(toBinary(RecordSchema, record)),
    reply: toHex(toBinary(VaultReplySchema, reply)),
    event,
  };
}
