import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  clear,
  deviceAt,
  signIn,
  startWorld,
  until,
  type TestDevice,
  type World,
} from '../../test/engine-device.ts';

const password = 'nine quiet foxes under the hill';
const patience = 120_000;

let world: World;
let device: TestDevice;
let phones = 0;

beforeAll(async () => {
  world = await startWorld();
}, patience);

afterEach(async () => {
  await world.ask('line', { cut: false, late: 0 });
  for (const one of open.splice(0)) await one.close().catch(() => undefined);
  for (const place of ['a-device', 'other-device']) await clear(place);
}, patience);

afterAll(() => world.ask('stop'), patience);

const open: TestDevice[] = [];

async function start(place = 'a-device'): Promise<TestDevice> {
  const started = await deviceAt(world, place);
  open.push(started);
  return started;
}

function kill(one: TestDevice): void {
  one.kill();
  open.splice(open.indexOf(one), 1);
}

/** A device with chats, and encrypted backups on. @returns the number it is signed in with */
async function begin(): Promise<string> {
  const phone = `+49170123${String(++phones).padStart(4, '0')}`;
  device = await start();
  await device.engine.setSchedule('manual');
  await device.engine.addSampleChats();
  await signIn(world, device, phone);
  await device.engine.turnOn({ password, again: password });
  return phone;
}

interface Line {
  readonly uploaded: number;
}

// Bytes: more than two packs.
const film = 36_000_000;

function noise(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

describe('a backup', { timeout: patience }, () => {
  test('is stopped, and goes on without uploading again what is there', async () => {
    await begin();
    const [chat] = await device.engine.chats();
    await device.engine.send(chat!.id, '', [new File([noise(film)], 'film.mp4', { type: 'video/mp4' })]);
    await world.ask('line', { late: 1000, uploaded: 0 });
    const stopped = device.engine.backUp();
    stopped.catch(() => undefined);
    await until(device, ({ task }) => (task?.uploadedBytes ?? 0) > film / 3);
    await device.engine.cancel();
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const { backup } = await until(device, ({ task }) => task?.status === 'paused');
    expect(backup.problem).toBeUndefined();
    const before = await world.ask<Line>('line', { late: 0 });
    await device.engine.resume();
    const done = await until(device, ({ backup }) => backup.last !== undefined);
    expect(done.backup.last).toMatchObject({ number: 1, messages: 2001, media: 41 });
    const after = await world.ask<Line>('line');
    expect(after.uploaded - before.uploaded).toBeLessThan(film * 0.9);
    await device.engine.check('full');
    const { backup: checked } = await until(device, ({ backup }) => backup.lastCheck !== undefined);
    expect(checked.lastCheck).toMatchObject({ ok: true, problems: 0 });
  });

  test('goes on when its tab was killed and is opened again', async () => {
    await begin();
    await world.ask('line', { late: 1500 });
    device.engine.backUp().catch(() => undefined);
    await until(device, ({ task }) => (task?.uploadedBytes ?? 0) > 0);
    kill(device);
    await world.ask('line', { late: 0 });
    device = await start();
    const { backup } = await until(device, ({ backup }) => backup.last !== undefined, 60_000);
    expect(backup).toMatchObject({ on: true, last: { number: 1, messages: 2000, media: 40 } });
  });

  test('waits for the network, and goes on by itself', async () => {
    await begin();
    await world.ask('line', { cut: true });
    const made = device.engine.backUp();
    const { task } = await until(device, ({ task }) => task?.status === 'paused', 60_000);
    expect(task?.problem?.code).toMatch(/offline|cloud-unreachable/);
    await world.ask('line', { cut: false });
    await made;
    expect((await until(device, ({ task }) => task?.status === 'done')).backup.last).toMatchObject({
      number: 1,
    });
  });

  test('holds what was there when it was read; what is written meanwhile is told to be unsaved', async () => {
    await begin();
    await world.ask('line', { late: 1000 });
    const made = device.engine.backUp();
    await until(device, ({ task }) => (task?.bytesDone ?? 0) > 0);
    const [chat] = await device.engine.chats();
    await device.engine.send(chat!.id, 'written meanwhile', []);
    await made;
    const { backup } = await until(device, ({ backup }) => backup.last !== undefined);
    expect(backup.unsaved.messages).toBe(1);
  });
});

describe('a restore', { timeout: patience }, () => {
  test('goes on when its tab was killed, first with messages, then with media', async () => {
    const phone = await begin();
    await device.engine.backUp();
    const expected = await device.engine.chats();
    let other = await start('other-device');
    await signIn(world, other, phone);
    await other.engine.restore({ way: 'password', password });
    kill(other);
    other = await start('other-device');
    expect(await other.engine.chats()).toEqual(expected);
    const { chats } = await until(
      other,
      ({ chats, task }) => chats.mediaMissing === 0 && task?.status !== 'running',
    );
    expect(chats).toMatchObject({ messages: 2000, media: 40 });
    await other.engine.backUp();
  });

  test('makes no backup while it has something to bring', async () => {
    const phone = await begin();
    await device.engine.backUp();
    const other = await start('other-device');
    await signIn(world, other, phone);
    await other.engine.restore({ way: 'password', password });
    await other.engine.cancel();
    const { task } = other.state.get();
    if (task?.status === 'done') return;
    await expect(other.engine.backUp()).rejects.toMatchObject({ code: 'in-use' });
    await other.engine.resume();
    await until(other, ({ chats }) => chats.mediaMissing === 0);
  });
});

describe('one engine', { timeout: patience }, () => {
  test('is at work in a place at a time', async () => {
    device = await start();
    await expect(deviceAt(world, 'a-device')).rejects.toMatchObject({ code: 'in-use' });
    await device.close();
    open.splice(0);
    device = await start();
    expect(device.state.get().online).toBe(true);
  });
});
