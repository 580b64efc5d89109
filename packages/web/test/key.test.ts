import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { setStage, type Device, type Stage } from './harness.ts';

// A whole way through the app.
vi.setConfig({ testTimeout: 120_000 });

let stage: Stage;
let device: Device;
let groups: readonly string[];

// One device for all of them: its backup is on, with a 64-digit key that was kept.
beforeAll(async () => {
  stage = await setStage([], { keepsOffline: false });
  device = await stage.device();
  const { page } = device;
  await device.signIn('+4915133100001', '/settings/backup/turn-on');
  await page.getByLabel('A password').uncheck();
  await page.getByLabel('A 64-digit key').check();
  await button('Continue').click();
  groups = await shownKey(page);
  await button('I have kept it').click();
  await typeGroups(page);
  await button('Confirm').click();
  await page.getByRole('heading', { name: /^Last backup/ }).waitFor();
}, 240_000);

afterAll(async () => stage?.close());

function button(name: string): ReturnType<Page['getByRole']> {
  return device.page.getByRole('button', { name, exact: true });
}

async function shownKey(page: Page): Promise<string[]> {
  await page.getByRole('table').first().waitFor();
  const cells = await page.locator('main td').allInnerTexts();
  return cells.filter((cell) => cell !== '');
}

async function typeGroups(page: Page): Promise<void> {
  for (const label of await page.locator('form label').allInnerTexts()) {
    const [, row = '', column = ''] = /([A-D])([1-4])$/.exec(label) ?? [];
    await page.getByLabel(label).fill(groups['ABCD'.indexOf(row) * 4 + Number(column) - 1]!);
  }
}

/** The fields of the key, which prove that one may see it. */
async function toProof(): Promise<Page> {
  const { page } = device;
  // Whatever was done there before is over.
  await device.visit('/settings/backup');
  await device.visit('/settings/backup/key');
  await page.getByRole('button', { name: /^Show the key/ }).click();
  await page.getByRole('group', { name: /64-digit key/ }).waitFor();
  return page;
}

async function paste(page: Page, field: string, text: string): Promise<void> {
  await page.getByLabel(field, { exact: true }).evaluate((input, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', pasted);
    input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

function typed(page: Page): Promise<string[]> {
  return page
    .getByRole('group', { name: /64-digit key/ })
    .getByRole('textbox')
    .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
}

describe('typing the key in', () => {
  test('group by group: each field leads to the next, and what cannot be right is named', async () => {
    const page = await toProof();
    await page.getByLabel('A1', { exact: true }).focus();
    await page.keyboard.type(groups.join('').slice(0, 20).toUpperCase());
    expect((await typed(page)).slice(0, 5).map((group) => group.toLowerCase())).toEqual(groups.slice(0, 5));
    await page.getByLabel('B3', { exact: true }).fill('7x2a');
    await page.getByText('B3: a character that is not 0–9 or a–f').waitFor();
    await page.getByLabel('B3', { exact: true }).fill('7O2a');
    await page.getByText('B3: the letter O; perhaps a zero (0) is meant').waitFor();
    await button('Show the key').click();
    await page.getByText('B2: nothing typed yet').waitFor();
    expect(await page.getByLabel('B3', { exact: true }).getAttribute('aria-invalid')).toBe('true');
  });

  test('a whole key, pasted anywhere in any spacing, fills all groups and shows the key', async () => {
    const page = await toProof();
    await paste(page, 'C2', `  ${groups.slice(0, 8).join(' ')}\n${groups.slice(8).join('-').toUpperCase()} `);
    expect(await typed(page)).toEqual(groups);
    await button('Show the key').click();
    expect(await shownKey(page)).toEqual(groups);
  });

  test('another key is told from a mistyped one', async () => {
    const page = await toProof();
    await paste(page, 'A1', 'ab'.repeat(32));
    await button('Show the key').click();
    await page.getByText('This key does not open this backup.').waitFor();
    expect(await page.getByRole('table').count()).toBe(0);
  });

  test('what was saved as a file, and the QR code, bring it back', async () => {
    const page = await toProof();
    await paste(page, 'A1', groups.join(''));
    await button('Show the key').click();
    await shownKey(page);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: /^Save as a file/ }).click();
    const file = await (await download).path();
    expect(await readFile(file, 'utf8')).toContain('+4915133100001');
    await page.getByRole('button', { name: /^QR code/ }).click();
    const picture = await page.getByRole('dialog').getByRole('img').screenshot();

    await toProof();
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a poem') });
    await page.getByText('There is no 64-digit key in this file.').waitFor();
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'k.txt', mimeType: 'text/plain', buffer: await readFile(file) });
    await expect.poll(() => typed(page)).toEqual(groups);

    await toProof();
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'k.png', mimeType: 'image/png', buffer: picture });
    await expect.poll(() => typed(page)).toEqual(groups);
  });

  test('without a camera, the scanner says what works instead', async () => {
    const page = await toProof();
    await button('Scan the QR code').click();
    await page.getByText('A picture of the code works, too').waitFor();
    await button('Close').click();
    expect(await page.locator('video').count()).toBe(0);
  });
});

describe('keeping it', () => {
  test('copied, it can be pasted as it is; the password manager gets a form that it knows', async () => {
    const page = await toProof();
    await device.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await paste(page, 'A1', groups.join(''));
    await button('Show the key').click();
    await page.getByRole('button', { name: /^Copy/ }).click();
    await page.getByText('copy something else').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.split(/\s/)).toEqual(groups);
    await page.getByRole('button', { name: /^Save in the password manager/ }).click();
    const form = page.getByRole('dialog').locator('form');
    expect(await form.locator('input[autocomplete=username]').inputValue()).toContain('+4915133100001');
    expect(await form.locator('input[autocomplete=new-password]').inputValue()).toBe(groups.join(''));
  });

  test('the last way in is not taken off', async () => {
    await device.goto('/settings/backup/key');
    await button('Take the key off').click();
    await device.page.getByText('Nothing else would open your backup').waitFor();
    expect(await button('Remove').count()).toBe(0);
  });
});
