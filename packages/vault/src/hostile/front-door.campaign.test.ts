import { create } from '@bufbuild/protobuf';
import { isStrongroomError, toHex } from '@strongroom/core';
import { ready } from '@strongroom/opaque';
import { PolicySchema, Slot } from '@strongroom/wire/vault';
import { beforeAll, expect, test } from 'vitest';
import { campaignSize } from '../../../../tools/campaign.ts';
import { Rng } from '../../../../tools/fuzz/rng.ts';
import { defaultPolicy } from '../rules/policy.ts';
import { day } from '../testing/clock.ts';
import type { Dealt } from '../testing/deal.ts';
import { refusalOf } from '../testing/rules-account.ts';
import { signErase, signHeal } from '../testing/signed-requests.ts';
import type { TestDevice } from '../testing/test-device.ts';
import { HostileDoor } from './hostile-door.ts';
import { WatchedVaults } from './world.ts';

// Real clients' messages, real vaults, and a front door between them that drops, repeats, reorders, substitutes between
// accounts and vaults, alters and replays, also what was sent before a change of password or an Erase. WatchedVaults
// watches that each evaluation is counted and none is beyond the limit; here: what the clients get is right, or nothing.

const worlds = campaignSize({ short: 3, long: 250 });
const stepsEach = 25;
const waitless = create(PolicySchema, { ...defaultPolicy, waits: [] });

interface Person {
  readonly device: TestDevice;
  /** The same account, reached honestly. */
  readonly honest: TestDevice;
  /** Registrations in the order in which the person tried to make them. */
  readonly made: Dealt[];
}

beforeAll(ready);

test.each([
  { vaults: 1, threshold: 1 },
  { vaults: 3, threshold: 2 },
])(
  'a front door that does what it likes, before $vaults vaults: nothing false is believed, nothing is uncounted',
  async (size) => {
    const words = new Map<string, number>();
    for (let seed = 0; seed < worlds; seed++) {
      try {
        await oneHistory(new Rng(seed), size, words);
      } catch (cause) {
        throw new Error(`seed ${seed}`, { cause });
      }
    }
    expect(words.get('right'), 'guesses that opened all the same').toBeGreaterThan(0);
    expect(words.get('failed'), 'attempts that came to nothing').toBeGreaterThan(worlds);
  },
  3_600_000,
);

async function oneHistory(
  rng: Rng,
  size: { vaults: number; threshold: number },
  words: Map<string, number>,
): Promise<void> {
  const world = await WatchedVaults.open({ ...size, policy: waitless });
  const door = new HostileDoor(world, rng);
  const people = ['rose', 'oak'].map((): Person => {
    const device = world.device(undefined, (id) => door.relay(id));
    return { device, honest: world.device(device.accountId), made: [] };
  });
  for (const { device, made } of people) {
    door.honesty = 10;
    made.push(await device.register('first'));
    door.honesty = 5;
  }
  for (let i = 0; i < stepsEach; i++) {
    const word = await step(rng, world, door, rng.pick(people));
    words.set(word, (words.get(word) ?? 0) + 1);
  }
  for (const person of people) await afterwards(world, person, size.vaults);
}

async function step(rng: Rng, world: WatchedVaults, door: HostileDoor, person: Person): Promise<string> {
  const { device, made } = person;
  const newest = made.at(-1)!;
  switch (rng.below(8)) {
    case 0:
      return attempt(async () => {
        const next = await device.deal(rng.pick(['second', 'third']), { owner: newest.owner });
        made.push(next);
        for (const { index } of device.directory.vaults) await device.propose(index, next);
        for (const { index } of device.directory.vaults) await device.commit(index, next);
        return 'changed';
      });
    case 1:
      return attempt(async () => {
        const { index } = rng.pick(device.directory.vaults);
        const target = await device.target(index);
        const request = rng.oneIn(4) ? signErase(target, newest) : signHeal(target, newest);
        return refusalOf(await device.send(index, request));
      });
    case 2:
      if (rng.oneIn(3)) world.vaults.clock.advance(day);
      await door.replay();
      return 'replayed';
    default:
      return guess(rng, person);
  }
}

async function guess(rng: Rng, { device, made }: Person): Promise<string> {
  const of = rng.oneIn(4) ? rng.pick(made) : made.at(-1)!;
  const isRight = rng.oneIn(2);
  return attempt(async () => {
    const said = await device.open(isRight ? of.password : 'something else', of);
    if (isRight) expect(said, 'a right password never seems wrong').not.toBe('wrong-password');
    if (!/^[0-9a-f]{64}/.test(said)) return said;
    expect(isRight, 'a wrong password opens nothing').toBe(true);
    expect(said, 'nothing but the key that was registered is opened').toBe(toHex(of.backupKey));
    return 'right';
  });
}

async function attempt(act: () => Promise<string>): Promise<string> {
  try {
    return await act();
  } catch (error) {
    if (isStrongroomError(error, 'offline', 'malformed', 'unavailable', 'vault-misbehaved')) return 'failed';
    throw error;
  }
}

/** What is live is something that this person made, and nobody else: and with its key it can be healed and opened. */
async function afterwards(world: WatchedVaults, { honest, made }: Person, n: number): Promise<void> {
  for (let index = 1; index <= n; index++) {
    await world.vaults.restart(index);
    const { slots } = await honest.describe(index);
    for (const { generation, slot } of slots) {
      const of = made.find((dealt) => toHex(dealt.generation) === toHex(generation));
      expect(of, 'only what its owner dealt is held').toBeDefined();
      expect(slot, 'a replay contests nothing').not.toBe(Slot.CONTESTED);
      if (slot !== Slot.LIVE) continue;
      expect((await honest.send(index, signHeal(await honest.target(index), of!))).case).toBe('accepted');
    }
  }
}
