import type { Page } from 'playwright-core';
import { takeThreadReport } from '../page/thread.ts';
import { addSampleChats, importLongChat, signIn } from '../people.ts';
import { sample, type Sample } from '../sample.ts';
import { phonePage, type Stage } from '../stage.ts';

const password = 'seven lamps in the hall';

/** What the page's thread has to do during a first backup, on a phone. */
export async function backup(stage: Stage, messages: number, round: number): Promise<readonly Sample[]> {
  const { app } = stage.addresses;
  const context = await stage.device();
  const page = await context.newPage();
  await page.goto(`${app}/`);
  await addSampleChats(page);
  await importLongChat(page, app, messages);
  await signIn(page, app, `+4915123${String(100_000 + round)}`, stage.code);
  await page.close();
  const phone = await phonePage(context, { network: false });
  const began = await turnOn(phone, app);
  await untilBackedUp(phone);
  const took = performance.now() - began;
  const { longTasks } = await phone.evaluate(takeThreadReport);
  await context.close();
  return [
    sample('first backup: until it is there', 'ms', took),
    sample('first backup: tasks of the page over 50 ms', 'count', longTasks.length, 0),
    sample('first backup: the longest of them', 'ms', Math.max(0, ...longTasks), 50),
  ];
}

// Looked for now and then only: to look for it by its role takes the page's thread longer than to show it.
async function untilBackedUp(page: Page): Promise<void> {
  await page.waitForFunction(isBackedUp, undefined, { polling: 250 });
}

// Runs in the page.
function isBackedUp(): boolean {
  return Array.from(document.querySelectorAll('h2'), ({ textContent }) => textContent).some((text) =>
    text.startsWith('Last backup: today'),
  );
}

// What comes before the last button is not the backup's.
async function turnOn(page: Page, app: string): Promise<number> {
  await page.goto(`${app}/settings/backup/turn-on`);
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByLabel('The same once more').fill(password);
  await page.getByRole('button', { name: 'Turn on', exact: true }).click();
  await page.getByRole('heading', { name: 'It is on' }).waitFor();
  await page.evaluate(takeThreadReport);
  return performance.now();
}
