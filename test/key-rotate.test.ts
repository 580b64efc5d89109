import { openArchive } from '@strongroom/archive';
import {
  backup,
  changePassword,
  checkPassword,
  disable,
  rotateKey,
  settlePending,
  unlock,
  waysToUnlock,
  type Device,
} from '@strongroom/client';
import { MemorySource } from '@strongroom/archive/testing';
import { randomBytes, Secret, StrongroomError, toHex } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { password, RotationWorld } from './kit/rotation-world.ts';
import { codeOf, typedTwice } from './kit/threshold-fleet.ts';

const withPassword = { password: true, key: false };
const withKey = { password: false, key: true };
const open = (device: Device, typed: string): Promise<string> =>
  codeOf(checkPassword(device, new Secret(typed)));
const typing = (typed: string): { askPassword: () => Promise<Secret<string>> } => ({
  askPassword: async () => new Secret(typed),
});
const refuse = (): Promise<boolean> => Promise.reject(new StrongroomError('wrong-usage', { why: 'no' }));
const digitsOf = (device: Device): string => toHex(device.backupKey().reveal());

describe('changing the key', () => {
  test('takes the password, and changes nothing with a wrong one', async () => {
    const world = await RotationWorld.open(withPassword);
    const before = world.phone.state;
    const objects = world.fleet.cloud.objects.size;
    await expect(rotateKey(world.phone, typing('mint garage 14'))).rejects.toMatchObject({
      code: 'wrong-password',
    });
    await expect(rotateKey(world.phone, {})).rejects.toMatchObject({ code: 'wrong-usage' });
    expect(world.phone.state).toEqual(before);
    expect(world.fleet.cloud.objects.size).toBe(objects);
  });

  test('shows the new digits first, and changes nothing when they are not kept', async () => {
    const world = await RotationWorld.open(withKey);
    const before = world.phone.state;
    const objects = world.fleet.cloud.objects.size;
    await expect(rotateKey(world.phone, { keepKey: refuse })).rejects.toMatchObject({ code: 'wrong-usage' });
    expect(world.phone.state).toEqual(before);
    expect(world.fleet.cloud.objects.size).toBe(objects);
    const { ways } = await rotateKey(world.phone, { keepKey: async () => false });
    expect(ways).toEqual({ password: false, key64: 'unconfirmed' });
  });

  test('works again and again, and every key but the newest is over', async () => {
    const world = await RotationWorld.open(withPassword);
    const keys = [world.phone.backupKey()];
    for (const content of ['one', 'two', 'three']) {
      expect(await world.rotate()).toMatchObject({ resumed: false, vaultProblem: undefined });
      keys.push(world.phone.backupKey());
      await world.backup(content);
      expect(await world.byPassword()).toEqual({ content, fallback: false });
    }
    const found = await Promise.all(keys.map((key) => world.byKey(key)));
    expect(found.map(({ content }) => content)).toEqual(['before', 'one', 'two', 'three']);
    expect(found.map(({ fallback }) => fallback)).toEqual([true, true, true, false]);
    const keysOfPhone = [digitsOf(world.phone), ...world.phone.state.backup!.earlierKeys!];
    expect(new Set(keysOfPhone)).toEqual(new Set(keys.map((key) => toHex(key.reveal()))));
  });

  test('puts no key into the cloud in the clear', async () => {
    const world = await RotationWorld.open(withPassword);
    await world.rotate();
    const key = Buffer.from(world.phone.backupKey().reveal());
    for (const bytes of world.fleet.cloud.objects.values())
      expect(Buffer.from(bytes).includes(key)).toBe(false);
  });

  test('tells the vaults of the snapshot, so that a new phone notices an older cloud', async () => {
    const world = await RotationWorld.open(withPassword);
    await world.rotate();
    const device = await world.fresh();
    const unlocking = { way: 'password', password: new Secret(password) } as const;
    const { mark } = await unlock(device, { cloud: 'memory:' }, unlocking);
    expect(mark?.number).toBe(2n);
    expect(toHex(mark!.hash)).toBe(world.phone.state.backup!.last!.hash);
    expect(world.phone.state.backup).toMatchObject({ marked: true });
  });

  test('drops passkeys, and says so', async () => {
    const world = await RotationWorld.open(withPassword);
    const { archiveId } = world.phone.requireBackup();
    const archive = await openArchive({
      store: world.fleet.cloud,
      archiveId,
      key: world.phone.backupKey(),
    });
    const passkey = {
      way: 'passkey',
      credentialId: randomBytes(16),
      relyingParty: 'example.org',
      salt: randomBytes(32),
      wrappedKey: randomBytes(60),
    } as const;
    await archive.setUnlock([...(await archive.unlock()), passkey]);
    expect(await world.rotate()).toMatchObject({ droppedPasskeys: 1 });
    expect(await waysToUnlock(world.phone, { cloud: 'memory:' })).toEqual(new Set(['password']));
  });

  test('is refused to a device that another one has taken over from', async () => {
    const world = await RotationWorld.open(withPassword);
    const tablet = await world.fresh();
    await unlock(tablet, { cloud: 'memory:' }, { way: 'password', password: new Secret(password) });
    await backup(tablet, new MemorySource({ content: 'by the tablet' }), {});
    const before = world.phone.state.rotation;
    await expect(world.rotate()).rejects.toMatchObject({ code: 'other-writer' });
    expect([before, world.phone.state.rotation]).toEqual([undefined, undefined]);
    await rotateKey(world.phone, { ...typing(password), takeOver: true });
    expect(await world.byPassword()).toEqual({ content: 'by the tablet', fallback: false });
  });

  test('stops a device that still has the old key, until it unlocks the backup again', async () => {
    const world = await RotationWorld.open(withPassword);
    const tablet = await world.fresh();
    const unlocking = { way: 'password', password: new Secret(password) } as const;
    await unlock(tablet, { cloud: 'memory:' }, unlocking);
    await world.rotate();
    const byTablet = (): Promise<unknown> =>
      backup(tablet, new MemorySource({ content: 'by the tablet' }), {});
    await expect(byTablet()).rejects.toMatchObject({ code: 'other-key', details: { earlier: false } });
    await unlock(tablet, { cloud: 'memory:' }, unlocking);
    await byTablet();
    expect(await world.byPassword()).toEqual({ content: 'by the tablet', fallback: false });
  });
});

describe('a change of the key that is not finished', () => {
  test.each(['propose', 'commit'] as const)(
    'and whose vaults are away after the %s leaves every backup under both keys',
    async (last) => {
      const world = await cutAfter(last);
      const unfinished = world.phone.state;
      expect(unfinished.rotation).toBeDefined();
      world.fleet.unreachable.add(1);
      const warnings: string[] = [];
      const source = new MemorySource({ content: 'during' });
      await backup(world.phone, source, { warn: ({ message }) => warnings.push(message) });
      expect(warnings).toEqual([expect.stringContaining('`strongroom key rotate`')]);
      expect(digitsOf(world.phone)).toBe(unfinished.backup!.key);
      world.fleet.unreachable.clear();
      // Whichever key the vaults give.
      expect(await world.byPassword()).toEqual({ content: 'during', fallback: last === 'propose' });
      await world.rotate();
      expect(world.phone.state.rotation).toBeUndefined();
      expect(await world.byPassword()).toEqual({ content: 'during', fallback: false });
    },
  );

  test('is finished by a backup without anybody when the vaults have committed', async () => {
    const world = await cutAfter('commit');
    await world.backup('during');
    expect(world.phone.state.rotation).toBeUndefined();
    expect(await world.byPassword()).toEqual({ content: 'during', fallback: false });
  });

  test('is finished by a change of the password, too', async () => {
    const world = await cutAfter('propose');
    const old = digitsOf(world.phone);
    await changePassword(world.phone, typedTwice('mint garage 42'));
    expect(world.phone.state.rotation).toBeUndefined();
    expect(digitsOf(world.phone)).not.toBe(old);
    expect(await open(world.phone, 'mint garage 42')).toBe('ok');
    expect(await open(world.phone, password)).toBe('wrong-password');
  });

  test('does not stand in the way of checking the password', async () => {
    for (const last of ['propose', 'commit'] as const) {
      const world = await cutAfter(last);
      expect(await open(world.phone, password)).toBe('ok');
    }
  });

  test.each(['propose', 'commit'] as const)(
    'leaves no password when all is turned off (after the %s)',
    async (last) => {
      const world = await cutAfter(last);
      const witness = await world.fleet.another(world.phone);
      await disable(world.phone, { proof: { way: 'proven' }, deleteBackups: false });
      expect(world.phone.state).not.toHaveProperty('rotation');
      expect(await open(witness, password)).toBe('not-registered');
    },
  );
});

describe('with several vaults', () => {
  const asThree = { threshold: 2, vaults: 3 };

  test('one that is away is brought along by the next change of password', async () => {
    const world = await RotationWorld.open(withPassword, asThree);
    world.fleet.unreachable.add(3);
    await world.rotate();
    world.fleet.unreachable.clear();
    expect(await world.byPassword()).toMatchObject({ content: 'before' });
    await changePassword(world.phone, typedTwice('mint garage 42'));
    for (const away of [1, 2, 3]) {
      world.fleet.unreachable.clear();
      world.fleet.unreachable.add(away);
      expect(await open(world.phone, 'mint garage 42')).toBe('ok');
      expect(await open(world.phone, password)).toBe('wrong-password');
    }
  });

  test('a phone that is lost when one has committed leaves the rest to the next', async () => {
    const world = await RotationWorld.open(withPassword, asThree);
    world.cutPowerAtSlots(2, 1);
    await expect(world.rotate()).rejects.toMatchObject({ code: 'offline' });
    await world.restart();
    expect((await world.slots()).toSorted((a, b) => a - b)).toEqual([1, 2, 2]);
    expect(await world.byPassword()).toEqual({ content: 'before', fallback: false });
    expect(await world.slots()).toEqual([1, 1, 1]);
  });
});

describe('whoever has the old key', () => {
  test('is nobody to the vaults any more: a password of theirs must wait, and is objected to', async () => {
    const world = await RotationWorld.open(withPassword);
    const thief = await world.fleet.another(world.phone);
    await world.rotate();
    expect(await codeOf(changePassword(thief, typedTwice('theirs 12345')))).toBe('contested');
    expect(await settlePending(world.phone)).toBe('nothing-pending');
    expect(await world.byPassword()).toEqual({ content: 'before', fallback: false });
  });

  test('may put the old descriptor back: a new phone opens the backup all the same, and mends it', async () => {
    const world = await RotationWorld.open(withPassword);
    const { objects } = world.fleet.cloud;
    const [name, old] = [...objects].find(([name]) => name.endsWith('/descriptor'))!;
    await world.rotate();
    const mended = objects.get(name)!;
    objects.set(name, old);
    expect(await world.byPassword()).toEqual({ content: 'before', fallback: false });
    expect(objects.get(name)).toEqual(mended);
    objects.set(name, old);
    await world.backup('after');
    expect(objects.get(name)).toEqual(mended);
  });
});

/** A phone whose power was cut right after what it asked of the vault. */
async function cutAfter(last: 'propose' | 'commit'): Promise<RotationWorld> {
  const world = await RotationWorld.open(withPassword);
  if (last === 'propose') world.cutPowerAtSlots(1, 2);
  else world.cutPowerAtSlots(2, 1);
  await expect(world.rotate()).rejects.toMatchObject({ code: 'offline' });
  await world.restart();
  expect(await world.slots()).toEqual([last === 'propose' ? 2 : 1]);
  return world;
}
