import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { routes } from '../src/shell/routes.ts';
import { de } from '../src/words/de.ts';
import { en } from '../src/words/en.ts';
import { album, mostBytes } from './album.ts';
import { backUpFromNode, type NodeDevice } from './backup-from-node.ts';
import { focusOf, Keyboard } from './everybody/keyboard.ts';
import { cutOff, motion, readingHeights, spaceText, tooWide, vanished } from './everybody/layout.ts';
import { visits, type Who } from './everybody/visits.ts';
import { accessibilityFaults, setStage, sizes, visit as goTo, type Device, type Stage } from './harness.ts';

vi.setConfig({ testTimeout: 120_000 });

const patience = { timeout: 20_000 };
const phone = '+491700000021';
const password = 'mint garage 14';
const folder = join(import.meta.dirname, '../../../docs/screens');
// 1280 × 1024 as a browser shows it at 200 and at 400 per cent.
const enlarged = { twice: { width: 640, height: 512 }, fourTimes: { width: 320, height: 256 } };

let stage: Stage;
let origin: NodeDevice;
let devices: Readonly<Record<Who, Device>>;

// German, whose words are the longest.
async function german(): Promise<Device> {
  const device = await stage.device({ locale: 'de' });
  device.page.setDefaultTimeout(60_000);
  return device;
}

beforeAll(async () => {
  stage = await setStage([], { keepsOffline: false });
  origin = await backUpFromNode(stage.server, { phone, password, withKey: true, messages: 200, media: 12 });
  devices = { new: await german(), searching: await german(), settled: await german() };
  const { settled, searching } = devices;
  await settled.signIn(phone, '/restore');
  await settled.page.locator('input[type=password]').fill(password);
  await settled.page.keyboard.press('Enter');
  await settled.page.getByText(de.restore.doneTitle).waitFor();
  await settled.page.getByRole('button', { name: de.restore.read }).click();
  await searching.signIn(phone);
  await devices.new.goto('/welcome');
}, 300_000);

afterAll(async () => {
  await origin?.close();
  await stage?.close();
});

/** Goes to a screen as a link does, without loading the page again. */
async function visit(path: string): Promise<Page> {
  const { page } = devices[visits[path]!];
  const chat = path.includes(':id') ? await aChat(page) : '';
  // A page that was just opened is read from its beginning; only whoever comes to it from another has the focus there.
  if (path !== '/settings/about') await goTo(page, '/settings/about');
  await goTo(page, path.replace(':id', chat));
  await page.getByLabel(de.common.loading).first().waitFor({ state: 'detached' });
  return page;
}

async function aChat(page: Page): Promise<string> {
  await goTo(page, '/');
  const link = page.locator('a[href^="/chat/"]').first();
  await link.waitFor();
  return (await link.getAttribute('href'))!.slice('/chat/'.length);
}

test('every screen there is, is looked at here, and has a picture', async () => {
  const paths = routes.map(({ path }) => path).toSorted();
  expect(Object.keys(visits).toSorted()).toEqual(paths);
  expect([...new Set(album.map(({ path }) => path))].toSorted()).toEqual(paths);
  const pictures = album.flatMap(({ name }) => [`${name}-light.png`, `${name}-dark.png`]);
  const weights = await Promise.all(pictures.map(async (name) => (await stat(join(folder, name))).size));
  expect(pictures.filter((_, at) => weights[at]! > mostBytes)).toEqual([]);
});

describe.each(Object.keys(visits))('%s', (path) => {
  let page: Page;
  beforeAll(async () => {
    page = await visit(path);
  });

  test('names the page, and has the focus', async () => {
    await expect.poll(() => page.title(), patience).toMatch(/^(.+ · )?Strongroom$/);
    const titles = await page.locator('main h1').allInnerTexts();
    expect(titles).toHaveLength(1);
    expect(await page.title()).toContain(titles[0]);
    await expect.poll(async () => (await focusOf(page)).faults, patience).toEqual([]);
    expect(await page.evaluate(() => document.querySelector('main')!.contains(document.activeElement))).toBe(
      true,
    );
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
  });

  test('has nothing that axe finds by day, and no faint colours by night', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await accessibilityFaults(page, ['color-contrast'])).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
  });

  test('is read without scrolling to the side: on 320 pixels, enlarged, and with wide spacing', async () => {
    for (const size of [sizes.phone, enlarged.twice, enlarged.fourTimes]) {
      await page.setViewportSize(size);
      expect(await tooWide(page), `at ${size.width} × ${size.height}`).toEqual([]);
      const [height = 0] = await readingHeights(page);
      expect(height, `to read in at ${size.width} × ${size.height}`).toBeGreaterThan(110);
    }
    await page.setViewportSize(sizes.phone);
    expect(await cutOff(page)).toEqual([]);
    await spaceText(page, true);
    expect(await tooWide(page), 'with wide spacing').toEqual([]);
    expect(await cutOff(page), 'with wide spacing').toEqual([]);
    await spaceText(page, false);
  });

  test('keeps its marks in forced colours, and keeps still', async () => {
    expect(await motion(page)).toEqual([]);
    await page.emulateMedia({ forcedColors: 'active' });
    expect(await vanished(page)).toEqual([]);
    await page.emulateMedia({ forcedColors: 'none' });
  });
});

describe('in forced colours', () => {
  test('what is on differs from what is off, and what is done from what is not', async () => {
    const page = await visit('/settings/chats');
    await page.emulateMedia({ forcedColors: 'active' });
    const toggle = page.getByRole('switch').first();
    const look = (): Promise<string> =>
      toggle.evaluate((element) => {
        const thumb = getComputedStyle(element.firstElementChild!);
        return `${getComputedStyle(element).backgroundColor} ${thumb.backgroundColor} ${thumb.transform}`;
      });
    const before = await look();
    await toggle.click();
    await expect.poll(look, patience).not.toBe(before);
    await toggle.click();
    await page.emulateMedia({ forcedColors: 'none' });
  });

  test('buttons, bubbles and notices have an edge', async () => {
    const page = await visit('/settings/reset');
    await page.emulateMedia({ forcedColors: 'active' });
    const edges = await page.evaluate(() =>
      [...document.querySelectorAll('main button:not([aria-label])')].map((element) =>
        Number.parseFloat(getComputedStyle(element).borderTopWidth),
      ),
    );
    expect(edges.length).toBeGreaterThan(0);
    expect(Math.min(...edges)).toBeGreaterThan(0);
    await page.emulateMedia({ forcedColors: 'none' });
  });
});

describe('a sheet', () => {
  test.each([
    ['/settings', de.settings.theme],
    ['/settings', de.settings.language],
    ['/settings/devices', de.devices.signOut],
    ['/settings/chats', de.settings.exportAll],
    ['/settings/events', /./],
  ])('of %s keeps the focus inside, and gives it back: %s', async (path, name) => {
    const page = await visit(path);
    const opener = page.getByRole('main').getByRole('button', { name }).last();
    await opener.focus();
    await page.keyboard.press('Enter');
    const sheet = page.locator('[role="dialog"]:not([aria-modal="false"])');
    await sheet.waitFor();
    for (const key of [...Array<string>(8).fill('Tab'), ...Array<string>(8).fill('Shift+Tab')]) {
      await page.keyboard.press(key);
      await expect
        .poll(() => sheet.evaluate((element) => element.contains(document.activeElement)))
        .toBe(true);
    }
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await tooWide(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await expect.poll(() => opener.evaluate((element) => element === document.activeElement)).toBe(true);
  });
});

test('what is wrong with a field is tied to it, and told when it comes', async () => {
  const page = await visit('/settings/backup/password');
  await page.getByRole('button', { name: new RegExp(de.backup.checkPassword) }).click();
  const field = page.getByLabel(de.backup.yourPassword);
  await field.fill('not the one');
  await page.keyboard.press('Enter');
  await expect.poll(() => field.getAttribute('aria-invalid'), patience).toBe('true');
  const below = page.locator(`[id="${await field.getAttribute('aria-describedby')}"]`);
  expect(await below.innerText()).toMatch(/9/);
  expect(await below.getAttribute('aria-live')).toBe('polite');
  const { page: other } = devices.new;
  await visit('/sign-in');
  await other.locator('input[type=tel]').fill('0170 000');
  await other.keyboard.press('Enter');
  const number = other.locator('input[type=tel]');
  await expect.poll(() => number.getAttribute('aria-invalid'), patience).toBe('true');
  const told = other.locator(`[id="${await number.getAttribute('aria-describedby')}"]`);
  expect(await told.innerText()).toBe(de.signIn.noCountry);
});

test('another language is the one of the page from then on', async () => {
  const page = await visit('/settings');
  await page.getByRole('button', { name: de.settings.language }).click();
  await page.getByRole('radio', { name: 'English' }).check();
  await expect.poll(() => page.evaluate(() => document.documentElement.lang), patience).toBe('en');
  await expect.poll(() => page.title(), patience).toBe('Settings · Strongroom');
  await page.getByRole('radio', { name: 'Deutsch' }).check();
  await expect.poll(() => page.evaluate(() => document.documentElement.lang), patience).toBe('de');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: de.settings.language }).waitFor({ state: 'detached' });
});

async function someone(): Promise<{ page: Page; keys: Keyboard }> {
  const { page } = await stage.device({ size: 'phone' });
  page.setDefaultTimeout(60_000);
  return { page, keys: new Keyboard(page) };
}

describe('with the keyboard alone', () => {
  const number = '+491700000022';

  async function signIn(page: Page, keys: Keyboard): Promise<void> {
    await page.locator('input[type=tel]').waitFor();
    await keys.type(number);
    await page.keyboard.press('Enter');
    await keys.arrive(en.signIn.codeTitle);
    await keys.type(await stage.code(number));
  }

  test('backups are turned on and made, and opened again on another device', async () => {
    const { page, keys } = await someone();
    await page.goto('/sign-in');
    await signIn(page, keys);
    await keys.arrive(en.chats.title);
    await keys.press(en.chats.sample);
    await page.getByRole('region', { name: en.chats.list }).waitFor();
    await keys.arrive(en.chats.title);
    await keys.press(en.common.more);
    await keys.to(en.chats.settings, 'ArrowDown');
    await page.keyboard.press('Enter');
    await keys.arrive(en.settings.title, en.settings.title);
    await keys.press(new RegExp(`^${en.settings.backup}`));
    await keys.arrive(en.backup.title, en.backup.title);
    await keys.press(en.backup.turnOn);
    await keys.arrive(en.backup.stepTitles.choose);
    await keys.press('Continue');
    await keys.arrive(en.backup.stepTitles.password, en.backup.newPassword);
    await keys.type(password);
    await keys.to(en.backup.again);
    await keys.type(password);
    await page.keyboard.press('Enter');
    await keys.arrive(en.backup.turnedOnTitle, en.backup.turnedOnTitle);
    await page.getByRole('heading', { name: /^Last backup: today/ }).waitFor();
    await keys.press(en.common.done);
    await keys.arrive(en.backup.title, en.backup.title);
    expect(keys.faults).toEqual([]);
    await page.context().close();

    const other = await someone();
    await other.page.goto('/restore');
    await signIn(other.page, other.keys);
    await other.keys.arrive(en.restore.title);
    const told = await announcements(other.page);
    await other.keys.to(en.restore.password);
    await other.keys.type(password);
    await other.page.keyboard.press('Enter');
    await other.page.getByText(en.restore.doneTitle).waitFor();
    await other.keys.arrive(en.restore.title);
    expect(await told()).toContain(en.restore.toldAll);
    expect((await told()).length).toBeLessThan(16);
    await other.keys.press(en.restore.read);
    await other.keys.arrive(en.chats.title);
    await other.keys.press(/\d+ messages?$/);
    await other.keys.to(en.conversation.write);
    expect(other.keys.faults).toEqual([]);
    await other.page.context().close();
  });
});

/** Collects what live regions say from now on. */
async function announcements(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    const regions = '[role="status"], [role="alert"], [aria-live="polite"], [aria-live="assertive"]';
    const observer = new MutationObserver((changes) => {
      const changed = new Set<Element>();
      for (const { target } of changes) {
        const at = target instanceof Element ? target : target.parentElement;
        const region = at?.closest(regions) ?? at?.querySelector(regions);
        if (region) changed.add(region);
      }
      for (const region of changed) {
        const text = region.textContent?.trim() ?? '';
        if (text !== '' && text !== said.at(-1)) said.push(text);
      }
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  return () => page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
}
