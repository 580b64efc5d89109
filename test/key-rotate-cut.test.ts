import { describe, expect, test } from 'vitest';
import type { BackupKey } from '@strongroom/client';
import { toHex } from '@strongroom/core';
import { RotationWorld, type Cut, type Ways } from './kit/rotation-world.ts';

const byPassword: Ways = { password: true, key: false };
const byKey: Ways = { password: false, key: true };
const byBoth: Ways = { password: true, key: true };

describe('a change of the key that is cut off at any moment', () => {
  test.each([byPassword, byKey, byBoth])(
    'leaves what the owner of a lost phone has to open the backup with, and is finished by the same command: %o',
    async (ways) => {
      for (const cut of await momentsOf(ways)) {
        const { world, old } = await cutOff(ways, cut);
        await expectOpened(world, ways, old, 'before', cut);
        await world.rotate();
        await expectRotated(world, ways, old, cut);
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
        const lastOfOld = isOld(world, old) ? 'during' : 'before';
        await expectNewestOpened(world, ways, old, 'during', cut);
        if (isOld(world, old)) await world.rotate();
        await expectRotated(world, ways, old, cut, lastOfOld);
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
  return Array.from({ length: world.effects }, (_, effect) => effect);
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

/** The phone is lost: the password opens the backup, and so do the old digits, and those that were shown if any do. */
async function expectOpened(
  world: RotationWorld,
  ways: Ways,
  old: BackupKey,
  content: string,
  cut: Cut,
): Promise<void> {
  if (ways.password) expect({ cut, ...(await world.byPassword()) }).toMatchObject({ cut, content });
  if (ways.key) expect({ cut, ...(await world.byKey(old)) }).toMatchObject({ cut, content });
}

async function expectNewestOpened(
  world: RotationWorld,
  ways: Ways,
  old: BackupKey,
  content: string,
  cut: Cut,
): Promise<void> {
  if (ways.password) expect({ cut, ...(await world.byPassword()) }).toMatchObject({ cut, content });
  if (!ways.key) return;
  const key = isOld(world, old) ? old : world.shown.at(-1)!;
  expect({ cut, ...(await world.byKey(key)) }).toMatchObject({ cut, content });
}

async function expectRotated(
  world: RotationWorld,
  ways: Ways,
  old: BackupKey,
  cut: Cut,
  content = 'before',
): Promise<void> {
  const { state } = world.phone;
  expect({ cut, isOld: isOld(world, old), rotation: state.rotation }).toEqual({ cut, isOld: false });
  await world.backup('after');
  const newest = { cut, content: 'after', fallback: false };
  if (ways.password) expect({ cut, ...(await world.byPassword()) }).toEqual(newest);
  if (ways.key) expect({ cut, ...(await world.byKey(world.shown.at(-1)!)) }).toEqual(newest);
  expect({ cut, ...(await world.byKey(old)) }).toEqual({ cut, content, fallback: true });
}
