import { groupNames } from '@strongroom/client';
import { beforeAll, describe, expect, test } from 'vitest';
import { household, until, type TestDevice } from '../../test/engine-device.ts';

const phone = '+491709876543';
const password = 'eleven slow rivers at night';
const byPassword = { way: 'password', password } as const;
const patience = 120_000;

const home = household();
let device: TestDevice;
let groups: readonly string[];

beforeAll(async () => {
  device = await home.withChats('key-device', phone);
}, patience);

/** Two groups as the person types them back. */
function typed(...positions: readonly number[]): Record<string, string> {
  return Object.fromEntries(positions.map((at) => [groupNames[at]!, groups[at]!.toUpperCase()]));
}

describe('a 64-digit key', { timeout: patience }, () => {
  test('is shown before anything is turned on, and is the same until then, also for an engine that is started anew', async () => {
    groups = await device.engine.newKey();
    expect(groups).toHaveLength(16);
    expect(groups.join('')).toMatch(/^[0-9a-f]{64}$/);
    await home.close('key-device');
    device = await home.start('key-device');
    expect(await device.engine.newKey()).toEqual(groups);
    expect(device.state.get().backup.on).toBe(false);
  });

  test('has to be typed back: what is wrong is named', async () => {
    const wrong = { ...typed(2), [groupNames[7]!]: groups[7] === 'ffff' ? '0000' : 'ffff' };
    await expect(device.engine.confirmKey(wrong)).rejects.toMatchObject({
      code: 'malformed-key',
      details: { group: groupNames[7] },
    });
    await expect(device.engine.confirmKey(typed(2))).rejects.toMatchObject({ code: 'wrong-usage' });
    await device.engine.confirmKey(typed(2, 7));
  });

  test('is the key that is turned on with, and is shown again', async () => {
    await device.engine.turnOn({ key64: true });
    const { backup } = await until(device, (state) => state.backup.on);
    expect(backup.ways).toEqual({ password: false, key64: 'kept', passkeys: [] });
    expect(backup.unfinished).toBeUndefined();
    expect(await device.engine.showKey({ way: 'key', digits: groups.join('') })).toEqual(groups);
    await device.engine.backUp();
  });

  test('opens the backup on another device, and none that is wrong does', async () => {
    const other = await home.start('new-device');
    await home.signIn(other, phone);
    expect(await other.engine.findBackup()).toMatchObject({ ways: ['key'] });
    const digits = groups.join(' ');
    const wrong = digits.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    await expect(other.engine.restore({ way: 'key', digits: wrong })).rejects.toMatchObject({
      code: 'wrong-key',
    });
    await expect(other.engine.restore({ way: 'key', digits: '12' })).rejects.toMatchObject({
      code: 'malformed-key',
    });
    await other.engine.restore({ way: 'key', digits });
    await until(other, ({ chats }) => chats.messages === 2000 && chats.mediaMissing === 0);
  });

  test('is joined by a password, and is not the last way to go', async () => {
    const byKey = { way: 'key', digits: groups.join('') } as const;
    await device.engine.prove(byKey);
    await device.engine.addPassword(password, password);
    await until(device, ({ backup }) => backup.ways.password && backup.vault?.guessesLeft === 10);
    await device.engine.removeWay('key64', byKey);
    await expect(device.engine.removeWay('password', byPassword)).rejects.toMatchObject({
      code: 'wrong-usage',
    });
    const { backup } = await until(device, (state) => state.backup.ways.key64 === 'not-chosen');
    expect(backup.reminderAt).toBeGreaterThan(Date.now());
  });

  test('is gone when backups are turned off', async () => {
    await device.engine.turnOff(byPassword, { deleteBackups: true });
    const { backup } = await until(device, (state) => !state.backup.on);
    expect(backup.last).toBeUndefined();
    expect(await device.engine.findBackup()).toBeUndefined();
    expect(await device.engine.newKey()).not.toEqual(groups);
  });
});
