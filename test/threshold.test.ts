import { checkPassword, type Device } from '@strongroom/client';
import { create } from '@bufbuild/protobuf';
import { isStrongroomError, Secret, StrongroomError } from '@strongroom/core';
import { defaultPolicy } from '@strongroom/vault';
import { PolicySchema } from '@strongroom/wire/vault';
import { beforeAll, describe, expect, test } from 'vitest';
import { choices, codeOf, ThresholdFleet } from './kit/threshold-fleet.ts';

const right = 'mint garage 42';
const wrong = 'mint garage 43';
// Few, because every guess of these tests is a real one.
const limit = 3;
const policy = create(PolicySchema, { ...defaultPolicy, guessLimit: limit });
const fleets = [
  [1, 1],
  [2, 2],
  [2, 3],
  [3, 4],
  [3, 5],
] as const;

const open = (device: Device, password: string): Promise<string> =>
  codeOf(checkPassword(device, new Secret(password)));

describe.each(fleets)('%i of %i vaults', (threshold, n) => {
  let fleet: ThresholdFleet;
  let phone: Device;

  beforeAll(async () => {
    fleet = await ThresholdFleet.open({ threshold, vaults: n, policy });
    phone = await fleet.turnOn(right);
  });

  test('open with the password, and no guess is lost', async () => {
    expect(await open(phone, right)).toBe('ok');
    expect(await fleet.guessesLeft()).toEqual(fleet.indexes.map(() => limit));
  });

  test(`open when any ${threshold} of them answer`, async () => {
    for (const up of choices(fleet.indexes, threshold)) {
      onlyReachable(fleet, up);
      expect(await open(phone, right), `vaults ${up.join()}`).toBe('ok');
    }
    fleet.unreachable.clear();
    expect(await fleet.guessesLeft()).toEqual(fleet.indexes.map(() => limit));
  });

  test(`never open when only ${threshold - 1} of them answer, and count nothing`, async () => {
    for (const up of choices(fleet.indexes, threshold - 1)) {
      onlyReachable(fleet, up);
      expect(await open(phone, right)).toBe('unavailable');
    }
    expect(await open(phone, wrong)).toBe('unavailable');
    fleet.unreachable.clear();
    expect(await fleet.guessesLeft()).toEqual(fleet.indexes.map(() => limit));
  });

  test('lose a guess only where some go away between the survey and the guess', async () => {
    const gone = fleet.indexes.slice(threshold - 1);
    const asked = new Set<number>();
    fleet.carry = async (index, sealed, serve) => {
      if (asked.has(index) && gone.includes(index)) throw new StrongroomError('offline', { server: 'x' });
      asked.add(index);
      return serve(sealed);
    };
    expect(await open(phone, right)).toBe(threshold === 1 ? 'offline' : 'unavailable');
    fleet.carry = (_, sealed, serve) => serve(sealed);
    expect(await fleet.guessesLeft()).toEqual(
      fleet.indexes.map((index) => (gone.includes(index) ? limit : limit - 1)),
    );
    expect(await open(phone, right)).toBe('ok');
    expect(await fleet.guessesLeft()).toEqual(fleet.indexes.map(() => limit));
  });

  test('never open with a wrong password, and every one that is asked counts', async () => {
    const error: unknown = await checkPassword(phone, new Secret(wrong)).catch((reason: unknown) => reason);
    expect(isStrongroomError(error, 'wrong-password') && error.details).toEqual({
      guessesLeft: limit - 1,
      waitUntil: null,
      unfinishedChange: false,
    });
    expect(await fleet.guessesLeft()).toEqual(fleet.indexes.map(() => limit - 1));
    const { failuresSinceOpening } = await checkPassword(phone, new Secret(right));
    expect(failuresSinceOpening).toBe(1);
    expect(await fleet.guessesLeft()).toEqual(fleet.indexes.map(() => limit));
  });

  test('lock together after the last guess; any of them out of reach makes no difference', async () => {
    for (let guess = 1; guess <= limit; guess++) {
      expect(await open(phone, wrong)).toBe('wrong-password');
    }
    for (const up of choices(fleet.indexes, threshold).slice(0, 3)) {
      onlyReachable(fleet, up);
      expect(await open(phone, right)).toBe('locked');
    }
    fleet.unreachable.clear();
    expect([...(await fleet.describe()).values()].map(({ locked }) => locked)).toEqual(
      fleet.indexes.map(() => true),
    );
  });
});

function onlyReachable(fleet: ThresholdFleet, up: readonly number[]): void {
  fleet.unreachable.clear();
  for (const index of fleet.indexes) if (!up.includes(index)) fleet.unreachable.add(index);
}
