import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { album, mostBytes, type Picture } from './album.ts';
import { backUpFromNode } from './backup-from-node.ts';
import { setStage, type Device, type Stage } from './harness.ts';

// Takes the pictures of docs/screens, over the real engine and a real server:
//
//   apt-get install pngquant fonts-noto-color-emoji
//   node --conditions=source packages/web/test/take-screens.ts
//
// Without the font, chats have boxes in the place of smileys; without pngquant, pictures are three times as big.

const run = promisify(execFile);
const folder = join(import.meta.dirname, '../../../docs/screens');
const password = 'mint garage 14';
const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 800 };
const number = '+491701234567';
const taken = new Set<string>();

await needTools();
await mkdir(folder, { recursive: true });
for (const file of await readdir(folder)) if (file.endsWith('.png')) await rm(join(folder, file));
const scratch = await mkdtemp(join(tmpdir(), 'strongroom-screens-'));
const policy = join(scratch, 'policy.json');
await writeFile(policy, JSON.stringify({ guessLimit: 10, waits: [1, 1, 1, 1799] }));
const stage = await setStage(['--policy', policy]);
try {
  await newcomer(stage);
  await restoring(stage);
  await turningOn(stage);
  await writeFile(join(folder, 'README.md'), readme());
} finally {
  await stage.close();
  await rm(scratch, { recursive: true, force: true });
}
const missing = album.filter(({ name }) => !taken.has(name)).map(({ name }) => name);
if (missing.length > 0) throw new Error(`Not taken: ${missing.join(', ')}`);

async function needTools(): Promise<void> {
  await run('pngquant', ['--version']).catch((cause: unknown) => {
    throw new Error('pngquant is missing: apt-get install pngquant', { cause });
  });
  const { stdout } = await run('fc-list', [':lang=und-zsye']).catch(() => ({ stdout: '' }));
  if (stdout === '') throw new Error('No font has smileys: apt-get install fonts-noto-color-emoji');
}

/** Takes a picture by day and by night, once what passes has passed. */
async function take(page: Page, name: Picture['name']): Promise<void> {
  if (!album.some((picture) => picture.name === name)) throw new Error(`${name} is not in the album`);
  await page.locator('[role="dialog"][aria-modal="false"]').first().waitFor({ state: 'detached' });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const path = join(folder, `${name}-${colorScheme}.png`);
    await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
    await squeeze(path);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  taken.add(name);
}

// A palette is enough for what is drawn; photos get by with it, too.
async function squeeze(path: string): Promise<void> {
  for (const colours of ['256', '96', '48']) {
    await run('pngquant', ['--force', '--strip', '--speed', '1', '--output', path, colours, path]);
    if ((await stat(path)).size <= mostBytes) return;
  }
  throw new Error(`${path} is still too big`);
}

async function person(on: Stage): Promise<Device> {
  const device = await on.device();
  device.page.setDefaultTimeout(60_000);
  await device.page.setViewportSize(phone);
  return device;
}

async function newcomer(on: Stage): Promise<void> {
  const { page, goto, context } = await person(on);
  await goto('/welcome');
  await page.getByRole('button', { name: 'Start with sample chats' }).waitFor();
  await take(page, 'welcome');
  await goto('/sign-in');
  await page.locator('input[type=tel]').fill('+49 170 1234567');
  await take(page, 'sign-in');
  await context.close();
}

async function restoring(on: Stage): Promise<void> {
  const sizes = { messages: 4000, media: 80 };
  const origin = await backUpFromNode(on.server, { phone: number, password, withKey: true, ...sizes });
  const device = await person(on);
  const { page, goto, signIn, context } = device;
  await signIn(number);
  await goto('/restore');
  await page.locator('input[type=password]').waitFor();
  await take(page, 'restore-password');
  await wrongPasswords(page);
  await page.getByRole('button', { name: 'With the 64-digit key' }).click();
  for (const [at, group] of origin.key.split(' ').entries())
    await page.getByLabel(`${'ABCD'[Math.floor(at / 4)]}${(at % 4) + 1}`, { exact: true }).fill(group);
  await take(page, 'restore-key');
  await page.getByRole('button', { name: 'Open the backup' }).click();
  await page.getByText(/messages are here|Everything is back/).waitFor();
  await take(page, 'restore-coming');
  await page.getByText('Everything is back').waitFor();
  await take(page, 'restore-done');
  await page.getByRole('button', { name: 'Read your chats' }).click();
  await reading(device);
  await settling(device);
  await context.close();
  await origin.close();
}

async function wrongPasswords(page: Page): Promise<void> {
  const field = page.locator('input[type=password]');
  for (let left = 9; left >= 2; left--) {
    await page.locator('button[type=submit]:not([disabled])').waitFor();
    await field.fill('not the one');
    await page.keyboard.press('Enter');
    await page.getByText(`Wrong password. ${left} of 10 tries left.`).waitFor();
    if (left === 6) await take(page, 'restore-wrong');
  }
  await take(page, 'restore-nearly-locked');
}

async function reading({ page, goto }: Device): Promise<void> {
  await goto('/');
  await page.locator('a[href^="/chat/"]').nth(5).waitFor();
  await take(page, 'chats');
  const chat = await page.getByRole('link', { name: /Isla Thompson/ }).getAttribute('href');
  await goto(`${chat}/media`);
  await page.locator('a[href*="view="] img').nth(2).waitFor();
  await take(page, 'chat-media');
  const seen = await page.locator('a[href*="view="]').first().getAttribute('href');
  const position = new URLSearchParams(seen!.split('?')[1]).get('view');
  for (const name of ['chat', 'chat-wide']) {
    await page.setViewportSize(name === 'chat' ? phone : desktop);
    await goto(`${chat}?at=${position}`);
    await page.locator('[aria-label="Messages"] [role=listitem]').last().waitFor();
    await page.waitForTimeout(1500);
    await take(page, name);
  }
  await page.setViewportSize(phone);
  await goto('/search');
  await page.locator('input[type=search]').fill('school');
  await page.locator('mark').first().waitFor();
  await take(page, 'search');
  await page.locator('input[type=search]').fill('');
  await goto('/import');
  await take(page, 'import');
}

async function settling({ page, goto }: Device): Promise<void> {
  const screens = album.filter(({ path, name }) => path.startsWith('/settings') && !/^turn|-off$/.test(name));
  for (const { name, path } of screens) {
    await page.setViewportSize(name.endsWith('-wide') ? desktop : phone);
    await goto(path);
    await page.getByLabel('Reading…').first().waitFor({ state: 'detached' });
    // What the vault or the server says about it.
    await page.waitForTimeout(800);
    await take(page, name);
  }
  await page.setViewportSize(phone);
  await goto('/settings/backup/turn-off');
  await take(page, 'turn-off');
}

async function turningOn(on: Stage): Promise<void> {
  const { page, goto, signIn, context } = await person(on);
  await signIn('+491700000000');
  await goto('/restore');
  await page.getByText('No backup of this number here').waitFor();
  await take(page, 'restore-none');
  await goto('/');
  await page.getByRole('button', { name: 'Add sample chats' }).click();
  await page.getByRole('region', { name: 'Your chats' }).waitFor();
  await goto('/settings/backup');
  await take(page, 'backup-off');
  await goto('/settings/backup/turn-on');
  await page.getByLabel('A 64-digit key').check();
  await take(page, 'turn-on');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('table').first().waitFor();
  await take(page, 'turn-on-key');
  await page.getByRole('button', { name: 'One step back' }).click();
  await page.getByLabel('A 64-digit key').uncheck();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('New password', { exact: true }).fill('seven lamps in the hall');
  await page.getByLabel('The same once more').fill('seven lamps in the hall');
  await take(page, 'turn-on-password');
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.getByRole('heading', { name: 'It is on' }).waitFor();
  await page.getByRole('heading', { name: /^Last backup/ }).waitFor();
  await take(page, 'turned-on');
  await context.close();
}

function readme(): string {
  const sections = album.map(
    ({ name, title }) =>
      `## ${title}\n\n![${title}, light](${name}-light.png) ![${title}, dark](${name}-dark.png)\n`,
  );
  return [
    '# Screens of the web app',
    '',
    'Taken over the real engine and a real server, with sample chats. To take them again: `apt-get install pngquant fonts-noto-color-emoji`, then `node --conditions=source packages/web/test/take-screens.ts`.',
    '',
    ...sections,
  ].join('\n');
}
