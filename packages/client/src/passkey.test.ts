import { createArchive, newArchiveId, type UnlockWay } from '@strongroom/archive';
import { MemoryStore } from '@strongroom/archive/testing';
import { randomBytes, Secret, toHex } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { Device } from './device.ts';
import { isDeviceState, type DeviceState } from './device-state.ts';
import { enable } from './enable.ts';
import { checkPasskey, passkeysOf, unwrapBy, wrapFor, type Passkey } from './passkey.ts';
import { unlock } from './unlock.ts';

const passkey = (change: Partial<Passkey> = {}): Passkey => ({
  credentialId: randomBytes(16),
  prfInput: randomBytes(32),
  prfOutput: new Secret(randomBytes(32)),
  name: 'a phone',
  ...change,
});

/** A device of somebody who is not signed in anywhere. */
const deviceAt = async (cloud: MemoryStore): Promise<Device> => {
  let state: DeviceState | undefined;
  const store = {
    load: async () => state,
    save: async (saved: DeviceState) => void (state = JSON.parse(JSON.stringify(saved)) as DeviceState),
  };
  return Device.open({ store, openCloud: () => cloud, deviceName: 'a phone' });
};

describe('a passkey', () => {
  test('opens what it wrapped, for this archive alone', async () => {
    const key = new Secret(randomBytes(32));
    const one = passkey();
    const archiveId = newArchiveId();
    const way = await wrapFor(one, key, archiveId);
    expect(way.salt).toEqual(one.prfInput);
    expect((await unwrapBy([way], one, archiveId)).reveal()).toEqual(key.reveal());
    await expect(unwrapBy([way], one, newArchiveId())).rejects.toMatchObject({ code: 'wrong-key' });
    await expect(unwrapBy([], one, archiveId)).rejects.toThrow('This passkey does not open this backup.');
  });

  test.each<[string, Partial<Passkey>]>([
    ['no credential id', { credentialId: randomBytes(0) }],
    ['one longer than any', { credentialId: randomBytes(1024) }],
    ['a PRF input of another length', { prfInput: randomBytes(31) }],
    ['a PRF output of another length', { prfOutput: new Secret(randomBytes(64)) }],
    ['a name like a book', { name: 'x'.repeat(101) }],
    ['a relying party like a book', { relyingParty: 'x'.repeat(254) }],
  ])('is refused with %s', (_, change) => {
    expect(() => checkPasskey(passkey(change))).toThrowError(
      expect.objectContaining({ code: 'wrong-usage' }),
    );
  });

  test('turns backups on by itself: nobody has to be signed in, and the device remembers its name', async () => {
    const cloud = new MemoryStore();
    const device = await deviceAt(cloud);
    const one = passkey();
    await enable(device, { cloud: 'memory:', passkeys: [one] });
    const stored = await device.ports.store.load();
    expect(isDeviceState(stored)).toBe(true);
    expect(stored?.backup?.passkeys).toMatchObject([{ name: 'a phone', prfInput: toHex(one.prfInput) }]);
    const objects = [...cloud.objects.values()].map((bytes) =>
      Buffer.from(bytes as Uint8Array).toString('latin1'),
    );
    expect(objects.join()).not.toContain('a phone');
    const other = await deviceAt(cloud);
    const { archive } = await unlock(other, { cloud: 'memory:' }, { way: 'passkey', ...one });
    expect(archive.keys.current.backupKey.reveal()).toEqual(device.backupKey().reveal());
    expect(other.requireBackup()).toMatchObject({ password: false, key64: 'not-chosen' });
  });

  test('is refused twice, and so is turning on without any way', async () => {
    const device = await deviceAt(new MemoryStore());
    const one = passkey();
    const wrong = { code: 'wrong-usage' };
    await expect(enable(device, { cloud: 'memory:', passkeys: [one, one] })).rejects.toMatchObject(wrong);
    await expect(enable(device, { cloud: 'memory:', passkeys: [] })).rejects.toMatchObject(wrong);
    const many = Array.from({ length: 31 }, () => passkey());
    await expect(enable(device, { cloud: 'memory:', passkeys: many })).rejects.toMatchObject(wrong);
    expect(device.state.backup).toBeUndefined();
  });

  test('fits into the descriptor as often as is allowed, with the longest names there are', async () => {
    const device = await deviceAt(new MemoryStore());
    const longest = { credentialId: randomBytes(1023), relyingParty: 'x'.repeat(253) };
    const many = Array.from({ length: 30 }, () => passkey({ ...longest, credentialId: randomBytes(1023) }));
    await enable(device, { cloud: 'memory:', passkeys: many, keepKey: async () => true });
    expect(device.requireBackup().passkeys).toHaveLength(30);
  });
});

describe('hints of a cloud that makes them up', () => {
  const odd: UnlockWay[] = [
    { credentialId: randomBytes(0), salt: randomBytes(32), wrappedKey: randomBytes(60) },
    { credentialId: randomBytes(1024), salt: randomBytes(32), wrappedKey: randomBytes(60) },
    { credentialId: randomBytes(16), salt: randomBytes(31), wrappedKey: randomBytes(60) },
    { credentialId: randomBytes(16), salt: randomBytes(32), wrappedKey: randomBytes(61) },
  ].map((way) => ({ way: 'passkey', relyingParty: '', ...way }));

  test('are left out where they do not look like what a device writes', async () => {
    const cloud = new MemoryStore();
    await createArchive({ store: cloud, key: new Secret(randomBytes(32)), unlock: odd });
    expect(await passkeysOf(await deviceAt(cloud), { cloud: 'memory:' })).toEqual([]);
  });

  test('are bounded', async () => {
    const cloud = new MemoryStore();
    const way = { way: 'passkey', relyingParty: '', wrappedKey: randomBytes(60) } as const;
    const unlock = Array.from({ length: 500 }, () => ({
      ...way,
      credentialId: randomBytes(8),
      salt: randomBytes(32),
    }));
    await createArchive({ store: cloud, key: new Secret(randomBytes(32)), unlock });
    expect(await passkeysOf(await deviceAt(cloud), { cloud: 'memory:' })).toHaveLength(64);
  });

  test('open nothing by themselves: a key that a passkey gives is believed when it opens the archive', async () => {
    const cloud = new MemoryStore();
    const one = passkey();
    const archiveId = newArchiveId();
    const madeUp = await wrapFor(one, new Secret(randomBytes(32)), archiveId);
    await createArchive({ store: cloud, key: new Secret(randomBytes(32)), unlock: [madeUp], archiveId });
    const device = await deviceAt(cloud);
    await expect(unlock(device, { cloud: 'memory:' }, { way: 'passkey', ...one })).rejects.toMatchObject({
      code: 'wrong-key',
    });
    expect(device.state.backup).toBeUndefined();
  });
});

describe('what a device remembers', () => {
  const backup = {
    archiveId: '00'.repeat(16),
    cloud: 'memory:',
    key: '00'.repeat(32),
    password: true,
    key64: 'kept',
    writerId: '00'.repeat(16),
    writerEpoch: 0,
  };
  const whole = {
    credentialId: 'ab',
    relyingParty: '',
    prfInput: '00'.repeat(32),
    wrappedKey: '00'.repeat(60),
  };

  test('from before there were passkeys and reminders is opened', () => {
    expect(isDeviceState({ version: 1, backup })).toBe(true);
    const reminder = { step: 0, askAt: 1 };
    expect(isDeviceState({ version: 1, backup: { ...backup, passkeys: [whole], reminder } })).toBe(true);
  });

  test.each<[string, object]>([
    ['passkeys that are no list', { passkeys: whole }],
    ['a credential id that is no hexadecimal', { passkeys: [{ ...whole, credentialId: 'abc' }] }],
    ['a wrapped key that is cut', { passkeys: [{ ...whole, wrappedKey: '00' }] }],
    ['a name that is none', { passkeys: [{ ...whole, name: 7 }] }],
    ['a reminder without a time', { reminder: { step: 1 } }],
    ['a reminder of another kind', { reminder: 7 }],
  ])('is refused with %s', (_, change) => {
    expect(isDeviceState({ version: 1, backup: { ...backup, ...change } })).toBe(false);
  });
});
