import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemorySource, MemoryTarget } from '@strongroom/archive/testing';
import { startAllInOne, type AllInOne } from '@strongroom/cli/testing';
import {
  addKey64,
  addPasskey,
  addPassword,
  backup,
  changePassword,
  checkGroups,
  checkPassword,
  confirmKey,
  Device,
  disable,
  enable,
  formatKey,
  groupsToAsk,
  isKept,
  keyGroups,
  groupNames,
  parseKey,
  passkeysOf,
  proveOwner,
  removeKey64,
  removePasskey,
  removePassword,
  restore,
  rotateKey,
  showKey,
  signIn as signInDevice,
  status,
  unlock,
  waysToUnlock,
  type BackupKey,
  type Proof,
  type Unlocking,
} from '@strongroom/client';
import { FileDeviceStore, openCloud } from '@strongroom/client/node';
import { fromUtf8, Secret, toHex } from '@strongroom/core';
import { cheapStretch } from '@strongroom/vault/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { signIn, strongroom, type Answer } from '../tools/run-strongroom.ts';
import { Authenticator } from './kit/authenticator.ts';
import { codeOf, typedTwice } from './kit/threshold-fleet.ts';

const wait = 60_000;
const password = 'mint garage 41';
const cloud = 'builtin:';
const lock: { readonly proof: Proof } = { proof: { way: 'proven' } };
const byPassword: Unlocking = { way: 'password', password: new Secret(password) };

let root: string;
let server: AllInOne;
let people = 0;
const opened: FileDeviceStore[] = [];

const at = (...parts: string[]): string => join(root, ...parts);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'strongroom-ways-'));
  server = await startAllInOne({
    data: at('server'),
    host: '127.0.0.1',
    port: 0,
    log: { info: () => {}, error: () => {} },
    print: () => {},
  });
}, wait);

afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});

afterAll(async () => {
  await server?.close();
  await rm(root, { recursive: true, force: true });
});

/** Somebody with an account, an authenticator, and any number of phones. */
class Person {
  readonly number: string = `+4930123456${String(++people).padStart(2, '0')}`;
  readonly authenticator: Authenticator = new Authenticator();
  #phones = 0;

  async profile(): Promise<string> {
    const profile = at(`${this.number}-${++this.#phones}`);
    const { url, directorySha256 } = server;
    const where = { url, directory: `sha256:${directorySha256}`, data: at('server') };
    const { code, stderr } = await signIn(where, profile, this.number);
    if (code !== 0) throw new Error(`sign-in: ${stderr}`);
    return profile;
  }

  async phone(): Promise<Device> {
    const device = await openDevice(at(`${this.number}-${++this.#phones}`));
    await signInDevice(device, { server: server.url, phone: this.number, askCode });
    return device;
  }

  /** What a new phone restores. */
  async restored(unlocking: Unlocking): Promise<string> {
    const device = await this.phone();
    const { archive, mark } = await unlock(device, { cloud }, unlocking);
    const target = new MemoryTarget();
    await restore(device, archive, target, mark ? { mark } : {});
    return fromUtf8(target.entries.get('content')!.content);
  }

  /** What the authenticator says to the hints in the cloud. */
  async asked(): Promise<Unlocking[]> {
    const hints = await passkeysOf(await this.phone(), { cloud });
    return this.authenticator.answer(hints).map((output) => ({ way: 'passkey', ...output }));
  }
}

async function openDevice(profile: string): Promise<Device> {
  const store = await FileDeviceStore.open(profile);
  opened.push(store);
  return Device.open({ store, openCloud, deviceName: 'a phone', stretch: cheapStretch });
}

/** The last code that was sent. */
async function askCode(): Promise<string> {
  return (await readFile(at('server', 'outbox.log'), 'utf8')).trimEnd().slice(-6);
}

const refuse = (): Promise<boolean> => Promise.reject(new Error('put away'));
const run = (profile: string, ...args: readonly string[]): Promise<Answer> =>
  strongroom([...args, '--profile', profile]);
const write = (device: Device, content: string): Promise<unknown> =>
  backup(device, new MemorySource({ content }), {});

describe('several ways at once', { timeout: wait }, () => {
  test('each opens the backup on a new phone, the passkey without asking the vault', async () => {
    const person = new Person();
    const phone = await person.phone();
    const [one, two] = [person.authenticator.make('blue stick'), person.authenticator.make('this phone')];
    const shown: BackupKey[] = [];
    await enable(phone, {
      cloud,
      password: typedTwice(password),
      keepKey: async (key) => shown.push(key) > 0,
      passkeys: [one, two],
    });
    await write(phone, 'hello');
    expect(await waysToUnlock(await person.phone(), { cloud })).toEqual(
      new Set(['password', 'key', 'passkey']),
    );
    expect(await person.restored(byPassword)).toBe('hello');
    expect(await person.restored({ way: 'key', key: parseKey(formatKey(shown[0]!)) })).toBe('hello');
    const asked = await person.asked();
    expect(asked).toHaveLength(2);
    for (const unlocking of asked) expect(await person.restored(unlocking)).toBe('hello');
    expect(await status(phone)).toMatchObject({
      ways: { password: true, key64: 'kept', passkeys: [{ name: 'blue stick' }, { name: 'this phone' }] },
      reminder: { due: false },
    });
  });

  test('a passkey of somebody else does not open it, and says so', async () => {
    const person = new Person();
    const phone = await person.phone();
    await enable(phone, { cloud, passkeys: [person.authenticator.make('mine')] });
    await write(phone, 'hello');
    const stranger = new Authenticator().make('theirs');
    const wrong = /This passkey does not open this backup/;
    await expect(person.restored({ way: 'passkey', ...stranger })).rejects.toThrow(wrong);
    const [hint] = await passkeysOf(phone, { cloud });
    const mixed = { credentialId: hint!.credentialId, prfOutput: stranger.prfOutput };
    await expect(person.restored({ way: 'passkey', ...mixed })).rejects.toThrow(wrong);
    await expect(proveOwner(phone, { way: 'passkey', ...mixed })).rejects.toThrow(wrong);
  });

  test('a passkey opens its own among several archives in one cloud', async () => {
    const person = new Person();
    const [one, two] = [person.authenticator.make('first'), person.authenticator.make('second')];
    for (const [passkey, content] of [
      [one, 'the first'],
      [two, 'the second'],
    ] as const) {
      const phone = await person.phone();
      await enable(phone, { cloud, passkeys: [passkey] });
      await write(phone, content);
    }
    const hints = await passkeysOf(await person.phone(), { cloud });
    expect(new Set(hints.map(({ archiveId }) => archiveId)).size).toBe(2);
    expect(await person.restored({ way: 'passkey', ...one })).toBe('the first');
    expect(await person.restored({ way: 'passkey', ...two })).toBe('the second');
    const { archiveId } = hints[0]!;
    expect(await passkeysOf(await person.phone(), { cloud, archiveId })).toEqual([hints[0]]);
  });
});

describe('ways that come and go', { timeout: wait }, () => {
  test('a passkey is added and removed; a second phone that does not know it keeps it', async () => {
    const person = new Person();
    const phone = await person.phone();
    await enable(phone, { cloud, password: typedTwice(password) });
    await write(phone, 'hello');
    const second = await person.phone();
    await unlock(second, { cloud }, byPassword);
    const passkey = person.authenticator.make('blue stick');
    await addPasskey(phone, passkey, { proof: byPassword });
    await addKey64(second, { ...lock, keepKey: async () => true });
    const [unlocking] = await person.asked();
    expect(await person.restored(unlocking!)).toBe('hello');
    // The second phone has learned of it, though not its name.
    expect((await status(second)).ways.passkeys).toEqual([
      { credentialId: toHex(passkey.credentialId), name: null },
    ]);
    await proveOwner(second, { way: 'passkey', ...passkey });
    await removePasskey(second, passkey.credentialId, lock);
    expect(await person.asked()).toEqual([]);
    await expect(person.restored({ way: 'passkey', ...passkey })).rejects.toMatchObject({
      code: 'wrong-key',
    });
    expect(await waysToUnlock(phone, { cloud })).toEqual(new Set(['password', 'key']));
  });

  test('adding the same passkey again replaces it', async () => {
    const person = new Person();
    const phone = await person.phone();
    const passkey = person.authenticator.make('blue stick');
    await enable(phone, { cloud, passkeys: [passkey] });
    await addPasskey(phone, { ...passkey, name: 'red stick' }, lock);
    expect((await status(phone)).ways.passkeys).toMatchObject([{ name: 'red stick' }]);
    expect(await passkeysOf(phone, { cloud })).toHaveLength(1);
  });

  test('a password is added where there is none, and removed: the vault forgets it', async () => {
    const person = new Person();
    const phone = await person.phone();
    await enable(phone, { cloud, passkeys: [person.authenticator.make('blue stick')] });
    await write(phone, 'hello');
    await addPassword(phone, typedTwice(password), lock);
    expect(await person.restored(byPassword)).toBe('hello');
    expect(await codeOf(addPassword(phone, typedTwice('other words 12'), lock))).toBe('wrong-usage');
    expect(await person.asked()).toHaveLength(1);
    await removePassword(phone, lock);
    expect(await codeOf(person.restored(byPassword))).toBe('not-registered');
    expect(await status(phone)).toMatchObject({
      ways: { password: false },
      reminder: null,
      vault: { registered: false },
    });
    expect(await person.restored((await person.asked())[0]!)).toBe('hello');
  });

  test('a new password leaves the passkeys alone, and so does a descriptor that had to be written anew', async () => {
    const person = new Person();
    const phone = await person.phone();
    await enable(phone, {
      cloud,
      password: typedTwice(password),
      passkeys: [person.authenticator.make('stick')],
    });
    await write(phone, 'hello');
    await changePassword(phone, typedTwice('other words 12'));
    const { archiveId } = phone.requireBackup();
    await phone.cloud(cloud).remove(`${archiveId}/descriptor`);
    expect(await person.asked()).toEqual([]);
    await write(phone, 'hello again');
    expect(await person.restored((await person.asked())[0]!)).toBe('hello again');
  });

  test('the last way stays, whichever it is', async () => {
    const person = new Person();
    const phone = await person.phone();
    const passkey = person.authenticator.make('stick');
    await enable(phone, { cloud, passkeys: [passkey] });
    await write(phone, 'hello');
    const last = { code: 'wrong-usage', message: expect.stringContaining('last way') };
    await expect(removePasskey(phone, passkey.credentialId, lock)).rejects.toMatchObject(last);
    await addPassword(phone, typedTwice(password), lock);
    await removePasskey(phone, passkey.credentialId, lock);
    await expect(removePassword(phone, lock)).rejects.toMatchObject(last);
    await addKey64(phone, { ...lock, keepKey: async () => false });
    // Nobody has shown to have kept it.
    await expect(removePassword(phone, lock)).rejects.toThrow(/kept your 64-digit key/);
    expect(await person.restored(byPassword)).toBe('hello');
    await confirmTwo(phone);
    await removePassword(phone, lock);
    await expect(removeKey64(phone, lock)).rejects.toMatchObject(last);
    expect(await person.restored({ way: 'key', key: phone.backupKey() })).toBe('hello');
  });

  test('a digit key that is not kept changes nothing, and removing it does not make anybody forget it', async () => {
    const person = new Person();
    const phone = await person.phone();
    await enable(phone, { cloud, passkeys: [person.authenticator.make('stick')] });
    await write(phone, 'hello');
    await expect(addKey64(phone, { ...lock, keepKey: refuse })).rejects.toThrow('put away');
    expect(await waysToUnlock(phone, { cloud })).toEqual(new Set(['passkey']));
    await addKey64(phone, { ...lock, keepKey: async () => true });
    const key = phone.backupKey();
    await removeKey64(phone, lock);
    expect(await waysToUnlock(phone, { cloud })).toEqual(new Set(['passkey']));
    expect(await person.restored({ way: 'key', key })).toBe('hello');
    await rotateKey(phone, { askPasskeys: async (hints) => person.authenticator.answer(hints) });
    await write(phone, 'for whoever has the new key');
    expect(await codeOf(person.restored({ way: 'key', key }))).toBe('other-key');
    expect(await person.restored((await person.asked())[0]!)).toBe('for whoever has the new key');
  });
});

describe('a new key', { timeout: wait }, () => {
  test('goes to the passkeys that answer; the others no longer open the backup, and are counted', async () => {
    const person = new Person();
    const phone = await person.phone();
    const lost = new Authenticator().make('lost');
    const passkeys = [person.authenticator.make('here'), lost];
    await enable(phone, { cloud, password: typedTwice(password), passkeys });
    await write(phone, 'hello');
    const result = await rotateKey(phone, {
      askPassword: async () => new Secret(password),
      askPasskeys: async (hints) => person.authenticator.answer(hints),
    });
    expect(result).toMatchObject({ droppedPasskeys: 1 });
    await write(phone, 'after');
    expect(await person.restored((await person.asked())[0]!)).toBe('after');
    expect(await codeOf(person.restored({ way: 'passkey', ...lost }))).toBe('wrong-key');
    expect((await status(phone)).ways.passkeys).toMatchObject([{ name: 'here' }]);
  });

  test('is refused where only passkeys open the backup and none answers, or one answers wrong', async () => {
    const person = new Person();
    const phone = await person.phone();
    await enable(phone, { cloud, passkeys: [person.authenticator.make('stick')] });
    await write(phone, 'hello');
    const before = phone.state;
    await expect(rotateKey(phone, {})).rejects.toThrow(/Only a passkey opens this backup/);
    const { prfOutput } = new Authenticator().make('another');
    const wrong = rotateKey(phone, {
      askPasskeys: async (hints) => hints.map(({ credentialId }) => ({ credentialId, prfOutput })),
    });
    await expect(wrong).rejects.toThrow(/This passkey does not open/);
    expect(phone.state).toEqual(before);
    expect(await person.restored((await person.asked())[0]!)).toBe('hello');
  });
});

describe('a proof that the backup is yours', { timeout: wait }, () => {
  test('is any way that opens it, or the word of the caller; nothing is changed before', async () => {
    const person = new Person();
    const phone = await person.phone();
    const passkey = person.authenticator.make('stick');
    await enable(phone, { cloud, password: typedTwice(password), passkeys: [passkey] });
    const key = phone.backupKey();
    const wrong: Proof[] = [
      { way: 'password', password: new Secret('mint garage 14') },
      { way: 'key', key: new Secret(new Uint8Array(32)) },
      { way: 'passkey', ...new Authenticator().make('theirs') },
    ];
    for (const proof of wrong) {
      const before = phone.state.backup?.passkeys;
      const codes = [
        await codeOf(showKey(phone, proof)),
        await codeOf(removePasskey(phone, passkey.credentialId, { proof })),
        ...(proof.way === 'password' ? [] : [await codeOf(disable(phone, { proof, deleteBackups: true }))]),
      ];
      expect(new Set(codes)).toEqual(new Set([proof.way === 'password' ? 'wrong-password' : 'wrong-key']));
      expect(phone.state.backup?.passkeys).toEqual(before);
    }
    const right: Proof[] = [
      { way: 'password', password: new Secret(password) },
      { way: 'key', key },
      { way: 'passkey', ...passkey },
      { way: 'proven' },
    ];
    for (const proof of right) expect((await showKey(phone, proof)).reveal()).toEqual(key.reveal());
    await disable(phone, { proof: { way: 'passkey', ...passkey }, deleteBackups: true });
    expect(phone.state.backup).toBeUndefined();
  });
});

describe('keeping the key and remembering the password', { timeout: wait }, () => {
  test('turning on shows the key before anything is turned on, and ends after two groups', async () => {
    const person = new Person();
    const phone = await person.phone();
    const typeBack =
      (change: (group: string) => string) =>
      async (key: BackupKey): Promise<boolean> => {
        expect(phone.state.backup).toBeUndefined();
        const typed = groupsToAsk().map((name) => [name, change(keyGroups(key)[groupNames.indexOf(name)]!)]);
        const problems = checkGroups(key, Object.fromEntries(typed) as Record<string, string>);
        if (!isKept(problems)) throw new Error(JSON.stringify(problems));
        return true;
      };
    const wrong = enable(phone, { cloud, keepKey: typeBack((group) => `${group}0`) });
    await expect(wrong).rejects.toThrow(/is too long/);
    expect(phone.state.backup).toBeUndefined();
    await enable(phone, { cloud, keepKey: typeBack((group) => ` ${group.toUpperCase()}`) });
    expect(phone.requireBackup().key64).toBe('kept');
  });

  test('a right password puts the next question off, a wrong one asks again in a day', async () => {
    const person = new Person();
    const phone = await person.phone();
    await enable(phone, { cloud, password: typedTwice(password) });
    const steps: (number | undefined)[] = [];
    for (const typed of [password, password, 'mint garage 14', password]) {
      await codeOf(checkPassword(phone, new Secret(typed)));
      steps.push(phone.requireBackup().reminder?.step);
    }
    expect(steps).toEqual([1, 2, 0, 1]);
    await changePassword(phone, typedTwice('other words 12'));
    expect(phone.requireBackup().reminder?.step).toBe(0);
  });
});

describe('in the terminal', { timeout: wait }, () => {
  test('a passkey cannot be asked, and every command says so plainly', async () => {
    const person = new Person();
    const profile = await person.profile();
    const enabled = await run(profile, 'enable', '--method', 'password,passkey', '--cloud', cloud);
    expect(enabled).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('only a browser or an app can'),
    });
    const phone = await openDevice(profile);
    await enable(phone, { cloud, passkeys: [person.authenticator.make('blue stick')] });
    await write(phone, 'hello');
    opened.pop()!.close();
    const shown = await run(profile, 'status');
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('1 passkey (blue stick)') });
    const rotated = await run(profile, 'key', 'rotate');
    expect(rotated).toMatchObject({ code: 2, stderr: expect.stringContaining('Only a passkey opens') });
    const other = await person.profile();
    const restored = await run(other, 'restore', at('nowhere'), '--cloud', cloud);
    expect(restored).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('a terminal cannot ask it'),
    });
    // The digits of a device that has the backup open it all the same.
    await writeFile(at('digits'), (await run(profile, 'key', 'show')).stdout);
    const byDigits = await run(other, 'restore', at('here'), '--cloud', cloud, '--key-file', at('digits'));
    expect(byDigits).toMatchObject({ code: 0 });
    const off = await run(profile, 'disable', '--yes', '--keep-backups');
    expect(off).toMatchObject({ code: 0, stdout: expect.stringContaining('only your passkey or') });
  });
});

test('the terminal asks whether the password is still known when it is time', async () => {
  const person = new Person();
  const profile = await person.profile();
  const phone = await openDevice(profile);
  await enable(phone, { cloud, password: typedTwice(password) });
  const { reminder } = phone.requireBackup();
  const shown = async (askAt: number): Promise<string> => {
    await phone.updateBackup({ reminder: { ...reminder!, askAt } });
    opened.pop()?.close();
    return (await run(profile, 'status')).stdout;
  };
  expect(await shown(reminder!.askAt)).not.toContain('check-password');
  expect(await shown(Date.now() - 1)).toContain('Do you still know your password?');
}, 60_000);

async function confirmTwo(device: Device): Promise<void> {
  const groups = keyGroups(device.backupKey());
  expect(isKept(await confirmKey(device, { A1: groups[0]! }))).toBe(false);
  expect(device.requireBackup().key64).toBe('unconfirmed');
  expect(isKept(await confirmKey(device, { A1: groups[0]!, D4: groups[15]! }))).toBe(true);
  expect(device.requireBackup().key64).toBe('kept');
}
