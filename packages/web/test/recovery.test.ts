import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobWriter, TextReader, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { signIn, strongroom } from '../../../tools/run-strongroom.ts';
import { setStage, type Device, type Stage } from './harness.ts';
import { button, countsOf, link, open, startWithSamples, turnOn, write, downloaded } from './person.ts';

// What is left when something went wrong before: damaged chats, half an import, a backup of something else.

vi.setConfig({ testTimeout: 240_000 });

const password = 'nine quiet foxes';
const patience = { timeout: 60_000 };

let stage: Stage;
let folder: string;
let numbers = 0;

beforeAll(async () => {
  stage = await setStage([], { keepsOffline: false });
  folder = await mkdtemp(join(tmpdir(), 'strongroom-recovery-'));
}, 300_000);

afterAll(async () => {
  await stage?.close();
  await rm(folder, { recursive: true, force: true });
});

function newNumber(): string {
  return `+4915333${String(100_000 + numbers++)}`;
}

async function person(options: Parameters<Stage['device']>[0] = {}): Promise<Device> {
  const device = await stage.device(options);
  device.page.setDefaultTimeout(90_000);
  return device;
}

/** A device with sample chats and a backup. */
async function backedUp(phone: string): Promise<Device> {
  const device = await person();
  await startWithSamples(device);
  await device.signIn(phone, '/settings/backup/turn-on');
  await turnOn(device.page, password);
  await device.page.getByRole('heading', { name: /^Last backup: today/ }).waitFor();
  return device;
}

// A file of the same origin, where the engine is not: what it has kept can be looked at.
const beside = '/manifest.webmanifest';

/** Overwrites the beginning of the chats, as a failing disk would. */
async function damageChats(page: Page): Promise<void> {
  await page.goto(beside);
  const damaged = await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const sqlite = await (await root.getDirectoryHandle('strongroom')).getDirectoryHandle('sqlite');
    const files = await sqlite.getDirectoryHandle('.opaque');
    for await (const handle of files.values()) {
      if (handle.kind !== 'file') continue;
      const header = await (await handle.getFile()).slice(0, 512).text();
      if (!header.startsWith('/chats.db\0')) continue;
      const writable = await handle.createWritable({ keepExistingData: true });
      await writable.write({ type: 'write', position: 4096, data: new Uint8Array(8192).fill(0x55) });
      await writable.close();
      return true;
    }
    return false;
  });
  expect(damaged).toBe(true);
}

/** The files in a folder of what the engine has kept, with their sizes. */
async function filesIn(page: Page, name: string): Promise<Record<string, number>> {
  return page.evaluate(async (folderName) => {
    const found: Record<string, number> = {};
    const walk = async (directory: FileSystemDirectoryHandle, prefix: string): Promise<void> => {
      for await (const [name, handle] of directory.entries())
        if (handle.kind === 'file') found[prefix + name] = (await handle.getFile()).size;
        else await walk(handle, `${prefix}${name}/`);
    };
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('strongroom');
    await walk(await root.getDirectoryHandle(folderName, { create: true }), '');
    return found;
  }, name);
}

/** How many files are in a folder of what the engine has kept, without opening any: that costs the most. */
async function countIn(page: Page, name: string): Promise<number> {
  return page.evaluate(async (folderName) => {
    const count = async (directory: FileSystemDirectoryHandle): Promise<number> => {
      let found = 0;
      for await (const handle of directory.values())
        found += handle.kind === 'file' ? 1 : await count(handle);
      return found;
    };
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('strongroom');
    return count(await root.getDirectoryHandle(folderName, { create: true }));
  }, name);
}

// One device and its backup; the chats are whole again after each.
describe('chats that are damaged, with a backup', () => {
  const phone = newNumber();
  let device: Device;

  beforeAll(async () => {
    device = await backedUp(phone);
  }, 120_000);

  afterAll(() => device?.context.close());

  test('come back from it with one tap, and the damaged file is kept', async () => {
    const { page, visit } = device;
    const counts = await countsOf(device);
    expect(counts).toEqual(['2,000', '40']);
    await damageChats(page);
    await page.goto('/');
    await page.getByText('The chats on this device are damaged').waitFor();
    await page.getByText('The damaged file is kept aside').waitFor();
    await button(page, 'Restore from backup').click();
    await page.getByText('Everything is back').waitFor();
    await expect.poll(() => countsOf(device), patience).toEqual(counts);
    const kept = await filesIn(page, 'damaged');
    expect(Object.keys(kept)).toEqual(['chats-1.db']);
    expect(kept['chats-1.db']).toBeGreaterThan(100_000);
    await write(page, 'Written after the damage.');
    await visit('/settings/backup');
    const whole = page.getByText('Everything on this device is in it.');
    await whole.waitFor({ state: 'detached' });
    await button(page, 'Back up now').click();
    await whole.waitFor();
  });

  test('are begun anew without: nothing is backed up over the backup, and it can still come back', async () => {
    const { page, visit } = device;
    const counts = await countsOf(device);
    await damageChats(page);
    await page.goto('/');
    await button(page, 'Start again without them').click();
    await page.getByText('No chats yet').first().waitFor();
    await visit('/settings/backup');
    await page.getByText('Nothing is backed up until it is').waitFor();
    expect(await button(page, 'Back up now').isDisabled()).toBe(true);
    await link(page, 'Look at it').click();
    await button(page, 'Go on').click();
    await page.getByText('Everything is back').waitFor();
    await expect.poll(() => countsOf(device), patience).toEqual(counts);
  });

  test('and, whole again, are backed up without videos: it says how many are not in it', async () => {
    const { page, visit } = device;
    const [messages = ''] = await countsOf(device);
    const oneMore = (Number(messages.replaceAll(',', '')) + 1).toLocaleString('en');
    await visit('/');
    await page.locator('[aria-label="Your chats"] a').first().click();
    await page.locator('form input[type=file]').setInputFiles({
      name: 'waves.mp4',
      mimeType: 'video/mp4',
      buffer: Buffer.alloc(100_000, 7),
    });
    await page.getByRole('textbox', { name: 'Message, kept on this device' }).press('Enter');
    await expect.poll(() => countsOf(device), patience).toEqual([oneMore, '41']);
    await visit('/settings/chats');
    const videos = page.getByRole('switch', { name: 'Include videos' });
    await videos.click();
    await expect.poll(() => videos.isChecked()).toBe(false);
    await visit('/settings/backup');
    await button(page, 'Back up now').click();
    await page.getByText('1 video is not in it, as you chose. Everything else is.').waitFor();
    await page.getByText(/40 photos and files/).waitFor();
    const other = await person();
    await other.signIn(phone, '/restore');
    await open(other.page, password);
    await other.page.getByText('Everything is back').waitFor();
    await expect.poll(() => countsOf(other), patience).toEqual([oneMore, '40']);
    await other.context.close();
  });
});

describe('chats that are damaged', () => {
  test('without a backup, the app begins anew, and the damaged file is kept', async () => {
    const device = await person({ locale: 'de' });
    const { page } = device;
    await device.goto('/');
    await button(page, /Mit Beispielchats beginnen/).click();
    await page.getByRole('region', { name: 'Deine Chats' }).waitFor();
    await damageChats(page);
    await page.goto('/');
    await page.getByText('Die Chats auf diesem Gerät sind beschädigt').waitFor();
    await button(page, 'Ohne sie neu beginnen').click();
    await page
      .getByText('Noch keine Chats')
      .or(page.getByText('Mit Beispielchats beginnen'))
      .first()
      .waitFor();
    expect(Object.keys(await filesIn(page, 'damaged'))).toEqual(['chats-1.db']);
    await device.context.close();
  });
});

describe('an import that was cut off', () => {
  const count = 400;
  const size = 10_000;

  async function pictures(): Promise<Buffer> {
    const zip = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
    const names = Array.from(
      { length: count },
      (_, at) => `IMG-20240517-WA${String(at).padStart(4, '0')}.jpg`,
    );
    const lines = names.map((name) => `17/05/2024, 18:00 - Anna: ${name} (file attached)`);
    await zip.add('WhatsApp Chat with Anna.txt', new TextReader(lines.join('\n')));
    for (const [at, name] of names.entries())
      await zip.add(name, new Uint8ArrayReader(new Uint8Array(size).fill(at)), { level: 0 });
    return Buffer.from(await (await zip.close()).arrayBuffer());
  }

  test('leaves no file behind when the app is opened again, and is whole when it is done again', async () => {
    const device = await person();
    const { page, goto } = device;
    const file = {
      name: 'WhatsApp Chat with Anna.zip',
      mimeType: 'application/zip',
      buffer: await pictures(),
    };
    const choose = async (): Promise<void> => {
      await goto('/import');
      await page.locator('input[type=file]').setInputFiles(file);
      await page.getByRole('radio').last().check();
      await button(page, 'Import the chat').click();
    };
    await choose();
    await page.getByText('Importing “Anna”').waitFor();
    const here = (): Promise<number> => countIn(page, 'media');
    await expect.poll(here, { timeout: 60_000, interval: 20 }).toBeGreaterThan(20);
    await page.goto(beside);
    expect(await here()).toBeGreaterThan(20);
    await goto('/');
    await expect.poll(here, { timeout: 60_000 }).toBe(0);
    await choose();
    await page.getByText(/from “Anna” are here/).waitFor();
    const found = Object.values(await filesIn(page, 'media'));
    expect(found).toEqual(Array.from({ length: count }, () => size));
    await device.context.close();
  });
});

describe('a backup', () => {
  test('of a folder, made in a terminal, is told to have no chats, and is left as it is', async () => {
    const phone = newNumber();
    const profile = join(folder, 'profile');
    const chats = join(folder, 'WhatsApp');
    const secret = join(folder, 'password');
    await mkdir(chats, { recursive: true });
    await writeFile(join(chats, '_chat.txt'), '17/05/2024, 18:00 - Anna: hello from the terminal');
    await writeFile(join(chats, 'IMG-1.jpg'), Buffer.alloc(5000, 9));
    await writeFile(secret, password);
    const run = async (...args: string[]): Promise<void> => {
      const { code, stderr } = await strongroom([...args, '--profile', profile]);
      expect({ code, stderr }).toMatchObject({ code: 0 });
    };
    expect((await signIn(stage.server, profile, phone)).code).toBe(0);
    await run('enable', '--method', 'password', '--cloud', 'builtin:', '--password-file', secret);
    await run('backup', chats);
    const device = await person();
    const { page } = device;
    await device.signIn(phone, '/restore');
    await open(page, password);
    await page.getByText(/This backup holds 2 files \(.*\), but no chats that this app can show/).waitFor();
    await page.getByRole('button', { name: /no-chats/ }).waitFor();
    const saved = await downloaded(page, () => button(page, /IMG-1\.jpg.* save/).click());
    expect(saved).toEqual({ name: 'IMG-1.jpg', bytes: Buffer.alloc(5000, 9) });
    await button(page, /_chat\.txt.* import this chat/).click();
    await page.waitForURL('**/import');
    await page.getByRole('radio').last().check();
    await button(page, 'Import the chat').click();
    await link(page, 'Open the chat').click();
    await page.getByText('hello from the terminal').first().waitFor();
    // It is not gone on with from here.
    await device.visit('/settings/backup');
    await link(page, 'Turn on end-to-end encrypted backup').waitFor();
    await run('restore', join(folder, 'restored'));
    await device.context.close();
  });
});
