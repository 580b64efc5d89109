import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { addAuthenticator, setStage, type Device, type Stage } from './harness.ts';

// A whole way through the app, with a password stretched more than once.
vi.setConfig({ testTimeout: 120_000 });

let stage: Stage;
let site: string;
let numbers = 0;

beforeAll(async () => {
  stage = await setStage([], { keepsOffline: false });
  // Passkeys belong to names, not to numbers.
  site = `http://localhost:${new URL(stage.server.url).port}`;
}, 240_000);

afterAll(async () => stage?.close());

const password = 'seven lamps in the hall';

/** A device with an authenticator, of somebody new, signed in at a site with a name. */
async function signedIn(
  path: string,
): Promise<Device & { authenticator: Awaited<ReturnType<typeof addAuthenticator>> }> {
  const device = await stage.device({ at: site });
  const authenticator = await addAuthenticator(device.page);
  await device.signIn(`+4915222${String(100_000 + numbers++)}`, path);
  return { ...device, authenticator };
}

function button(page: Page, name: string): ReturnType<Page['getByRole']> {
  return page.getByRole('button', { name, exact: true });
}

/** The next time the browser asks, the person says no. (The authenticator's own "no" blocks it for good.) */
async function refuseOnce(page: Page, ceremony: 'create' | 'get'): Promise<void> {
  await page.evaluate((name) => {
    const { credentials } = navigator;
    const asked = credentials[name].bind(credentials);
    credentials[name] = async () => {
      credentials[name] = asked;
      throw new DOMException('refused', 'NotAllowedError');
    };
  }, ceremony);
}

async function choosePasskeyAlone(page: Page): Promise<void> {
  await page.getByLabel('A password').uncheck();
  await page.getByLabel('A passkey').check();
  await button(page, 'Continue').click();
}

async function turnOnByPassword(page: Page): Promise<void> {
  await button(page, 'Continue').click();
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByLabel('The same once more').fill(password);
  await button(page, 'Turn on').click();
  await page.getByRole('heading', { name: 'It is on' }).waitFor();
}

describe('a passkey', () => {
  test('that gives no secret, and a person who says no, are told apart in plain words; one that does turns the backup on, is listed, and is the last way in', async () => {
    const { page, context, visit, authenticator, complaints } = await signedIn('/settings/backup/turn-on');
    await choosePasskeyAlone(page);
    const { devtools, id } = authenticator;
    await devtools.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: false });
    await button(page, 'Create the passkey').click();
    await page.getByText('it was cancelled, or took too long').waitFor();
    await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: id });
    const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    });
    await button(page, 'Create the passkey').click();
    await page.getByText('gives no secret that could protect a backup').waitFor();
    await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
    await addAuthenticator(page);
    await page.getByLabel('Name').fill('My phone');
    await button(page, 'Create the passkey').click();
    await page.getByRole('heading', { name: 'It is on' }).waitFor();
    await page.getByRole('heading', { name: /^Last backup/ }).waitFor();
    await visit('/settings/backup/passkey');
    await page.getByText('My phone').waitFor();
    await button(page, 'Remove My phone').click();
    await page.getByText('Nothing else would open your backup').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('that gives its secret only when it is used is asked for a second time', async () => {
    const { page, context, complaints } = await signedIn('/settings/backup/turn-on');
    await page.evaluate(() => {
      const create = navigator.credentials.create.bind(navigator.credentials);
      navigator.credentials.create = async (options) => {
        const made = (await create(options)) as PublicKeyCredential;
        made.getClientExtensionResults = () => ({ prf: { enabled: true } });
        return made;
      };
    });
    await choosePasskeyAlone(page);
    await button(page, 'Create the passkey').click();
    await page.getByText('it is asked for a second time').waitFor();
    await button(page, 'Use it once').click();
    await page.getByRole('heading', { name: 'It is on' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('is added beside a password, removed, added again, not twice in one place; and proves who one is', async () => {
    const { page, context, visit, complaints } = await signedIn('/settings/backup/turn-on');
    await turnOnByPassword(page);
    await page.getByRole('heading', { name: /^Last backup/ }).waitFor();
    await visit('/settings/backup/passkey');
    await button(page, 'Add a passkey').click();
    await page.getByLabel('Your backup password').fill('not this one');
    await button(page, 'Continue').click();
    await page.getByText('Wrong password. 9 tries left.').waitFor();
    await page.getByLabel('Your backup password').fill(password);
    await button(page, 'Continue').click();
    await page.getByLabel('Name').fill('My phone');
    await button(page, 'Create the passkey').click();
    await button(page, 'Remove My phone').click();
    await page.getByLabel('Your backup password').fill(password);
    await button(page, 'Remove').click();
    await page.getByText('No passkey yet').waitFor();
    // Shown a moment ago: it is not asked again.
    await button(page, 'Add a passkey').click();
    await button(page, 'Create the passkey').click();
    await page
      .getByText(/" opens your backup/)
      .first()
      .waitFor();
    await button(page, 'Add a passkey').click();
    await page.getByLabel('Name').fill('The same place');
    await button(page, 'Create the passkey').click();
    await page.getByText('There is a passkey for this backup already').waitFor();
    await visit('/settings/backup/turn-off');
    await page.getByRole('button', { name: 'A passkey', exact: true }).click();
    await refuseOnce(page, 'get');
    await button(page, 'Turn off').click();
    await page.getByText('it was cancelled, or took too long').waitFor();
    await button(page, 'Turn off').click();
    await page.getByRole('heading', { name: 'Encrypted backup is off' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});

test('the device’s own lock is asked for before a forgotten password is changed', async () => {
  const { page, context, visit, complaints } = await signedIn('/settings/backup/turn-on');
  await turnOnByPassword(page);
  await visit('/settings/backup/password');
  await page.getByRole('button', { name: /^Change password/ }).click();
  await page.getByRole('button', { name: /^Forgotten/ }).click();
  await refuseOnce(page, 'create');
  await button(page, 'Continue').click();
  await page.getByText('did not confirm that it is you').waitFor();
  expect(await page.getByLabel('New password', { exact: true }).count()).toBe(0);
  // Made the first time, used the second time.
  for (const chosen of ['another lamp in the cellar', 'a third lamp on the stairs']) {
    await button(page, 'Continue').click();
    await page.getByLabel('New password', { exact: true }).fill(chosen);
    await page.getByLabel('The same once more').fill(chosen);
    await button(page, 'Change password').click();
    await page.getByText('The new password opens your backup; the old one does not.').first().waitFor();
    // It may have been said of the one before: only the screen that comes then says that it was this one.
    await page.getByRole('button', { name: /^Check my password/ }).waitFor();
    await page.getByRole('button', { name: /^Change password/ }).click();
  }
  expect(complaints).toEqual([]);
  await context.close();
});

test('where the address is a number, it says that passkeys do not work, and what does', async () => {
  const { page, context, signIn, complaints } = await stage.device();
  await signIn('+4915222999999', '/settings/backup/turn-on');
  await choosePasskeyAlone(page);
  await page.getByText('A password or a 64-digit key works everywhere.').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});
