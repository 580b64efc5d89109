import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { visit, type Device } from './harness.ts';

// What a person does, by the words on the screen.

/** A button by its words. */
export function button(page: Page, name: string | RegExp): ReturnType<Page['getByRole']> {
  return page.getByRole('button', { name, ...(typeof name === 'string' && { exact: true }) });
}

/** A link by its words. */
export function link(page: Page, name: string | RegExp): ReturnType<Page['getByRole']> {
  return page.getByRole('link', { name });
}

/** Starts with sample chats, from the first screen. */
export async function startWithSamples({ page, visit: go }: Device): Promise<void> {
  await go('/');
  await button(page, /Start with sample chats/).click();
  await page.getByRole('region', { name: 'Your chats' }).waitFor();
}

/** Chooses a password for the backup, on the screen that turns it on. */
export async function turnOn(page: Page, password: string): Promise<void> {
  await button(page, 'Continue').click();
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByLabel('The same once more').fill(password);
  await button(page, 'Turn on').click();
}

/** Types the password of a backup that is there, and opens it. */
export async function open(page: Page, password: string): Promise<void> {
  await page.getByLabel('Backup password', { exact: true }).fill(password);
  await button(page, 'Open the backup').click();
}

/** Writes a message into the first chat. */
export async function write(page: Page, text: string): Promise<void> {
  await visit(page, '/');
  await page.locator('[aria-label="Your chats"] a').first().click();
  await page.getByRole('textbox', { name: 'Message, kept on this device' }).fill(text);
  await page.keyboard.press('Enter');
  await page.getByText(text).first().waitFor();
}

/** How many messages, and how many photos and files, are here: as the device says itself. */
export async function countsOf({ page }: Pick<Device, 'page'>): Promise<readonly (string | undefined)[]> {
  await visit(page, '/settings/storage');
  await page
    .getByText(/photos and files|photo or file/)
    .first()
    .waitFor();
  const text = await page.locator('main').innerText();
  return [/Messages\s+([\d,]+)/.exec(text)?.[1], /([\d,]+) photos? (?:and|or) files?/.exec(text)?.[1]];
}

// Notes the name of each file that the page puts into the downloads.
const noteNames = `{
  globalThis.namesGiven = [];
  const { click } = HTMLAnchorElement.prototype;
  HTMLAnchorElement.prototype.click = function () {
    if (this.download !== '') globalThis.namesGiven.push(this.download);
    click.call(this);
  };
}`;

/** What a tap puts into the downloads: the first file, and its name as the page gives it. */
export async function downloaded(
  page: Page,
  tap: () => Promise<void>,
): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  await page.evaluate(noteNames);
  const download = page.waitForEvent('download');
  await tap();
  // A browser that is busy tells a name of its own making, whatever it calls the file.
  const bytes = await readFile(await (await download).path());
  const [name = ''] = await page.evaluate<string[]>('globalThis.namesGiven');
  return { name, bytes };
}
