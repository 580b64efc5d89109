import type { Page } from 'playwright-core';
import { takeThreadReport } from '../page/thread.ts';
import { addSampleChats, importLongChat, signIn } from '../people.ts';
import { sample, type Sample } from '../sample.ts';
import { phonePage, type Stage } from '../stage.ts';

const password = 'seven lamps in the hall';

/** What the page's thread has to do during a first backup, on this machine and on a phone. */
export async function backup(stage: Stage, messages: number, round: number): Promise<readonly Sample[]> {
  return [
    ...(await firstBackup(stage, messages, `+4915123${String(100_000 + round)}`, false)),
    ...(await firstBackup(stage, messages, `+4915124${String(100_000 + round)}`, true)),
  ];
}

async function firstBackup(
  stage: Stage,
  messages: number,
  number: string,
  isPhone: boolean,
): Promise<readonly Sample[]> {
  const { app } = stage.addresses;
  const context = await stage.device();
  const page = await context.newPage();
  await page.goto(`${app}/`);
  await addSampleChats(page);
  await importLongChat(page, app, messages);
  await signIn(page, app, number, stage.code);
  await page.close();
  const used = isPhone ? await phonePage(context, { network: false }) : await context.newPage();
  const began = await turnOn(used, app);
  await untilBackedUp(used);
  const took = performance.now() - began;
  const { longTasks } = await used.evaluate(takeThreadReport);
  await context.close();
  const what = isPhone ? 'first backup, a phone’s page' : 'first backup, this machine';
  return [
    sample(`${what}: until it is there`, 'ms', took),
    sample(`${what}: tasks of the page over 50 ms`, 'count', longTasks.length, 0),
    sample(`${what}: the longest of them`, 'ms', Math.max(0, ...longTasks), 50),
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
