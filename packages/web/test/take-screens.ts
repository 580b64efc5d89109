import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { backUpFromNode } from './backup-from-node.ts';
import { setStage, type Device, type Stage } from './harness.ts';

// Takes the pictures of docs/screens, over the real engine and a real server:
//
//   node --conditions=source packages/web/test/take-screens.ts

const album = join(import.meta.dirname, '../../../docs/screens');
const password = 'mint garage 14';
const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 800 };
const mostBytes = 60_000;
const screens = [
  ['/', 'chats', 'Chats'],
  ['/settings', 'settings', 'Settings'],
  ['/settings/chats', 'settings-chats', 'Settings of the chats'],
  ['/settings/backup', 'backup', 'The backup'],
  ['/settings/devices', 'devices', 'Devices'],
  ['/settings/events', 'events', 'Security events'],
  ['/settings/storage', 'storage', 'Storage'],
  ['/settings/reset', 'reset', 'Resetting a device'],
  ['/settings/about', 'about', 'About, and what a web app cannot promise'],
] as const;

const folder = await mkdtemp(join(tmpdir(), 'strongroom-screens-'));
await mkdir(album, { recursive: true });
const policy = join(folder, 'policy.json');
await writeFile(policy, JSON.stringify({ guessLimit: 10, waits: [1, 1, 1, 1799] }));
const stage = await setStage(['--policy', policy]);
try {
  const taken = [...(await restoring(stage)), ...(await withoutBackup(stage))];
  await writeFile(join(album, 'README.md'), readme(taken));
} finally {
  await stage.close();
  await rm(folder, { recursive: true, force: true });
}

interface Taken {
  readonly name: string;
  readonly title: string;
}

async function take(page: Page, name: string, title: string): Promise<Taken> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const path = join(album, `${name}-${colorScheme}.png`);
    await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
    const { size } = await stat(path);
    if (size > mostBytes) process.stderr.write(`${path} has ${size} bytes\n`);
  }
  return { name, title };
}

async function person(on: Stage): Promise<Device> {
  const device = await on.device();
  device.page.setDefaultTimeout(60_000);
  await device.page.setViewportSize(phone);
  return device;
}

async function restoring(on: Stage): Promise<Taken[]> {
  const number = '+491701234567';
  const origin = await backUpFromNode(on.server, {
    phone: number,
    password,
    withKey: true,
    messages: 4000,
    media: 80,
  });
  const { page, goto, signIn, context } = await person(on);
  const taken: Taken[] = [];
  await goto('/welcome');
  taken.push(await take(page, 'welcome', 'Welcome'));
  await signIn(number);
  await goto('/restore');
  const field = page.locator('input[type=password]');
  await field.waitFor();
  taken.push(await take(page, 'restore-password', 'The backup was found'));
  for (let left = 9; left >= 2; left--) {
    await page.locator('button[type=submit]:not([disabled])').waitFor();
    await field.fill('not the one');
    await page.keyboard.press('Enter');
    await page.getByText(`Wrong password. ${left} of 10 tries left.`).waitFor();
    if (left === 6) taken.push(await take(page, 'restore-wrong', 'A wrong password'));
  }
  taken.push(await take(page, 'restore-nearly-locked', 'The last tries, and a wait'));
  await page.getByRole('button', { name: 'With the 64-digit key' }).click();
  for (const [at, group] of origin.key.split(' ').entries())
    await page.getByLabel(`${'ABCD'[Math.floor(at / 4)]}${(at % 4) + 1}`, { exact: true }).fill(group);
  taken.push(await take(page, 'restore-key', 'The 64-digit key'));
  await page.getByRole('button', { name: 'Open the backup' }).click();
  await page.getByText(/messages are here|Everything is back/).waitFor();
  taken.push(await take(page, 'restore-coming', 'Messages first, media behind'));
  await page.getByText('Everything is back').waitFor();
  taken.push(await take(page, 'restore-done', 'Everything is back'));
  await page.getByRole('button', { name: 'Read your chats' }).click();
  taken.push(...(await afterwards(page, goto)));
  await context.close();
  await origin.close();
  return taken;
}

async function afterwards(page: Page, goto: Device['goto']): Promise<Taken[]> {
  const taken: Taken[] = [];
  for (const [path, name, title] of screens) {
    await goto(path);
    // Lists that are asked of the server.
    await page.waitForTimeout(1200);
    taken.push(await take(page, name, title));
  }
  await page.setViewportSize(desktop);
  for (const [path, name, title] of screens.filter(([, name]) => ['chats', 'events'].includes(name))) {
    await goto(path);
    taken.push(await take(page, `${name}-wide`, `${title}, on a desktop`));
  }
  return taken;
}

async function withoutBackup(on: Stage): Promise<Taken[]> {
  const { page, goto, signIn, context } = await person(on);
  await signIn('+491700000000');
  await goto('/restore');
  await page.getByText('No backup of this number here').waitFor();
  const taken = [await take(page, 'restore-none', 'No backup of this number')];
  await context.close();
  return taken;
}

function readme(taken: readonly Taken[]): string {
  const sections = taken.map(
    ({ name, title }) =>
      `## ${title}\n\n![${title}, light](${name}-light.png) ![${title}, dark](${name}-dark.png)\n`,
  );
  return [
    '# Screens of the web app',
    '',
    'Taken over the real engine and a real server, with sample chats: `node --conditions=source packages/web/test/take-screens.ts`.',
    '',
    ...sections,
  ].join('\n');
}
