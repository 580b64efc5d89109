import { Device, rotateKey } from '@strongroom/client';
import { Secret } from '@strongroom/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { openCloud } from './device/device-ports.ts';
import { SealedDeviceStore } from './device/sealed-device-store.ts';
import { placeOf } from './place.ts';
import { openRecords, type Records } from './records.ts';
import { SettingsStore, type Settings } from './settings.ts';
import { household, until, type TestDevice } from '../../test/engine-device.ts';

// What goes on over days, and over several devices of one person.

const password = 'fourteen paper boats went by';
const byPassword = { way: 'password', password } as const;
const day = 86_400_000;
const patience = 120_000;
const phone = '+491709876100';
const first = 'one-device';
const second = 'another-device';

const home = household();
let device: TestDevice;

/** A device with chats, encrypted backups on, and one made. */
beforeAll(async () => {
  device = await home.withChats(first, phone);
  await device.engine.turnOn({ password, again: password });
  await device.engine.backUp();
  await until(device, ({ backup }) => backup.last !== undefined);
}, patience);

/** A new device of the same person, with the chats of the backup. */
async function restored(place: string): Promise<TestDevice> {
  const other = await home.start(place);
  await other.engine.setSchedule('manual');
  await home.signIn(other, phone);
  await other.engine.restore(byPassword);
  await until(other, ({ task }) => task?.kind === 'restore-media' && task.status === 'done');
  return other;
}

/** What an engine that is closed remembers. */
async function whileClosed<T>(act: (records: Records) => Promise<T>): Promise<T> {
  await home.close(first);
  const records = await openRecords(placeOf(first));
  try {
    return await act(records);
  } finally {
    records.close();
  }
}

// Changes what the closed first device remembers. @returns all of it
function settingsOf(change: (settings: Settings) => Partial<Settings> = () => ({})): Promise<Settings> {
  return whileClosed(async (records) => {
    const store = await SettingsStore.open(records, () => undefined);
    await store.update(change(store.current));
    return store.current;
  });
}

async function send({ engine }: TestDevice, text: string, files: readonly File[] = []): Promise<void> {
  const [chat] = await engine.chats();
  await engine.send(chat!.id, text, files);
}

const twoDaysAgo = ({ last }: Settings): Partial<Settings> => ({
  last: { ...last!, at: Date.now() - 2 * day },
});

// Nothing else would be possible while a backup is under way.
async function staysAt(number: number): Promise<void> {
  await device.engine.wake();
  await device.engine.check('quick');
  const { backup } = await until(device, (state) => state.backup.lastCheck !== undefined);
  expect(backup.last?.number).toBe(number);
}

function count(): number {
  return device.state.get().backup.last!.number;
}

describe('a backup that came due while the app was closed', { timeout: patience }, () => {
  test('is not made when only a tap makes one, nor before it is due', async () => {
    const before = count();
    await settingsOf((settings) => ({ ...twoDaysAgo(settings), schedule: 'manual' }));
    device = await home.start(first);
    await staysAt(before);
    await settingsOf((settings) => ({ ...twoDaysAgo(settings), schedule: 'weekly' }));
    device = await home.start(first);
    await staysAt(before);
    await device.engine.setSchedule('daily');
    await device.engine.wake();
    const { backup } = await until(device, (state) => state.backup.last?.number === before + 1);
    expect(backup.problem).toBeUndefined();
  });

  test('is made when it is opened', async () => {
    const before = count();
    await settingsOf((settings) => ({ ...twoDaysAgo(settings), schedule: 'daily' }));
    device = await home.start(first);
    const { backup } = await until(device, (state) => state.backup.last?.number === before + 1);
    expect(backup.next! - Date.now()).toBeGreaterThan(0.9 * day);
    await device.engine.setSchedule('manual');
  });
});

describe('what is in a backup', { timeout: patience }, () => {
  test('is without videos when the person wants none, and with them when wanted again', async () => {
    const film = new File([crypto.getRandomValues(new Uint8Array(50_000))], 'film.mp4', {
      type: 'video/mp4',
    });
    const note = new File(['hello'], 'note.txt', { type: 'text/plain' });
    await send(device, 'two files', [film, note]);
    await device.engine.setIncludeVideos(false);
    await device.engine.backUp();
    const without = await restored(second);
    const { chats } = await until(without, (state) => state.chats.mediaMissing <= 1);
    expect(chats).toMatchObject({ media: 42, mediaMissing: 1 });
    await home.forget(second);
    await device.engine.setIncludeVideos(true);
    await device.engine.backUp();
  });

  test('of old is let go once a week, and what is left restores, with the videos that are wanted again', async () => {
    const { prunedAt } = await settingsOf();
    expect(prunedAt).toBeGreaterThan(Date.now() - day);
    const before = Date.now() - 8 * day;
    await settingsOf(() => ({ prunedAt: before }));
    device = await home.start(first);
    await send(device, 'one more');
    await device.engine.backUp();
    const after = await settingsOf();
    expect(after.prunedAt).toBeGreaterThan(before + 7 * day);
    device = await home.start(first);
    const other = await restored(second);
    const { chats } = await until(other, (state) => state.chats.mediaMissing === 0);
    expect(chats).toMatchObject({ media: 42, messages: 2003 });
    await home.forget(second);
  });
});

async function cutOff(): Promise<void> {
  await whileClosed(async (records) => {
    const ports = { openCloud, deviceName: 'a browser', now: Date.now };
    const device = await Device.open({ ...ports, store: new SealedDeviceStore(records) });
    const cut = rotateKey(device, {
      askPassword: async () => new Secret(password),
      onStep: (step) => {
        if (step === 'change') throw new Error('the power went');
      },
    });
    await expect(cut).rejects.toThrow('the power went');
  });
}

describe('a change of the key that was cut off', { timeout: patience }, () => {
  test('is finished by the password, and by no other', async () => {
    await cutOff();
    device = await home.start(first);
    expect(device.state.get().backup.unfinished).toBe('change-of-key');
    await expect(device.engine.finishKeyChange('not this one')).rejects.toMatchObject({
      code: 'wrong-password',
    });
    await expect(device.engine.finishKeyChange()).rejects.toMatchObject({ code: 'wrong-usage' });
    expect(device.state.get().backup.unfinished).toBe('change-of-key');
    await device.engine.finishKeyChange(password);
    await until(device, ({ backup }) => backup.unfinished === undefined);
    await device.engine.backUp();
    const other = await restored(second);
    const { chats } = await until(other, (state) => state.chats.mediaMissing === 0);
    expect(chats.messages).toBe(2003);
    await home.forget(second);
    await expect(device.engine.finishKeyChange(password)).rejects.toMatchObject({ code: 'wrong-usage' });
  });
});

test(
  'a device that another has taken over from says so, and takes over when it is told to',
  { timeout: patience },
  async () => {
    const before = count();
    const other = await restored(second);
    await send(other, 'from the second');
    await other.engine.backUp();
    await send(device, 'from the first');
    await expect(device.engine.backUp()).rejects.toMatchObject({ code: 'other-writer' });
    const { backup } = await until(device, (state) => state.backup.problem !== undefined);
    expect(backup.problem).toMatchObject({ code: 'other-writer' });
    await expect(device.engine.backUp()).rejects.toMatchObject({ code: 'other-writer' });
    await device.engine.backUp(true);
    // The second one has made one meanwhile.
    await until(device, (state) => state.backup.last!.number === before + 2);
    await until(device, (state) => state.backup.problem === undefined);
    await expect(other.engine.backUp()).rejects.toMatchObject({ code: 'other-writer' });
    await device.engine.backUp();
    const third = await restored('third-device');
    expect(await third.engine.search('from the first', { limit: 2 })).toHaveLength(1);
    expect(await third.engine.search('from the second', { limit: 2 })).toHaveLength(0);
  },
);

test(
  'of security events those that were shown count as seen, and no others',
  { timeout: patience },
  async () => {
    const seeing = '+491709876101';
    device = await home.start('one-more');
    for (const place of ['one-more', 'two-more', 'three-more'])
      await home.signIn(place === 'one-more' ? device : await home.start(place), seeing);
    const { events } = await until(device, (state) => state.events.length === 3);
    const [newest, middle, oldest] = events.map(({ id }) => id);
    const seen = (): string[] =>
      device.state
        .get()
        .events.filter((event) => event.seen)
        .map(({ id }) => id);
    expect(seen()).toEqual([]);
    await device.engine.seen([newest!, 'no event', '99999', '-1', '']);
    await until(device, () => seen().length > 0);
    expect(seen()).toEqual([newest]);
    await device.engine.seen([oldest!]);
    await until(device, () => seen().length === 2);
    await home.close('one-more');
    device = await home.start('one-more');
    await until(device, (state) => state.events.length === 3);
    expect(seen()).toEqual([newest, oldest]);
    await device.engine.seen([middle!]);
    await until(device, () => seen().length === 3);
  },
);
