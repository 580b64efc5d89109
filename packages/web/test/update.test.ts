import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { standInFront, type Front } from './everybody/front.ts';
import { setStage, type Device, type Stage } from './harness.ts';

vi.setConfig({ testTimeout: 120_000 });

const patience = { timeout: 20_000 };
const password = 'seven lamps in the hall';

let stage: Stage;
let front: Front;

beforeAll(async () => {
  stage = await setStage();
  front = await standInFront(stage.server.url);
}, 240_000);

afterAll(async () => {
  await front?.close();
  await stage?.close();
});

/** A device whose app is kept offline by the version that there is now. */
async function kept(): Promise<Device> {
  const device = await stage.device({ at: front.url });
  await device.goto('/');
  await device.page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller === null)
      await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
  });
  return device;
}

/** As a browser does now and then by itself. */
async function lookForUpdate(page: Page): Promise<void> {
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
}

/** Notes in the page that it is this one: it is gone when the page is loaded again. */
async function remember(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => Object.assign(globalThis, { isThisOne: true }));
  return () => page.evaluate(() => 'isThisOne' in globalThis);
}

test('the first version, and the same one again, are no news', async () => {
  const { page, context } = await kept();
  await lookForUpdate(page);
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(await page.getByText('A new version is ready').count()).toBe(0);
  await context.close();
});

test('a new version waits until the person reloads, also while a backup is made', async () => {
  const { page, signIn, visit, context, complaints } = await kept();
  page.setDefaultTimeout(60_000);
  await signIn('+491700000031', '/settings/backup/turn-on');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByLabel('The same once more').fill(password);
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.getByRole('heading', { name: /^Last backup: today/ }).waitFor();
  await page.getByRole('link', { name: 'Done' }).click();
  const isSame = await remember(page);
  const letUploadsGo = front.holdUploads();
  await page.getByRole('button', { name: 'Back up now' }).click();
  front.release();
  await lookForUpdate(page);
  await page.getByRole('status').getByText('A new version is ready. Better wait').waitFor();
  expect(await isSame()).toBe(true);
  letUploadsGo();
  await page.getByRole('heading', { name: /^Last backup: today/ }).waitFor();
  await page.getByText('A new version is ready.', { exact: true }).waitFor();
  expect(await isSame()).toBe(true);

  await page.getByRole('button', { name: 'Reload' }).click();
  await expect.poll(() => isSame().catch(() => true), patience).toBe(false);
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(await page.getByText('A new version is ready').count()).toBe(0);
  await visit('/settings/backup');
  await page.getByRole('heading', { name: /^Last backup: today/ }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test('another tab is told when one has changed the version, and is not loaded again by it', async () => {
  const { page, tab, context } = await kept();
  const other = await tab();
  await other.goto('/');
  await other.getByText('Strongroom is open in another tab').waitFor();
  const isSame = await remember(other);
  front.release();
  await lookForUpdate(page);
  await page.getByRole('button', { name: 'Reload' }).click();
  await other.getByText('A new version is ready.').waitFor();
  expect(await isSame()).toBe(true);
  await other.getByRole('button', { name: 'Reload' }).click();
  await expect.poll(() => isSame().catch(() => true), patience).toBe(false);
  await context.close();
});
