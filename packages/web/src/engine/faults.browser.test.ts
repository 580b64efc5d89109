import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { household, until, type TestDevice } from '../../test/engine-device.ts';

const password = 'nine quiet foxes under the hill';
const patience = 120_000;

const home = household();
const phone = '+491701230001';
const place = 'a-device';
const otherPlace = 'other-device';
let device: TestDevice;

/** A device with chats, and encrypted backups on. */
beforeAll(async () => {
  device = await home.withChats(place, phone);
  await device.engine.turnOn({ password, again: password });
  await until(device, ({ backup }) => backup.on);
}, patience);

afterEach(async () => {
  await home.ask('line', { cut: false, late: 0 });
  await home.forget(otherPlace);
}, patience);

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

/** Writes a message, so that there is something to back up. @returns how many backups there are */
async function write(text: string, files: readonly File[] = []): Promise<number> {
  const [chat] = await device.engine.chats();
  await device.engine.send(chat!.id, text, files);
  return device.state.get().backup.last?.number ?? 0;
}

describe('a backup', { timeout: patience }, () => {
  test('goes on when its tab was killed and is opened again', async () => {
    await home.ask('line', { late: 1500 });
    device.engine.backUp().catch(() => undefined);
    await until(device, ({ task }) => (task?.uploadedBytes ?? 0) > 0);
    home.kill(place);
    await home.ask('line', { late: 0 });
    device = await home.start(place);
    const { backup } = await until(device, ({ backup }) => backup.last !== undefined, 60_000);
    expect(backup).toMatchObject({ on: true, last: { number: 1, messages: 2000, media: 40 } });
  });

  test('waits for the network, and goes on by itself', async () => {
    const before = await write('written before the network went');
    await home.ask('line', { cut: true });
    const made = device.engine.backUp();
    const { task } = await until(device, ({ task }) => task?.status === 'paused', 60_000);
    expect(task?.problem?.code).toMatch(/offline|cloud-unreachable/);
    await home.ask('line', { cut: false });
    await made;
    const done = await until(device, ({ task }) => task?.status === 'done');
    expect(done.backup.last).toMatchObject({ number: before + 1, messages: 2001 });
  });

  test('holds what was there when it was read; what is written meanwhile is told to be unsaved', async () => {
    const before = await write('written before it was read');
    await home.ask('line', { late: 1000 });
    const made = device.engine.backUp();
    await until(device, ({ task }) => task?.status === 'running' && task.uploadedBytes > 0);
    await write('written meanwhile');
    await made;
    const { backup } = await until(device, ({ backup }) => backup.last?.number === before + 1);
    expect(backup.last).toMatchObject({ messages: 2002 });
    expect(backup.unsaved.messages).toBe(1);
  });
});

// A new device of the same person, whose messages are there, and whose media come in.
async function opened(): Promise<TestDevice> {
  const other = await home.start(otherPlace);
  await home.signIn(other, phone);
  await other.engine.restore({ way: 'password', password });
  return other;
}

describe('a restore', { timeout: patience }, () => {
  test('makes no backup while it has something to bring', async () => {
    const other = await opened();
    await other.engine.cancel();
    const { task } = other.state.get();
    if (task?.status === 'done') return;
    await expect(other.engine.backUp()).rejects.toMatchObject({ code: 'in-use' });
    await other.engine.resume();
    await until(other, ({ chats }) => chats.mediaMissing === 0);
  });

  test('goes on when its tab was killed, first with messages, then with media', async () => {
    const before = await write('one more');
    await device.engine.backUp();
    const expected = await device.engine.chats();
    await opened();
    home.kill(otherPlace);
    const other = await home.start(otherPlace);
    expect(await other.engine.chats()).toEqual(expected);
    const { chats } = await until(
      other,
      ({ chats, task }) => chats.mediaMissing === 0 && task?.status !== 'running',
    );
    expect(chats).toMatchObject({ messages: 2004, media: 40 });
    await other.engine.backUp();
    await until(other, ({ backup }) => backup.last?.number === before + 2);
  });
});

describe('one engine', { timeout: patience }, () => {
  test('is at work in a place at a time', async () => {
    await expect(home.start(place)).rejects.toMatchObject({ code: 'in-use' });
    await home.close(place);
    device = await home.start(place);
    expect(device.state.get().online).toBe(true);
  });
});

test(
  'a backup is stopped, and goes on without uploading again what is there',
  { timeout: patience },
  async () => {
    const before = await write('', [new File([noise(film)], 'film.mp4', { type: 'video/mp4' })]);
    await home.ask('line', { late: 1000, uploaded: 0 });
    // The device whose restore was killed has written since.
    const stopped = device.engine.backUp(true);
    stopped.catch(() => undefined);
    await until(device, ({ task }) => task?.status === 'running' && task.uploadedBytes > film / 3);
    await device.engine.cancel();
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const { backup } = await until(device, ({ task }) => task?.status === 'paused');
    expect(backup.problem).toBeUndefined();
    const sent = await home.ask<Line>('line', { late: 0 });
    await device.engine.resume();
    const done = await until(device, ({ backup }) => (backup.last?.number ?? 0) > before);
    expect(done.backup.last).toMatchObject({ messages: 2005, media: 41 });
    const after = await home.ask<Line>('line');
    expect(after.uploaded - sent.uploaded).toBeLessThan(film * 0.9);
    await device.engine.check('full');
    const { backup: checked } = await until(device, ({ backup }) => backup.lastCheck !== undefined);
    expect(checked.lastCheck).toMatchObject({ ok: true, problems: 0 });
  },
);
