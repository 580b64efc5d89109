import { Device, rotateKey } from '@strongroom/client';
import { Secret } from '@strongroom/core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openCloud } from './device/device-ports.ts';
import { SealedDeviceStore } from './device/sealed-device-store.ts';
import { placeOf } from './place.ts';
import { openRecords, type Records } from './records.ts';
import { SettingsStore, type Settings } from './settings.ts';
import {
  clear,
  deviceAt,
  signIn,
  startWorld,
  until,
  type TestDevice,
  type World,
} from '../../test/engine-device.ts';

// What goes on over days, and over several devices of one person.

const password = 'fourteen paper boats went by';
const byPassword = { way: 'password', password } as const;
const day = 86_400_000;
const patience = 120_000;
const places = ['one-device', 'another-device', 'third-device'] as const;

let world: World;
let phones = 0;
const open = new Map<string, TestDevice>();

beforeAll(async () => {
  world = await startWorld();
  for (const place of places) await clear(place);
}, patience);

afterEach(async () => {
  for (const place of open.keys()) await close(place);
  for (const place of places) await clear(place);
}, patience);

afterAll(() => world.ask('stop'), patience);

async function start(place: string): Promise<TestDevice> {
  const device = await deviceAt(world, place);
  open.set(place, device);
  return device;
}

async function close(place: string): Promise<void> {
  await open.get(place)?.close();
  open.delete(place);
}

function newPhone(): string {
  return `+49170987${String(6100 + phones++)}`;
}

/** A device with chats, encrypted backups on, and one made. */
async function begin(phone: string): Promise<TestDevice> {
  const device = await start(places[0]);
  await device.engine.setSchedule('manual');
  await device.engine.addSampleChats();
  await signIn(world, device, phone);
  await device.engine.turnOn({ password, again: password });
  await device.engine.backUp();
  return device;
}

/** A new device of the same person, with the chats of the backup. */
async function restored(phone: string, place: string): Promise<TestDevice> {
  const device = await start(place);
  await device.engine.setSchedule('manual');
  await signIn(world, device, phone);
  await device.engine.restore(byPassword);
  await until(device, ({ task }) => task?.kind === 'restore-media' && task.status === 'done');
  return device;
}

/** What an engine that is closed remembers. */
async function whileClosed<T>(place: string, act: (records: Records) => Promise<T>): Promise<T> {
  await close(place);
  const records = await openRecords(placeOf(place));
  try {
    return await act(records);
  } finally {
    records.close();
  }
}

function settingsOf(
  place: string,
  change: (settings: Settings) => Partial<Settings> = () => ({}),
): Promise<Settings> {
  return whileClosed(place, async (records) => {
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
async function staysAt(device: TestDevice, number: number): Promise<void> {
  await device.engine.wake();
  await device.engine.check('quick');
  const { backup } = await until(device, (state) => state.backup.lastCheck !== undefined);
  expect(backup.last?.number).toBe(number);
}

describe('a backup that came due while the app was closed', { timeout: patience }, () => {
  test('is made when it is opened', async () => {
    await begin(newPhone());
    await settingsOf(places[0], (settings) => ({ ...twoDaysAgo(settings), schedule: 'daily' }));
    const device = await start(places[0]);
    const { backup } = await until(device, (state) => state.backup.last?.number === 2);
    expect(backup.next! - Date.now()).toBeGreaterThan(0.9 * day);
  });

  test('is not made when only a tap makes one, nor before it is due', async () => {
    await begin(newPhone());
    await settingsOf(places[0], (settings) => ({ ...twoDaysAgo(settings), schedule: 'manual' }));
    await staysAt(await start(places[0]), 1);
    await settingsOf(places[0], (settings) => ({ ...twoDaysAgo(settings), schedule: 'weekly' }));
    const device = await start(places[0]);
    await staysAt(device, 1);
    await device.engine.setSchedule('daily');
    await device.engine.wake();
    const { backup } = await until(device, (state) => state.backup.last?.number === 2);
    expect(backup.problem).toBeUndefined();
  });
});

describe('what is in a backup', { timeout: patience }, () => {
  test('is without videos when the person wants none, and with them when wanted again', async () => {
    const phone = newPhone();
    const device = await begin(phone);
    const film = new File([crypto.getRandomValues(new Uint8Array(50_000))], 'film.mp4', {
      type: 'video/mp4',
    });
    const note = new File(['hello'], 'note.txt', { type: 'text/plain' });
    await send(device, 'two files', [film, note]);
    await device.engine.setIncludeVideos(false);
    await device.engine.backUp();
    const without = await restored(phone, places[1]);
    const { chats } = await until(without, (state) => state.chats.mediaMissing <= 1);
    expect(chats).toMatchObject({ media: 42, mediaMissing: 1 });
    await close(places[1]);
    await clear(places[1]);
    await device.engine.setIncludeVideos(true);
    await device.engine.backUp();
    const whole = await restored(phone, places[1]);
    const all = await until(whole, (state) => state.chats.mediaMissing === 0);
    expect(all.chats.media).toBe(42);
  });

  test('of old is let go once a week, and what is left restores', async () => {
    const phone = newPhone();
    let device = await begin(phone);
    const { prunedAt } = await settingsOf(places[0]);
    expect(prunedAt).toBeGreaterThan(Date.now() - day);
    const before = Date.now() - 8 * day;
    await settingsOf(places[0], () => ({ prunedAt: before }));
    device = await start(places[0]);
    await send(device, 'one more');
    await device.engine.backUp();
    const after = await settingsOf(places[0]);
    expect(after.prunedAt).toBeGreaterThan(before + 7 * day);
    const other = await restored(phone, places[1]);
    const { chats } = await until(other, (state) => state.chats.mediaMissing === 0);
    expect(chats.messages).toBe(2001);
  });
});

test(
  'a device that another has taken over from says so, and takes over when it is told to',
  { timeout: patience },
  async () => {
    const phone = newPhone();
    const first = await begin(phone);
    const second = await restored(phone, places[1]);
    await send(second, 'from the second');
    await second.engine.backUp();
    await send(first, 'from the first');
    await expect(first.engine.backUp()).rejects.toMatchObject({ code: 'other-writer' });
    const { backup } = await until(first, (state) => state.backup.problem !== undefined);
    expect(backup.problem).toMatchObject({ code: 'other-writer' });
    await expect(first.engine.backUp()).rejects.toMatchObject({ code: 'other-writer' });
    await first.engine.backUp(true);
    const taken = await until(first, (state) => state.backup.problem === undefined);
    expect(taken.backup.last?.number).toBe(3);
    await expect(second.engine.backUp()).rejects.toMatchObject({ code: 'other-writer' });
    await first.engine.backUp();
    const third = await restored(phone, places[2]);
    expect(await third.engine.search('from the first', { limit: 2 })).toHaveLength(1);
    expect(await third.engine.search('from the second', { limit: 2 })).toHaveLength(0);
  },
);

async function cutOff(place: string): Promise<void> {
  await whileClosed(place, async (records) => {
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
    const phone = newPhone();
    await begin(phone);
    await cutOff(places[0]);
    const device = await start(places[0]);
    expect(device.state.get().backup.unfinished).toBe('change-of-key');
    await expect(device.engine.finishKeyChange('not this one')).rejects.toMatchObject({
      code: 'wrong-password',
    });
    await expect(device.engine.finishKeyChange()).rejects.toMatchObject({ code: 'wrong-usage' });
    expect(device.state.get().backup.unfinished).toBe('change-of-key');
    await device.engine.finishKeyChange(password);
    await until(device, ({ backup }) => backup.unfinished === undefined);
    await device.engine.backUp();
    const other = await restored(phone, places[1]);
    const { chats } = await until(other, (state) => state.chats.mediaMissing === 0);
    expect(chats.messages).toBe(2000);
    await expect(device.engine.finishKeyChange(password)).rejects.toMatchObject({ code: 'wrong-usage' });
  });
});

test(
  'of security events those that were shown count as seen, and no others',
  { timeout: patience },
  async () => {
    const phone = newPhone();
    let device = await start(places[0]);
    await signIn(world, device, phone);
    for (const place of [places[1], places[2]]) await signIn(world, await start(place), phone);
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
    await close(places[0]);
    device = await start(places[0]);
    await until(device, (state) => state.events.length === 3);
    expect(seen()).toEqual([newest, oldest]);
    await device.engine.seen([middle!]);
    await until(device, () => seen().length === 3);
  },
);
