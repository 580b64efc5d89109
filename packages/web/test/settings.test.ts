import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backUpFromNode, type NodeDevice } from './backup-from-node.ts';
import { accessibilityFaults, setStage, type Device, type Stage } from './harness.ts';
import { downloaded } from './person.ts';

const password = 'mint garage 14';
const phone = '+491700000011';

let stage: Stage;
let origin: NodeDevice;
let device: Device;

// One device that has restored; what the tests do to it builds on what was done before.
beforeAll(async () => {
  stage = await setStage([], { keepsOffline: false });
  origin = await backUpFromNode(stage.server, { phone, password, messages: 200, media: 5 });
  device = await stage.device();
  const { page } = device;
  page.setDefaultTimeout(60_000);
  await device.signIn(phone, '/restore');
  await page.locator('input[type=password]').fill(password);
  await page.keyboard.press('Enter');
  await page.getByText('Everything is back').waitFor();
  await page.getByRole('button', { name: 'Read your chats' }).click();
}, 300_000);

afterAll(async () => {
  await origin?.close();
  await stage?.close();
});

describe('settings', () => {
  test.each(['', '/chats', '/devices', '/events', '/storage', '/reset', '/about'])(
    'axe finds nothing at /settings%s, and nothing stands out at 320 pixels',
    async (path) => {
      const { page, visit } = device;
      await visit(`/settings${path}`);
      if (path === '/devices') await page.getByText('Others').waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    },
    60_000,
  );

  test('videos are left out of backups, and that is kept', async () => {
    const { page, visit } = device;
    await visit('/settings/chats');
    await page.getByRole('switch', { name: 'Include videos' }).click();
    await expect
      .poll(async () => page.getByRole('switch', { name: 'Include videos' }).isChecked())
      .toBe(false);
    await page.reload();
    await page.getByRole('switch', { name: 'Include videos' }).waitFor();
    expect(await page.getByRole('switch', { name: 'Include videos' }).isChecked()).toBe(false);
  }, 60_000);

  test('every chat is exported as a file of its own', async () => {
    const { page, visit } = device;
    await visit('/settings/chats');
    await page.getByRole('button', { name: 'Export all chats' }).click();
    const exportAll = page.getByRole('button', { name: 'Export', exact: true });
    const first = await downloaded(page, () => exportAll.click());
    expect(first.name).toMatch(/\.zip$/);
    await page.getByText(/\d+ chats exported/).waitFor();
  }, 90_000);
});

describe('what another device does', () => {
  test('is told wherever one is, stays until it was seen, and is in the list', async () => {
    const { page, visit } = device;
    await visit('/settings/storage');
    await expect(origin.run(['check-password', '--password-file', '-'], 'not the one')).rejects.toThrow(
      'ended with 3',
    );
    await page.getByText('A wrong password was tried').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.reload();
    await page.getByRole('link', { name: 'Look' }).click();
    await page.waitForURL('**/settings/events');
    await page.getByRole('button', { name: /A wrong password was tried/ }).click();
    await page.getByRole('dialog').getByText('A wrong password opens nothing').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await visit('/settings/storage');
    await page.getByText('Still free for it').waitFor();
    expect(await page.getByText('A wrong password was tried').count()).toBe(0);
  }, 120_000);

  test('ends when it is signed out', async () => {
    const { page, visit } = device;
    await visit('/settings/devices');
    await page.getByRole('region', { name: 'Others' }).getByRole('button').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign this device out' }).click();
    await page.getByText('Nobody else is signed in with your number.').waitFor();
    await expect(origin.run(['check-password', '--password-file', '-'], password)).rejects.toThrow(
      'ended with',
    );
  }, 120_000);
});

test('a device is reset only after the password was shown, and then is as new', async () => {
  const { page, visit, context } = device;
  await visit('/settings/reset');
  const erase = page.getByRole('button', { name: 'Delete everything here' });
  expect(await erase.isDisabled()).toBe(true);
  await page.locator('input[type=password]').fill('not the one');
  await erase.click();
  await page.getByText(/Wrong password/).waitFor();
  await page.locator('input[type=password]').fill(password);
  await erase.click();
  await page.waitForURL('**/welcome');
  await page.goto('/restore');
  await page.waitForURL('**/sign-in?next=/restore');
  await visit('/settings');
  await page.getByText('Not signed in').waitFor();
  await context.close();
}, 120_000);
