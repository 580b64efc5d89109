import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Device } from './harness.ts';
import { button, countsOf, link, open, startWithSamples, turnOn } from './person.ts';
import { setShakyStage, type ShakyStage } from './shaky-stage.ts';

// Nothing is lost, whatever happens in the middle: the server is killed, the line cut, the tab closed.

vi.setConfig({ testTimeout: 240_000 });

const password = 'nine quiet foxes';
const everything = ['2,000', '40'];

let stage: ShakyStage;
let numbers = 0;

beforeAll(async () => {
  stage = await setShakyStage({ guessLimit: 3, waits: [1] });
}, 300_000);

afterEach(() => {
  stage?.hurry();
  if (stage) stage.line.cut = false;
});

afterAll(async () => stage?.close());

/** A device of somebody new, with sample chats, signed in, about to turn the backup on. */
async function newcomer(): Promise<Device & { readonly phone: string }> {
  const phone = `+4915222${String(100_000 + numbers++)}`;
  const device = await stage.device();
  device.page.setDefaultTimeout(90_000);
  await startWithSamples(device);
  await device.signIn(phone);
  await device.goto('/settings/backup/turn-on');
  return { ...device, phone };
}

/** The same, with the first backup made. */
async function backedUp(): Promise<Device & { readonly phone: string }> {
  const device = await newcomer();
  await turnOn(device.page, password);
  await lastBackup(device.page);
  await link(device.page, 'Done').click();
  await button(device.page, 'Back up now').waitFor();
  return device;
}

/** Writes a message, and begins to back it up over a slow line: when it returns, the upload is in the middle. */
async function backUpSlowly({ page, goto }: Device, text: string): Promise<void> {
  await goto('/');
  await page.locator('[aria-label="Your chats"] a').first().click();
  await page.getByRole('textbox', { name: 'Message, kept on this device' }).fill(text);
  await page.keyboard.press('Enter');
  await page.getByText(text).first().waitFor();
  await goto('/settings/backup');
  stage.line.late = 4000;
  await button(page, 'Back up now').click();
  await stage.held();
}

function lastBackup(page: Page): Promise<void> {
  return page.getByRole('heading', { name: /^Last backup: today/ }).waitFor();
}

/** A new device of a number, at the screen that asks for the password. */
async function another(phone: string): Promise<Device> {
  const device = await stage.device();
  device.page.setDefaultTimeout(90_000);
  await device.signIn(phone);
  await device.goto('/restore');
  await device.page.getByLabel('Backup password', { exact: true }).waitFor();
  return device;
}

/** How much is on a device, once it is as much as there was. */
async function found(device: Pick<Device, 'page'>): Promise<readonly (string | undefined)[]> {
  await expect.poll(() => countsOf(device), { timeout: 60_000 }).toEqual(everything);
  return countsOf(device);
}

/** What goes wrong, and how it comes right again. */
interface Fault {
  readonly name: string;
  readonly begin: (device: Device) => Promise<void>;
  readonly end: (device: Device) => Promise<void>;
  /** What is said of a backup meanwhile. */
  readonly says: string;
}

const faults: readonly Fault[] = [
  {
    name: 'the server is killed, and comes back',
    begin: () => stage.crash(),
    end: () => stage.revive(),
    says: 'The server does not answer. It is asked again by itself.',
  },
  {
    name: 'the network is gone, and comes back',
    // What a worker asks for is not cut off by the first alone.
    begin: async ({ context }) => {
      await context.setOffline(true);
      stage.line.cut = true;
    },
    end: async ({ context }) => {
      stage.line.cut = false;
      await context.setOffline(false);
    },
    says: 'There is no connection. It goes on by itself when it is back.',
  },
];

describe.each(faults)('$name', ({ begin, end, says }) => {
  test('in the middle of turning on: it says so, and one tap goes on', async () => {
    const device = await newcomer();
    const { page } = device;
    stage.line.late = 1500;
    await turnOn(page, password);
    await stage.held();
    await begin(device);
    stage.hurry();
    await page
      .getByRole('alert')
      .getByText(/cannot be reached/)
      .waitFor();
    expect(await page.getByLabel('New password', { exact: true }).inputValue()).toBe(password);
    await end(device);
    await button(page, 'Turn on').click();
    await page.getByRole('heading', { name: 'It is on' }).waitFor();
    await lastBackup(page);
    const other = await another(device.phone);
    await open(other.page, password);
    await other.page.getByText('Everything is back').waitFor();
    expect(await found(other)).toEqual(everything);
    await other.context.close();
    await device.context.close();
  });

  test('in the middle of a backup: it says so, and goes on by itself', async () => {
    const device = await backedUp();
    const { page } = device;
    await backUpSlowly(device, 'Written before the fault.');
    await begin(device);
    stage.hurry();
    await page.getByText(says).waitFor();
    await end(device);
    await lastBackup(page);
    await page.getByText('Everything on this device is in it.').waitFor();
    expect(await countsOf({ page })).toEqual(['2,001', '40']);
    await device.context.close();
  });

  test('in the middle of a restore: it says so, and goes on by itself', async () => {
    const origin = await backedUp();
    const device = await another(origin.phone);
    const { page } = device;
    stage.line.lateReads = 1500;
    await open(page, password);
    await page
      .getByText('Your messages come first')
      .or(page.getByText(/messages are here/))
      .first()
      .waitFor();
    await stage.held();
    await begin(device);
    stage.hurry();
    await page.getByText('Waiting for the connection. It goes on by itself.').waitFor();
    await end(device);
    await page.getByText('Everything is back').waitFor();
    expect(await found(device)).toEqual(everything);
    await device.context.close();
    await origin.context.close();
  });
});

describe('the tab', () => {
  test.each([
    ['is loaded again', async ({ page }: Device) => (await page.reload(), page)],
    [
      'is closed, and opened again',
      async ({ page, tab }: Device) => {
        await page.close();
        const next = await tab();
        next.setDefaultTimeout(90_000);
        await next.goto('/settings/backup');
        return next;
      },
    ],
  ])('%s in the middle of a backup, which goes on by itself', async (_, again) => {
    const device = await backedUp();
    await backUpSlowly(device, 'Written before the tab ended.');
    const page = await again(device);
    stage.hurry();
    await page.goto('/settings/backup');
    await lastBackup(page);
    await page.getByText('Everything on this device is in it.').waitFor();
    expect(await countsOf({ page })).toEqual(['2,001', '40']);
    await device.context.close();
  });

  test('is closed while media come in, and opened again: they go on', async () => {
    const origin = await backedUp();
    const { page, context, tab } = await another(origin.phone);
    await open(page, password);
    stage.line.lateReads = 1000;
    await page.getByText(/messages are here/).waitFor();
    await page.close();
    const next = await tab();
    next.setDefaultTimeout(90_000);
    await next.goto('/');
    await next.locator('[aria-label="Your chats"] a').first().waitFor();
    expect(await next.locator('[aria-label="Your chats"] a').count()).toBeGreaterThan(5);
    stage.hurry();
    await next.goto('/restore');
    await next
      .getByText('Everything is back')
      .or(next.getByText('There are chats here already'))
      .first()
      .waitFor();
    expect(await found({ page: next })).toEqual(everything);
    await context.close();
    await origin.context.close();
  });
});

describe('two devices of one account', () => {
  test('a password that is changed on one is told on the other, and is the one that opens', async () => {
    const one = await backedUp();
    const two = await another(one.phone);
    await open(two.page, password);
    await two.page.getByText('Everything is back').waitFor();
    await two.goto('/settings/backup/password');
    await button(two.page, /^Change password/).click();
    await two.page.getByLabel('Your backup password').fill(password);
    await button(two.page, 'Continue').click();
    await two.page.getByLabel('New password', { exact: true }).fill('eight loud herons');
    await two.page.getByLabel('The same once more').fill('eight loud herons');
    await button(two.page, 'Change password').click();
    await two.page.getByText('The new password opens your backup').waitFor();
    await one.page.getByText('The backup password was changed').waitFor();
    await one.goto('/settings/backup/password?check');
    await one.page.getByLabel('Your backup password').fill('eight loud herons');
    await button(one.page, 'Check').click();
    await one.page.getByText('Right. That is your password.').waitFor();
    expect(await found(two)).toEqual(everything);
    for (const { context } of [one, two]) await context.close();
  });

  test('back up one after the other: the first says so, and takes over with one tap', async () => {
    const one = await backedUp();
    const two = await another(one.phone);
    await open(two.page, password);
    await two.page.getByText('Everything is back').waitFor();
    await two.goto('/settings/backup');
    await button(two.page, 'Back up now').click();
    await two.page.getByRole('heading', { name: /^Last backup: today/ }).waitFor();
    await one.goto('/settings/backup');
    await button(one.page, 'Back up now').click();
    await one.page.getByText(/Another device backs up this account/).waitFor();
    await button(one.page, 'Back up from this one instead').click();
    await lastBackup(one.page);
    await one.page.getByText(/Another device backs up this account/).waitFor({ state: 'detached' });
    expect(await found(one)).toEqual(everything);
    expect(await found(two)).toEqual(everything);
    for (const { context } of [one, two]) await context.close();
  });

  test('one that is removed in the middle of a backup says so, and keeps its chats', async () => {
    const one = await backedUp();
    const two = await another(one.phone);
    await backUpSlowly(one, 'Written on the device that is to be removed.');
    await two.goto('/settings/devices');
    await two.page.getByRole('region', { name: 'Others' }).getByRole('button').first().click();
    await button(two.page, 'Sign this device out').click();
    await two.page.getByText(/is signed out/).waitFor();
    stage.hurry();
    await one.page
      .getByText(/This device is not signed in/)
      .first()
      .waitFor();
    await one.goto('/');
    await one.page.locator('[aria-label="Your chats"] a').first().click();
    await one.page.getByText('Written on the device that is to be removed.').first().waitFor();
    expect(await countsOf(one)).toEqual(['2,001', '40']);
    for (const { context } of [one, two]) await context.close();
  });

  test('the one is locked out by wrong passwords, the other chooses a new one, and that opens', async () => {
    const one = await backedUp();
    const two = await another(one.phone);
    const wrong = async (left: string): Promise<void> => {
      await two.page.locator('button[type=submit]:not([disabled])').waitFor();
      await open(two.page, `not ${left}`);
      await two.page.getByText(left).first().waitFor();
    };
    await wrong('Wrong password. 2 of 3 tries left.');
    await wrong('Wrong password. 1 of 3 tries left.');
    await two.page.getByText('This is the last try').waitFor();
    await wrong('The password is locked');
    await two.page.getByText('Your backup itself is whole.').waitFor();
    await two.page.getByText('Open Strongroom there: it asks for a new password.').waitFor();
    await one.goto('/settings/backup');
    await one.page.getByText('Your password is locked').waitFor();
    await link(one.page, 'New password').click();
    await button(one.page, /^New password/).click();
    await one.page.getByLabel('New password', { exact: true }).fill('twelve calm otters');
    await one.page.getByLabel('The same once more').fill('twelve calm otters');
    await one.page.locator('form button[type=submit]').click();
    await one.page.getByText('The new password opens your backup').waitFor();
    await two.goto('/restore');
    await open(two.page, 'twelve calm otters');
    await two.page.getByText('Everything is back').waitFor();
    expect(await found(two)).toEqual(everything);
    for (const { context } of [one, two]) await context.close();
  });
});
