import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { randomBytes } from '@strongroom/core';
import type { Proof } from './contract.ts';
import { openRecords } from './records.ts';
import { placeOf } from './place.ts';
import { SettingsStore, type Settings } from './settings.ts';
import { household, until, type TestDevice } from '../../test/engine-device.ts';

// Who holds the open app, and cannot open the backup, sees no key and changes nothing.

const phone = '+491709876001';
const place = 'proven-device';
const password = 'twelve green lanterns on a roof';
const byPassword = { way: 'password', password } as const;
const day = 86_400_000;
const patience = 120_000;

const home = household();
let device: TestDevice;
let key: string;

beforeAll(async () => {
  device = await home.withChats(place, phone);
  await device.engine.turnOn({ password, again: password });
  await until(device, ({ backup }) => backup.on);
}, patience);

beforeEach(() => device.engine.forgetProof());

const made = {
  credentialId: randomBytes(16),
  prfInput: randomBytes(32),
  prfOutput: randomBytes(32),
  name: 'a passkey',
};
const wrongKey: Proof = { way: 'key', digits: 'ab'.repeat(32) };
const halfAKey: Proof = { way: 'key', digits: '12' };
const wrongPasskey: Proof = { way: 'passkey', passkey: made };
const noneYet = { password: true, key64: 'not-chosen', passkeys: [] };

describe('without a proof', { timeout: patience }, () => {
  // What a page could say, whatever its types.
  const claims = [
    undefined,
    {},
    { way: 'device-lock' },
    { way: 'proven' },
    { way: 'toString' },
  ] as unknown as Proof[];

  test.each(claims)('the word %j shows nothing and changes nothing', async (claim) => {
    const { engine } = device;
    const refused = { code: 'proof-needed' };
    await expect(engine.prove(claim)).rejects.toMatchObject(refused);
    await expect(engine.addKey64(claim)).rejects.toMatchObject(refused);
    await expect(engine.showKey(claim)).rejects.toMatchObject(refused);
    await expect(engine.removeWay('password', claim)).rejects.toMatchObject(refused);
    await expect(engine.turnOff(claim, { deleteBackups: true })).rejects.toMatchObject(refused);
    expect(device.state.get().backup).toMatchObject({ on: true, ways: noneYet });
    expect(device.state.get().backup.provenUntil).toBeUndefined();
  });

  test.each([
    ['another key', wrongKey, 'wrong-key'],
    ['half a key', halfAKey, 'malformed-key'],
    ['another passkey', wrongPasskey, 'wrong-key'],
  ])('%s proves nothing', async (_, proof, code) => {
    const { engine } = device;
    await expect(engine.prove(proof)).rejects.toMatchObject({ code });
    await expect(engine.addKey64(proof)).rejects.toMatchObject({ code });
    await expect(engine.removeWay('password', proof)).rejects.toMatchObject({ code });
    await expect(engine.addPasskey(made)).rejects.toMatchObject({ code: 'proof-needed' });
    expect(device.state.get().backup.ways).toEqual(noneYet);
  });

  test('ways are not added, and the password is not changed as if there were one', async () => {
    const { engine } = device;
    const refused = { code: 'proof-needed' };
    await expect(engine.addPasskey(made)).rejects.toMatchObject(refused);
    await expect(engine.addPassword(password, password)).rejects.toMatchObject(refused);
    await expect(engine.changePassword('another one', 'another one', 'proven')).rejects.toMatchObject(
      refused,
    );
    await engine.checkPassword(password);
  });

  test('a wrong password costs a guess, and a running backup is not stopped by it', async () => {
    const { engine } = device;
    const wrong: Proof = { way: 'password', password: 'not this one' };
    const made = engine.backUp();
    await expect(engine.turnOff(wrong, { deleteBackups: true })).rejects.toMatchObject({
      code: 'wrong-password',
      details: { guessesLeft: 9 },
    });
    await made;
    await engine.checkPassword(password);
  });
});

describe('a proof', { timeout: patience }, () => {
  test('serves for what is added, and not for what is shown or removed', async () => {
    const { engine } = device;
    await engine.prove(byPassword);
    const { backup } = await until(device, (state) => state.backup.provenUntil !== undefined);
    expect(backup.provenUntil! - Date.now()).toBeLessThanOrEqual(5 * 60_000);
    await engine.addPasskey(made);
    await engine.addPasskey({ ...made, credentialId: randomBytes(16) });
    await until(device, (state) => state.backup.ways.passkeys.length === 2);
    await expect(engine.showKey(wrongKey)).rejects.toMatchObject({ code: 'wrong-key' });
    await expect(engine.removeWay('password', wrongKey)).rejects.toMatchObject({ code: 'wrong-key' });
  });

  test('by a passkey or the key shows the key, once the right one answers', async () => {
    const { engine } = device;
    const groups = await engine.addKey64({ way: 'passkey', passkey: made });
    key = groups.join('');
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(await engine.showKey({ way: 'key', digits: key })).toEqual(groups);
  });

  test('is forgotten on request, after a wrong one, and when one signs out', async () => {
    const { engine } = device;
    const gone = async (): Promise<void> => {
      await until(device, ({ backup }) => backup.provenUntil === undefined);
      await expect(engine.addPasskey(made)).rejects.toMatchObject({ code: 'proof-needed' });
    };
    await engine.prove({ way: 'key', digits: key });
    await engine.forgetProof();
    await gone();
    await engine.prove({ way: 'key', digits: key });
    await expect(engine.prove(wrongKey)).rejects.toMatchObject({ code: 'wrong-key' });
    await gone();
    await engine.prove({ way: 'key', digits: key });
    await engine.signOut();
    await gone();
    await home.signIn(device, phone);
    await gone();
  });

  test('is forgotten when the page is no longer seen', async () => {
    const { engine } = device;
    await engine.prove({ way: 'key', digits: key });
    await until(device, ({ backup }) => backup.provenUntil !== undefined);
    const own = Object.getOwnPropertyDescriptor(document, 'visibilityState');
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' });
    try {
      document.dispatchEvent(new Event('visibilitychange'));
      await until(device, ({ backup }) => backup.provenUntil === undefined);
      await expect(engine.addPasskey(made)).rejects.toMatchObject({ code: 'proof-needed' });
    } finally {
      if (own) Object.defineProperty(document, 'visibilityState', own);
      else delete (document as unknown as Record<string, unknown>)['visibilityState'];
    }
  });
});

describe('a password that was forgotten', { timeout: patience }, () => {
  const chosen = 'thirteen copper kettles boil';
  const byChosen = { way: 'password', password: chosen } as const;

  test('is changed without a proof, opens the backup, and is itself no proof, also after a restart', async () => {
    const { engine } = device;
    await expect(engine.changePassword('12345678', '12345678', 'forgotten')).rejects.toMatchObject({
      code: 'weak-password',
    });
    await until(device, (state) => state.backup.passwordProvesFrom === undefined);
    await engine.changePassword(chosen, chosen, 'forgotten');
    await home.close(place);
    device = await home.start(place);
    const { backup } = await until(device, (state) => state.backup.passwordProvesFrom !== undefined);
    expect(backup.passwordProvesFrom! - Date.now()).toBeGreaterThan(6.9 * day);
    await device.engine.checkPassword(chosen);
    const refused = { code: 'proof-needed', details: { until: backup.passwordProvesFrom } };
    for (const act of [
      () => device.engine.prove(byChosen),
      () => device.engine.showKey(byChosen),
      () => device.engine.addKey64(byChosen),
      () => device.engine.removeWay('key64', byChosen),
      () => device.engine.turnOff(byChosen, { deleteBackups: true }),
    ])
      await expect(act()).rejects.toMatchObject(refused);
  });

  test('is one again after a week', async () => {
    await home.close(place);
    await change({ passwordProvesFrom: Date.now() - 1 });
    device = await home.start(place);
    expect((await device.engine.showKey(byChosen)).join('')).toBe(key);
  });

  test('is one at once when it was changed after a proof', async () => {
    await device.engine.changePassword(password, password, 'forgotten');
    await until(device, (state) => state.backup.passwordProvesFrom !== undefined);
    await device.engine.prove({ way: 'key', digits: key });
    await device.engine.changePassword(chosen, chosen, 'proven');
    await until(device, (state) => state.backup.passwordProvesFrom === undefined);
    expect((await device.engine.showKey(byChosen)).join('')).toBe(key);
  });

  test('adds none where none opens the backup', async () => {
    const { engine } = device;
    await engine.removeWay('password', byChosen);
    await until(device, ({ backup }) => !backup.ways.password);
    await expect(engine.changePassword(chosen, chosen, 'forgotten')).rejects.toMatchObject({
      code: 'proof-needed',
    });
    await engine.prove({ way: 'key', digits: key });
    await engine.addPassword(chosen, chosen);
    await until(device, ({ backup }) => backup.ways.password);
  });
});

/** Changes what an engine that is closed remembers. */
async function change(settings: Partial<Settings>): Promise<void> {
  const records = await openRecords(placeOf(place));
  await (await SettingsStore.open(records, () => undefined)).update(settings);
  records.close();
}
