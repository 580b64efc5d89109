import type { Page } from 'playwright-core';
import { diceOf } from '@strongroom/chats/sample';

// What a person does in the app, by the words that are on its buttons.

const minute = 60_000;
const words =
  'we the boat tomorrow with Anna lake photos dinner at eight maybe later train was late again fine key'.split(
    ' ',
  );
/** In the oldest message alone. */
export const rareWord = 'xylophone';

/** Adds the sample chats, from the welcome. Resolves when the list of chats is seen. */
export async function addSampleChats(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start with sample chats' }).click();
  await page.getByRole('region', { name: 'Your chats' }).waitFor();
}

/** Imports a chat with Anna of so many messages. */
export async function importLongChat(page: Page, app: string, messages: number): Promise<void> {
  await page.goto(`${app}/import`);
  await page.locator('input[type=file]').setInputFiles({
    name: 'WhatsApp Chat with Anna.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from(longExport(messages)),
  });
  await page.getByRole('radio', { name: 'Tom Tester' }).check();
  await page.getByRole('button', { name: 'Import the chat' }).click();
  await page.getByText('from “Anna” are here').waitFor();
}

/** Signs in as somebody new. */
export async function signIn(
  page: Page,
  app: string,
  phone: string,
  code: (phone: string) => Promise<string>,
): Promise<void> {
  await page.goto(`${app}/sign-in`);
  await page.locator('input[type=tel]').fill(phone);
  await page.keyboard.press('Enter');
  const field = page.locator('input[autocomplete="one-time-code"]');
  await field.waitFor();
  await field.fill(await code(phone));
  await field.waitFor({ state: 'detached' });
}

function longExport(messages: number): string {
  const dice = diceOf(messages);
  const lines: string[] = [];
  let at = Date.UTC(2022, 0, 20, 8);
  for (let index = 0; index < messages; index++) {
    at += dice.between(0, 20) * minute;
    const text = Array.from({ length: dice.between(1, 24) }, () => dice.pick(words)).join(' ');
    const who = dice.chance(0.5) ? 'Anna' : 'Tom Tester';
    lines.push(`${stamp(at)} - ${who}: ${index === 0 ? rareWord : text}`);
  }
  return lines.join('\n');
}

function stamp(at: number): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T');
  return `${date.split('-').toReversed().join('/')}, ${time.slice(0, 5)}`;
}
