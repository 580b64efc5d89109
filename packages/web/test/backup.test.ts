import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { accessibilityFaults, setStage, type Device, type Stage } from './harness.ts';

// A whole way through the app, with a password stretched more than once.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let stage: Stage;
let numbers = 0;

beforeAll(async () => {
  stage = await setStage([], { keepsOffline: false });
}, 240_000);

afterAll(async () => stage?.close());

const password = 'seven lamps in the hall';

/** A device of somebody new, signed in, at a screen. */
async function signedIn(path: string, options: Parameters<Stage['device']>[0] = {}): Promise<Device> {
  const device = await stage.device(options);
  await device.signIn(newNumber(), path);
  return device;
}

function newNumber(): string {
  return `+4915111${String(100_000 + numbers++)}`;
}

function button(page: Page, name: string): ReturnType<Page['getByRole']> {
  return page.getByRole('button', { name, exact: true });
}

async function typePassword(page: Page, text: string, again = text): Promise<void> {
  await page.getByLabel('New password', { exact: true }).fill(text);
  await page.getByLabel('The same once more').fill(again);
}

async function isOn(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'It is on' }).waitFor();
  await page.getByRole('heading', { name: /^Last backup/ }).waitFor();
}

async function shownKey(page: Page): Promise<string[]> {
  await page.getByRole('table').first().waitFor();
  return page
    .locator('main td')
    .allInnerTexts()
    .then((cells) => cells.filter((cell) => cell !== ''));
}

/** Types the two groups that are asked for, out of the key. */
async function typeGroups(
  page: Page,
  groups: readonly string[],
  change = (group: string): string => group,
): Promise<void> {
  for (const label of await page.locator('form label').allInnerTexts()) {
    const [, row = '', column = ''] = /([A-D])([1-4])$/.exec(label) ?? [];
    const group = groups['ABCD'.indexOf(row) * 4 + Number(column) - 1]!;
    await page.getByLabel(label).fill(change(group));
  }
}

describe('who was never here', () => {
  test('is asked to sign in and comes back; leaves no key half-way without being asked, and it is the same key afterwards, on paper, too', async () => {
    const device = await stage.device();
    const { page } = device;
    await device.goto('/settings/backup/turn-on');
    await page.getByRole('link', { name: 'Sign in', exact: true }).click();
    await page.waitForURL(/sign-in\?next=/);
    await device.signIn(newNumber());
    await page.waitForURL('**/settings/backup/turn-on');
    await button(page, 'Continue').waitFor();
    await device.visit('/settings/backup');
    await page.getByRole('link', { name: 'Turn on end-to-end encrypted backup' }).click();
    await page.getByLabel('A 64-digit key').check();
    await button(page, 'Continue').click();
    const groups = await shownKey(page);
    await page.evaluate(() => history.back());
    await page.getByRole('dialog', { name: 'Leave now?' }).waitFor();
    await button(page, 'Stay here').click();
    expect(await shownKey(page)).toEqual(groups);
    await page.evaluate(() => history.back());
    await button(page, 'Leave').click();
    await page.getByText('Turning on was not finished').waitFor();
    await page.getByRole('link', { name: 'Go on turning it on' }).click();
    await page.getByLabel('A 64-digit key').check();
    await button(page, 'Continue').click();
    expect(await shownKey(page)).toEqual(groups);
    await seesPaper(page, groups);
    expect(device.complaints).toEqual([]);
    await device.context.close();
  });
});

/** The sheet of paper has the key, its QR code, and nothing of the app. */
async function seesPaper(page: Page, groups: readonly string[]): Promise<void> {
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('#app').isVisible()).toBe(false);
  const sheet = page.locator('body > div', { hasText: 'Printed on' });
  expect(await sheet.isVisible()).toBe(true);
  for (const group of groups) expect(await sheet.innerText()).toContain(group);
  expect(await sheet.locator('svg').isVisible()).toBe(true);
}

// One device from here to the end of the group: each test finds the backup on, opened by the password alone.
describe('by a password', () => {
  let device: Device;
  let page: Page;

  // A weak one and two that differ are met where they are typed; then the first backup is made.
  beforeAll(async () => {
    device = await signedIn('/settings/backup');
    ({ page } = device);
    await page.getByRole('link', { name: 'Turn on end-to-end encrypted backup' }).click();
    await button(page, 'Continue').click();
    await typePassword(page, 'short');
    await button(page, 'Turn on').click();
    await page.getByText('It has fewer than 8 characters.').waitFor();
    await typePassword(page, '12345678');
    await page.getByText('Anybody would guess it').waitFor();
    await typePassword(page, password, `${password}!`);
    await button(page, 'Turn on').click();
    await page.getByText('The two are not the same.').waitFor();
    await typePassword(page, password);
    await button(page, 'Turn on').click();
    await isOn(page);
  });

  afterAll(() => device?.context.close());

  test('it is on, after a weak password and two that differ were met where they were typed', async () => {
    await page.getByRole('link', { name: 'Done' }).click();
    await button(page, 'Back up now').waitFor();
    expect(await page.getByRole('link', { name: /^Password/ }).innerText()).toContain('on');
    expect(device.complaints).toEqual([]);
  });

  test('a check of its health says that all is there', async () => {
    await device.visit('/settings/backup/health');
    await page.getByText('Not checked yet').waitFor();
    await button(page, 'Full check').click();
    await page.getByText('The backup is complete, and can be restored.').waitFor();
    expect(device.complaints).toEqual([]);
  });

  test('the password is checked: a wrong one dims a tick and says so, the right one is right', async () => {
    await device.visit('/settings/backup/password?check');
    await page.getByLabel('Your backup password').fill('not this one at all');
    await button(page, 'Check').click();
    await page.getByText('Wrong password. 9 tries left.').waitFor();
    await page.getByRole('img', { name: '9 of 10 tries left' }).waitFor();
    await page.getByLabel('Your backup password').fill(password);
    await button(page, 'Check').click();
    await page.getByText('Right. That is your password.').waitFor();
    expect(device.complaints).toEqual([]);
  });

  test('who cannot show that it is them sees no key, adds no way, and removes none', async () => {
    const sheet = page.getByRole('dialog');
    const prove = async (text: string, confirm: string): Promise<void> => {
      await sheet.getByLabel('Your backup password').fill(text);
      await sheet.getByRole('button', { name: confirm, exact: true }).click();
    };
    await device.visit('/settings/backup/key');
    await button(page, 'Add a 64-digit key').click();
    await prove('not this one at all', 'Show the key');
    await sheet.getByText('Wrong password. 9 tries left.').waitFor();
    expect(await page.getByRole('table').count()).toBe(0);
    await button(page, 'Close').click();
    await device.visit('/settings/backup');
    expect(await page.getByRole('link', { name: /^64-digit key/ }).innerText()).toContain('Add');

    await device.visit('/settings/backup/key');
    await button(page, 'Add a 64-digit key').click();
    await prove(password, 'Show the key');
    const groups = await shownKey(page);
    await button(page, 'I have kept it').click();
    await typeGroups(page, groups);
    await button(page, 'Confirm').click();
    await button(page, 'Take the key off').click();
    await prove('not this one either', 'Remove');
    await sheet.getByText('Wrong password. 9 tries left.').waitFor();
    await button(page, 'Close').click();
    await page.getByRole('button', { name: /^Show the key/ }).waitFor();
    await button(page, 'Take the key off').click();
    await prove(password, 'Remove');
    await button(page, 'Add a 64-digit key').waitFor();
    expect(device.complaints).toEqual([]);
  });

  // The last one: the password is no proof afterwards.
  test('the password is changed without the old one, and the last way in cannot be taken off', async () => {
    // What was shown before is forgotten with the page.
    await device.goto('/settings/backup/password');
    await page.getByRole('button', { name: /^Change password/ }).click();
    await page.getByRole('button', { name: /^Forgotten/ }).click();
    await page.getByText('removes no way before a week is over').waitFor();
    await typePassword(page, 'another lamp in the cellar');
    await button(page, 'Change password').click();
    await page.getByText('The new password opens your backup; the old one does not.').first().waitFor();
    // Whoever has set it that way sees no key by it, and turns nothing off.
    await device.visit('/settings/backup/turn-off');
    await page.getByText('counts as a proof in 7 days').waitFor();
    expect(await page.getByRole('main').getByRole('button', { name: 'Turn off' }).count()).toBe(0);
    await device.visit('/settings/backup/password');
    await button(page, 'Remove password').click();
    await page.getByText('Nothing else would open your backup').waitFor();
    expect(device.complaints).toEqual([]);
  });
});

describe('by a 64-digit key', () => {
  test('it is on only when two groups were typed back; before a further way is added, the key is asked for, and once only', async () => {
    const device = await signedIn('/settings/backup/turn-on');
    const { page } = device;
    await page.getByLabel('A password').uncheck();
    await page.getByLabel('A 64-digit key').check();
    await button(page, 'Continue').click();
    const groups = await shownKey(page);
    expect(groups.join('')).toMatch(/^[0-9a-f]{64}$/);
    await button(page, 'I have kept it').click();
    await typeGroups(page, groups, (group) => group.replace(/./, (digit) => (digit === '0' ? '1' : '0')));
    await button(page, 'Confirm').click();
    await page.getByText('is not what was shown').first().waitFor();
    await typeGroups(page, groups, () => '12');
    await button(page, 'Confirm').click();
    await page.getByText('fewer than four characters').nth(1).waitFor();
    expect(await page.getByText('fewer than four characters').count()).toBe(2);
    await typeGroups(page, groups, (group) => ` ${group.toUpperCase()} `);
    await button(page, 'Confirm').click();
    await isOn(page);

    await device.visit('/settings/backup/password');
    await typePassword(page, password);
    await button(page, 'Add the password').click();
    const sheet = page.getByRole('dialog', { name: 'Show that it’s you' });
    await sheet.getByRole('group', { name: /64-digit key/ }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await sheet.getByRole('button', { name: 'Close' }).click();
    await page.getByText('Stopped.').waitFor();
    await button(page, 'Add the password').click();
    for (const [at, group] of groups.entries())
      await sheet.getByLabel(`${'ABCD'[Math.floor(at / 4)]}${(at % 4) + 1}`, { exact: true }).fill(group);
    await sheet.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: /^Check my password/ }).waitFor();
    // What was shown a moment ago serves for the next way.
    await device.visit('/settings/backup/passkey');
    await button(page, 'Add a passkey').click();
    await page.getByRole('dialog', { name: 'Add a passkey' }).waitFor();
    expect(device.complaints).toEqual([]);
    await device.context.close();
  });
});

/** Turns it on, and goes through all its screens. */
async function looksAtAll(device: Device): Promise<void> {
  const { page, visit } = device;
  const looks = async (): Promise<void> => {
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  };
  await looks();
  await visit('/settings/backup/turn-on');
  await page.getByLabel('A 64-digit key').check();
  await looks();
  await button(page, 'Continue').click();
  const groups = await shownKey(page);
  await looks();
  await button(page, 'I have kept it').click();
  await typeGroups(page, groups);
  await looks();
  await button(page, 'Confirm').click();
  await typePassword(page, password);
  await looks();
  await button(page, 'Turn on').click();
  await isOn(page);
  await looks();
  for (const path of ['', '/password', '/key', '/passkey', '/turn-off', '/health']) {
    await visit(`/settings/backup${path}`);
    await looks();
  }
}

describe('by both', () => {
  test('axe finds nothing, and nothing is too wide, on a desktop', async () => {
    const device = await signedIn('/settings/backup', { size: 'desktop', theme: 'dark' });
    await looksAtAll(device);
    expect(device.complaints).toEqual([]);
    await device.context.close();
  });

  test('nor on a phone; turning off asks for a proof, says what happens, and ends with nothing left', async () => {
    const device = await signedIn('/settings/backup', { size: 'phone', theme: 'dark' });
    const { page } = device;
    await looksAtAll(device);
    await device.visit('/settings/backup/turn-off');
    await page.getByRole('checkbox', { name: /Delete the encrypted backups/ }).check();
    await page.getByLabel('Your backup password').fill('not this one at all');
    await button(page, 'Turn off and delete').click();
    await page.getByText('Wrong password. 9 tries left.').waitFor();
    await page.getByLabel('Your backup password').fill(password);
    await button(page, 'Turn off and delete').click();
    await page.getByText('The encrypted backups are deleted.').waitFor();
    await page.getByRole('link', { name: 'Done' }).click();
    await page.getByRole('link', { name: 'Turn on end-to-end encrypted backup' }).waitFor();
    expect(device.complaints).toEqual([]);
    await device.context.close();
  });
});
