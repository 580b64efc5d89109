import type { BackupKey } from '@strongroom/client';
import { toHex } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { campaignSize } from '../tools/campaign.ts';
import { RotationWorld, type Cut, type Opened, type Ways } from './kit/rotation-world.ts';

const byPassword: Ways = { password: true, key: false };
const byKey: Ways = { password: false, key: true };
const byBoth: Ways = { password: true, key: true };

describe('a change of the key that is cut off at any moment', () => {
  test.each([byPassword, byKey, byBoth])(
    'leaves what the owner of a lost phone has to open the backup with, and is finished by the same command: %o',
    async (ways) => {
      for (const cut of await momentsOf(ways)) {
        const { world, old } = await cutOff(ways, cut);
        // The old digits are kept until the command says that it is done.
        const lost = await openings(world, ways, old);
        expect({ cut, lost: lost.map(({ content }) => content) }).toEqual({ cut, lost: all(ways, 'before') });
        await world.rotate();
        expect({ cut, ...(await rotated(world, ways, old)) }).toEqual({ cut, ...expected(ways, 'before') });
      }
    },
    300_000,
  );

  test.each([byPassword, byKey])(
    'leaves a phone that backs up as if nothing were, and loses nothing of that either: %o',
    async (ways) => {
      for (const cut of await momentsOf(ways)) {
        const { world, old } = await cutOff(ways, cut);
        await world.backup('during');
        const key = isOld(world, old) ? old : world.shown.at(-1);
        const lost = await openings(world, ways, key);
        expect({ cut, lost: lost.map(({ content }) => content) }).toEqual({ cut, lost: all(ways, 'during') });
        const lastOfOld = isOld(world, old) ? 'during' : 'before';
        if (isOld(world, old)) await world.rotate();
        expect({ cut, ...(await rotated(world, ways, old)) }).toEqual({ cut, ...expected(ways, lastOfOld) });
      }
    },
    300_000,
  );
});

async function momentsOf(ways: Ways): Promise<Cut[]> {
  const world = await RotationWorld.open(ways);
  world.cutPower();
  await world.rotate();
  expect(world.effects).toBeGreaterThan(4);
  const every = campaignSize({ short: 2, long: 1 });
  return Array.from({ length: world.effects }, (_, effect) => effect).filter(
    (effect) => effect % every === 0,
  );
}

async function cutOff(ways: Ways, cut: Cut): Promise<{ world: RotationWorld; old: BackupKey }> {
  const world = await RotationWorld.open(ways);
  const old = world.phone.backupKey();
  world.cutPower(cut);
  await world.rotate().catch(() => undefined);
  await world.restart();
  return { world, old };
}

function isOld(world: RotationWorld, old: BackupKey): boolean {
  return toHex(world.phone.backupKey().reveal()) === toHex(old.reveal());
}

/** What new phones find, by every way there is. */
async function openings(world: RotationWorld, ways: Ways, key: BackupKey | undefined): Promise<Opened[]> {
  return [
    ...(ways.password ? [await world.byPassword()] : []),
    ...(ways.key ? [await world.byKey(key!)] : []),
  ];
}

interface Rotated {
  readonly isOld: boolean;
  readonly isUnfinished: boolean;
  readonly newest: readonly Opened[];
  readonly withOldKey: Opened;
}

/** How things stand after one more backup. */
async function rotated(world: RotationWorld, ways: Ways, old: BackupKey): Promise<Rotated> {
  await world.backup('after');
  return {
    isOld: isOld(world, old),
    isUnfinished: world.phone.state.rotation !== undefined,
    newest: await openings(world, ways, world.shown.at(-1)),
    withOldKey: await world.byKey(old),
  };
}

function expected(ways: Ways, lastOfOld: string): Rotated {
  return {
    isOld: false,
    isUnfinished: false,
    newest: all(ways, { content: 'after', fallback: false }),
    withOldKey: { content: lastOfOld, fallback: true },
  };
}

function all<T>({ password, key }: Ways, value: T): T[] {
  return [...(password ? [value] : []), ...(key ? [value] : [])];
}
