import { fromBinary } from '@bufbuild/protobuf';
import { toHex, type Bytes } from '@strongroom/core';
import { isKe1, ready } from '@strongroom/opaque';
import { pad, PADDED_LENGTH } from '@strongroom/protocol';
import { VaultEvent, VaultRequestSchema } from '@strongroom/wire/vault';
import { beforeAll, expect, test } from 'vitest';
import { campaignSize } from '../../../../tools/campaign.ts';
import { mutateMessage } from '../../../../tools/fuzz/mutate-message.ts';
import { Rng } from '../../../../tools/fuzz/rng.ts';
import { day } from '../testing/clock.ts';
import type { Dealt } from '../testing/deal.ts';
import { TestOwner } from '../testing/owner.ts';
import { valueOf } from '../testing/rules-account.ts';
import {
  signCommit,
  signDrop,
  signErase,
  signHeal,
  signMark,
  signPropose,
  type RequestShape,
} from '../testing/signed-requests.ts';
import type { TestDevice } from '../testing/test-device.ts';
import { sealAnything, type Address } from './seal.ts';
import { bytesOf, WatchedVaults } from './world.ts';

// Requests that are changed before they are sealed, by a client with every right to seal, or on their way. Whatever
// comes of them, what WatchedVaults watches over holds: see there.

const worlds = campaignSize({ short: 2, long: 150 });
const requestsEach = 50;

interface Account {
  readonly device: TestDevice;
  live: Dealt;
}

beforeAll(ready);

test('requests changed before and after they are sealed: no crash, no guess uncounted, every record opens', async () => {
  const answered = { sealedWell: 0, changedAfter: 0, begun: 0 };
  for (let seed = 0; seed < worlds; seed++) {
    const rng = new Rng(seed);
    const world = await WatchedVaults.open();
    const accounts = await Promise.all(
      ['rose', 'oak'].map(async (password): Promise<Account> => {
        const device = world.device();
        return { device, live: await device.register(password) };
      }),
    );
    try {
      for (let i = 0; i < requestsEach; i++) await sendOne(world, rng, rng.pick(accounts), answered);
      for (const account of accounts) await stillWorks(world, account);
    } catch (cause) {
      throw new Error(`seed ${seed}`, { cause });
    }
  }
  expect(answered.changedAfter, 'what was changed after it was sealed').toBe(0);
  expect(answered.sealedWell).toBeGreaterThan(worlds * 10);
  expect(answered.begun, 'guesses that were counted').toBeGreaterThan(worlds / 2);
}, 3_600_000);

async function sendOne(
  world: WatchedVaults,
  rng: Rng,
  account: Account,
  answered: { sealedWell: number; changedAfter: number; begun: number },
): Promise<void> {
  const { device } = account;
  if (rng.oneIn(15)) world.vaults.clock.advance(rng.pick([60_000, day, 8 * day]));
  const { proposeKey } = await device.describe(1);
  const sound = bytesOf(await requestOf(rng, account));
  const plaintext = rng.oneIn(4) ? sound : mutateMessage(rng, [sound]).slice(0, PADDED_LENGTH - 2);
  const { vaultId, hpkePublicKey } = device.vault(1);
  const { tenant, accountId } = device;
  const isPropose = rng.oneIn(10) !== (decoded(plaintext)?.request.case === 'propose');
  const address: Address = { vaultId, tenant, accountId, hpkePublicKey, ...(isPropose && proposeKey) };
  const sealed = sealAnything(address, pad(plaintext, PADDED_LENGTH));
  const carried = rng.oneIn(4) ? mutateMessage(rng, [sealed]) : sealed;
  const before = world.outcomes.length;
  const answer = await world.serve(1, accountId, carried);
  const isAnswered = typeof answer !== 'string';
  expect(world.outcomes.length - before, 'only what opens reaches the rules').toBe(isAnswered ? 1 : 0);
  if (!isAnswered) return;
  answered.sealedWell += 1;
  if (toHex(carried) !== toHex(sealed)) answered.changedAfter += 1;
  explained(world, plaintext, answered);
}

/** A guess is counted only where the plaintext was a Begin with a KE1 that can be evaluated. */
function explained(world: WatchedVaults, plaintext: Bytes, answered: { begun: number }): void {
  const { reply, event } = world.outcomes.at(-1)!;
  if (reply.reply.case !== 'begun') {
    expect([VaultEvent.GUESS_COUNTED], 'only a Begin counts').not.toContain(event);
    return;
  }
  const request = decoded(plaintext)!.request;
  expect(request.case === 'begin' && isKe1(request.value.ke1)).toBe(true);
  answered.begun += 1;
}

async function requestOf(rng: Rng, { device, live }: Account): Promise<RequestShape> {
  const target = await device.target(1);
  const { vaultId } = device.vault(1);
  const guess = device.newGuess(rng.pick(['rose', 'oak', 'fern']), live);
  const next = await device.deal('fern', { owner: rng.oneIn(2) ? live.owner : new TestOwner() });
  const mark = signMark(target, live, BigInt(rng.below(5)), new Uint8Array(32));
  const shapes: readonly RequestShape[] = [
    { case: 'describe', value: {} },
    guess.beginRequest(vaultId),
    guess.beginRequest(vaultId),
    guess.beginRequest(vaultId),
    { case: 'finish', value: { ticket: rng.bytes(200), ke3: rng.bytes(64) } },
    signPropose(target, next),
    signPropose(target, next),
    signCommit(target, next),
    signDrop(target, next, live.owner),
    signHeal(target, live),
    mark,
    ...(rng.oneIn(10) ? [signErase(target, live)] : []),
  ];
  return rng.pick(shapes);
}

function decoded(plaintext: Bytes): ReturnType<typeof fromBinary<typeof VaultRequestSchema>> | undefined {
  try {
    return fromBinary(VaultRequestSchema, plaintext, { readUnknownFields: false });
  } catch {
    return undefined;
  }
}

/** A restarted vault opens the record, and its owner can go on, whatever was done to it. */
async function stillWorks(world: WatchedVaults, { device, live }: Account): Promise<void> {
  await world.vaults.restart(1);
  const { slots, policy } = await device.describe(1);
  expect(policy).toBeDefined();
  const isLive = slots.some(({ generation }) => toHex(generation) === toHex(live.generation));
  if (!isLive) return;
  valueOf(await device.send(1, signHeal(await device.target(1), live)), 'accepted');
  const said = await device.open(live.password, live);
  expect(['locked', toHex(live.backupKey)]).toContain(said);
}
