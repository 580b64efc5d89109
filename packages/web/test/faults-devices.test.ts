import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { accessibilityFaults, visit } from './harness.ts';
import { button, countsOf, link, open } from './person.ts';
import {
  another,
  backedUp,
  backUpSlowly,
  everything,
  lastBackup,
  openTab,
  password,
  patience,
  untilBackedUp,
  wholeBackup,
  type Owned,
} from './shaky-person.ts';
import { setShakyStage, type ShakyStage } from './shaky-stage.ts';

// Nothing is lost, whatever a person does in the middle: in the tab, or on another device.

vi.setConfig({ testTimeout: 240_000 });

// So long an upload is held while a tab ends, milliseconds; and while somebody goes through a sheet on another device.
const late = { tab: 1500, sheet: 4000 };

let stage: ShakyStage;

beforeAll(async () => {
  stage = await setShakyStage({ guessLimit: 3, waits: [1] });
}, 300_000);

afterEach(() => stage?.calm());

afterAll(async () => stage?.close());

// One device that has a backup; each test leaves it with everything in it.
describe('the tab', () => {
  let device: Owned;
  let page: Owned['page'];

  beforeAll(async () => {
    device = await backedUp(stage);
    ({ page } = device);
  }, 120_000);

  afterAll(() => device?.context.close());

  test('is closed while media come in, and opened again: they go on', async () => {
    const other = await another(stage, device.phone);
    // Before anything is read: media that are not late are here at once.
    stage.line.lateReads = 1000;
    await open(other.page, password);
    await other.page.getByText(/messages are here/).waitFor();
    await other.page.close();
    const next = await openTab(other, '/');
    await next.locator('[aria-label="Your chats"] a').first().waitFor();
    expect(await next.locator('[aria-label="Your chats"] a').count()).toBeGreaterThan(5);
    stage.hurry();
    await visit(next, '/restore');
    await next
      .getByText('Everything is back')
      .or(next.getByText('There are chats here already'))
      .first()
      .waitFor();
    await expect.poll(() => countsOf({ page: next }), patience).toEqual(everything);
    await other.context.close();
  });

  test.each([
    ['is loaded again', async () => void (await page.reload())],
    [
      'is closed, and opened again',
      async () => {
        await page.close();
        page = await openTab(device, '/settings/backup');
      },
    ],
  ])('%s in the middle of a backup, which goes on by itself', async (how, again) => {
    const [before = '', media] = await countsOf({ page });
    const here = { page, visit: (path: string) => visit(page, path) };
    await backUpSlowly(stage, here, `Written before it ${how}.`, late.tab);
    await again();
    stage.hurry();
    await visit(page, '/settings/backup');
    await wholeBackup({ page });
    await expect.poll(() => countsOf({ page }), patience).toEqual([oneMore(before), media]);
  });
});

function oneMore(count: string): string {
  return (Number(count.replaceAll(',', '')) + 1).toLocaleString('en');
}

function told({ page }: Owned): ReturnType<Owned['page']['getByText']> {
  return page.getByText(/Another device backs up this account/);
}

async function backUp({ page, visit: go }: Owned): Promise<void> {
  await go('/settings/backup');
  await button(page, 'Back up now').click();
}

/** Takes over with one tap: what was said goes when the backup is made. */
async function takeOver(device: Owned): Promise<void> {
  await button(device.page, 'Back up from this one instead').click();
  await told(device).waitFor({ state: 'detached' });
}

// One account: what the tests do to it stands in the way of none that follows.
describe('two devices of one account', () => {
  let one: Owned;
  let two: Owned;

  beforeAll(async () => {
    one = await backedUp(stage);
    two = await another(stage, one.phone);
    await open(two.page, password);
    await two.page.getByText('Everything is back').waitFor();
  }, 120_000);

  afterAll(async () => {
    for (const { context } of [one, two]) await context.close();
  });

  test('what has come back says so until one looks at the chats, and then that there are some', async () => {
    const { page, visit: go } = two;
    await go('/restore');
    await page.getByText('Everything is back').waitFor();
    await go('/');
    await page.getByText('Everything is back').waitFor({ state: 'detached' });
    await go('/restore');
    await page.getByText('There are chats here already').waitFor();
    expect(two.complaints).toEqual([]);
  });

  test('back up one after the other: the first says so, and takes over with one tap, and so on', async () => {
    await untilBackedUp(stage, two, () => backUp(two));
    await backUp(one);
    await told(one).waitFor();
    expect(await accessibilityFaults(one.page)).toEqual([]);
    await takeOver(one);
    await lastBackup(one);
    await backUp(two);
    await told(two).waitFor();
    await two.visit('/settings/backup/health');
    await takeOver(two);
    await backUp(one);
    await told(one).waitFor();
    await takeOver(one);
    await lastBackup(one);
    for (const device of [one, two]) {
      await expect.poll(() => countsOf(device), patience).toEqual(everything);
      expect(device.complaints).toEqual([]);
    }
  });

  test('a password that is changed on one is told on the other, and is the one that opens', async () => {
    await one.visit('/settings/backup');
    await two.visit('/settings/backup/password');
    await button(two.page, /^Change password/).click();
    await two.page.getByLabel('Your backup password').fill(password);
    await button(two.page, 'Continue').click();
    await two.page.getByLabel('New password', { exact: true }).fill('eight loud herons');
    await two.page.getByLabel('The same once more').fill('eight loud herons');
    await button(two.page, 'Change password').click();
    await two.page.getByText('The new password opens your backup; the old one does not.').waitFor();
    await one.page.getByText('The backup password was changed').waitFor();
    await one.visit('/settings/backup/password?check');
    await one.page.getByLabel('Your backup password').fill('eight loud herons');
    await button(one.page, 'Check').click();
    await one.page.getByText('Right. That is your password.').waitFor();
    await expect.poll(() => countsOf(two), patience).toEqual(everything);
  });

  test('one that is removed in the middle of a backup says so, and keeps its chats', async () => {
    await two.visit('/settings/devices');
    await two.page.getByRole('region', { name: 'Others' }).getByRole('button').first().click();
    await button(two.page, 'Sign this device out').waitFor();
    await backUpSlowly(stage, one, 'Written on the device that is to be removed.', late.sheet);
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
    await expect.poll(() => countsOf(one), patience).toEqual(['2,001', '40']);
  });

  test('a new one is locked out by wrong passwords, the other chooses a new one, and that opens', async () => {
    const three = await another(stage, one.phone);
    const wrong = async (left: string): Promise<void> => {
      await three.page.locator('button[type=submit]:not([disabled])').waitFor();
      await open(three.page, `not ${left}`);
      await three.page.getByText(left).first().waitFor();
    };
    await wrong('Wrong password. 2 of 3 tries left.');
    await wrong('Wrong password. 1 of 3 tries left.');
    await three.page.getByText('This is the last try').waitFor();
    await wrong('The password is locked');
    await three.page.getByText('Your backup itself is whole.').waitFor();
    await three.page.getByText('Open Strongroom there: it asks for a new password.').waitFor();
    // Loaded anew, so that nothing of an earlier change of password still stands there.
    await two.goto('/settings/backup');
    await two.page.getByText('Your password is locked').waitFor();
    await link(two.page, 'New password').click();
    await button(two.page, /^New password/).click();
    await two.page.getByLabel('New password', { exact: true }).fill('twelve calm otters');
    await two.page.getByLabel('The same once more').fill('twelve calm otters');
    await two.page.locator('form button[type=submit]').click();
    await two.page.getByText('The new password opens your backup; the old one does not.').waitFor();
    await three.goto('/restore');
    await open(three.page, 'twelve calm otters');
    await three.page.getByText('Everything is back').waitFor();
    await expect.poll(() => countsOf(three), patience).toEqual(everything);
    await three.context.close();
  });
});
