import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backUpFromNode, type NodeDevice } from './backup-from-node.ts';
import { accessibilityFaults, setStage, type Device, type Stage } from './harness.ts';

const password = 'mint garage 14';
const patience = { timeout: 60_000 };

const phone = '+491700000001';

let stage: Stage;
let folder: string;
// All restore what this one has backed up. It loses its newest backup on the way, and is locked at the end.
let origin: NodeDevice;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strongroom-restore-'));
  const policy = join(folder, 'policy.json');
  // Waits that a test can sit out, but for the last.
  await writeFile(policy, JSON.stringify({ guessLimit: 7, waits: [1, 600] }));
  stage = await setStage(['--policy', policy], { keepsOffline: false });
  origin = await backUpFromNode(stage.server, { phone, password, withKey: true, messages: 300, media: 12 });
}, 300_000);

afterAll(async () => {
  await origin?.close();
  await stage?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A new device of a number, led to sign in and back to where its backup is found. */
async function newDevice(number = phone): Promise<Device> {
  const device = await stage.device();
  const { page } = device;
  page.setDefaultTimeout(patience.timeout);
  await device.goto('/restore');
  await page.waitForURL('**/sign-in?next=/restore');
  await device.signIn(number);
  await page.waitForURL('**/restore');
  return device;
}

async function type(page: Page, text: string): Promise<void> {
  const field = page.locator('input[type=password]');
  await page.locator('button[type=submit]:not([disabled])').waitFor();
  await field.fill(text);
  await page.keyboard.press('Enter');
}

describe('a new device', () => {
  test('gets its chats back by password, after a wrong one, and goes on after a reload', async () => {
    const { page, context, visit } = await newDevice();
    await type(page, 'not the one');
    await page.getByText('Wrong password. 6 of 7 tries left.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await type(page, password);
    await page
      .getByRole('button', { name: 'Read your chats' })
      .or(page.getByRole('link', { name: 'Read your chats' }))
      .waitFor();
    await page.reload();
    await page
      .getByText(/Everything is back|are here|There are chats here already/)
      .first()
      .waitFor();
    await expect
      .poll(async () => page.getByRole('heading', { level: 2 }).first().innerText(), patience)
      .not.toMatch(/are here/);
    await visit('/settings/storage');
    await page.getByText(origin.messages.toLocaleString('en'), { exact: true }).waitFor();
    await page.getByText('12 photos and files').waitFor();
    await page.goto('/restore');
    await page.getByText('There are chats here already').waitFor();
    expect(await page.locator('input[type=password]').count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    await context.close();
  }, 240_000);

  test('gets its chats back by the 64-digit key, after a wrong one that costs no try', async () => {
    const { page, context } = await newDevice();
    await page.getByRole('button', { name: 'With the 64-digit key' }).click();
    for (const [at, group] of origin.key.split(' ').entries())
      await page.getByLabel(`${'ABCD'[Math.floor(at / 4)]}${(at % 4) + 1}`, { exact: true }).fill(group);
    const first = page.getByLabel('A1', { exact: true });
    await first.fill(origin.key.startsWith('0000') ? '0001' : '0000');
    await page.getByRole('button', { name: 'Open the backup' }).click();
    await page.getByText('This key does not open this backup').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await first.fill(origin.key.slice(0, 4));
    await page.getByRole('button', { name: 'Open the backup' }).click();
    await page.getByText('Everything is back').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Read your chats' }).click();
    await page.waitForURL((url) => url.pathname === '/');
    await context.close();
  }, 240_000);

  test('that has no backup is told so, and what it can do; without a network says so, and looks again by itself', async () => {
    const { page, context, visit } = await newDevice('+491700000002');
    await page.getByText('No backup of this number here').waitFor(patience);
    await page.getByText('Nothing was backed up for +491700000002').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await visit('/welcome');
    await context.setOffline(true);
    await visit('/restore');
    await page.getByText('Your backup cannot be looked for now').waitFor(patience);
    expect(await accessibilityFaults(page)).toEqual([]);
    await context.setOffline(false);
    await page.getByText('No backup of this number here').waitFor(patience);
    await page.getByRole('button', { name: 'Another number' }).click();
    await page.waitForURL('**/sign-in?next=/restore');
    await context.close();
  }, 120_000);

  test('asks before an older backup than the newest known is brought back', async () => {
    await origin.loseNewest();
    const { page, context } = await newDevice();
    await type(page, password);
    await page.getByText('The cloud shows an older backup').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Bring back the older one' }).click();
    await page.getByText(/messages are here|Everything is back/).waitFor();
    await context.close();
  }, 240_000);

  test('waits after wrong passwords, is warned before the last, and told what is left once it is locked', async () => {
    const { page, context } = await newDevice();
    for (let left = 6; left >= 1; left--) {
      await type(page, `wrong ${left}`);
      await page.getByText(`Wrong password. ${left} of 7 tries left.`).waitFor();
    }
    await page.getByText('This is the last try').waitFor();
    await page.getByText(/Next try in \d+:\d\d/).waitFor();
    expect(await page.locator('button[type=submit]').isDisabled()).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
    const sizes = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(sizes).toBe(0);
    await context.close();
  }, 240_000);
});
