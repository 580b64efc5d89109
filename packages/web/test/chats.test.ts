import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFaults, setStage, type Device, type Stage } from './harness.ts';
import { startWithSamples, downloaded } from './person.ts';

const patience = { timeout: 15_000 };

let stage: Stage;
let phone: Device;
let desktop: Device;

// Two devices with sample chats for all of them: each test begins at the list, whatever was written before.
beforeAll(async () => {
  stage = await setStage([], { keepsOffline: false });
  phone = await stage.device();
  desktop = await stage.device({ size: 'desktop', theme: 'dark' });
  await startWithSamples(desktop);
}, 240_000);

afterAll(async () => stage?.close());

const firstChat = '[aria-label="Your chats"] a';

async function openFirst({ page, visit }: Device): Promise<string> {
  await visit('/');
  const title = await page.locator(firstChat).first().locator('[dir=auto]').first().innerText();
  await page.locator(firstChat).first().click();
  await page.getByRole('main').getByRole('heading', { level: 1, name: title }).waitFor();
  await page.locator('[aria-label="Messages"] [role=listitem] time').last().waitFor();
  return title;
}

describe('a newcomer', () => {
  // With what is begun here, all that follows is done.
  beforeAll(async () => {
    const { page, goto } = phone;
    await goto('/');
    for (const name of [/Bring your WhatsApp chats/, /Restore a backup/])
      await page.getByRole('link', { name }).waitFor();
    await page.getByRole('button', { name: 'Start with sample chats' }).click();
    await page.getByRole('region', { name: 'Your chats' }).waitFor();
  }, 60_000);

  test('has three ways on, and reads sample chats after one tap', async () => {
    const { page, complaints } = phone;
    await page.locator(firstChat).nth(5).waitFor();
    expect(await page.locator(firstChat).count()).toBeGreaterThan(5);
    await openFirst(phone);
    expect(complaints).toEqual([]);
  });

  test('is told quietly what is only on this device, and led to the backup', async () => {
    const { page, visit } = phone;
    await visit('/');
    await page.getByRole('link', { name: /messages are only on this device/ }).click();
    await page.waitForURL('**/settings/backup');
    await page.getByRole('link', { name: 'Turn on end-to-end encrypted backup' }).waitFor();
    expect(await page.getByRole('heading', { level: 1 }).count()).toBeGreaterThan(0);
  });

  test('finds the chats again after the page was loaded again', async () => {
    const { page, visit } = phone;
    await visit('/');
    const before = await page.locator(firstChat).first().innerText();
    await page.reload();
    await page.locator(firstChat).first().waitFor();
    expect(await page.locator(firstChat).first().innerText()).toBe(before);
  });
});

describe('a chat', () => {
  test('opens at its end, and goes to a date and back to the newest message', async () => {
    const { page } = phone;
    await openFirst(phone);
    const list = page.locator('[aria-label="Messages"] [role=listitem]');
    const count = Number(await list.last().getAttribute('aria-setsize'));
    await expect.poll(() => list.last().getAttribute('aria-posinset'), patience).toBe(String(count));
    await page.getByRole('button', { name: 'More about this chat' }).click();
    await page.getByRole('menuitem', { name: 'Go to a date' }).click();
    const field = page.getByLabel('Date', { exact: true });
    await expect.poll(() => field.getAttribute('min'), patience).not.toBe(null);
    await field.fill((await field.getAttribute('min'))!);
    await page.getByRole('button', { name: 'Go there' }).click();
    await expect.poll(() => list.first().getAttribute('aria-posinset'), patience).toBe('1');
    await page.getByRole('button', { name: 'To the newest message' }).click();
    await expect.poll(() => list.last().getAttribute('aria-posinset'), patience).toBe(String(count));
  });

  test('keeps a message and a file that are written into it', async () => {
    const { page } = phone;
    await openFirst(phone);
    const field = page.getByRole('textbox', { name: 'Message, kept on this device' });
    expect(await page.getByRole('button', { name: 'Add to the chat' }).isDisabled()).toBe(true);
    await field.fill('The key is under the stone.\nNot under the mat.');
    await page
      .locator('form input[type=file]')
      .setInputFiles({ name: 'map.txt', mimeType: 'text/plain', buffer: Buffer.from('here') });
    await field.press('Enter');
    await page.getByText('The key is under the stone.').waitFor();
    await page.getByRole('button', { name: 'Save map.txt' }).waitFor();
    expect(await field.inputValue()).toBe('');
    await page.reload();
    await page.getByText('The key is under the stone.').waitFor();
    const save = page.getByRole('button', { name: 'Save map.txt' });
    const { name, bytes } = await downloaded(page, () => save.click());
    expect({ name, text: bytes.toString() }).toEqual({ name: 'map.txt', text: 'here' });
  });

  test('marks what is searched in it, and goes up and down', async () => {
    const { page } = phone;
    await openFirst(phone);
    const field = page.getByRole('textbox', { name: 'Message, kept on this device' });
    for (const text of ['first zebra', 'second zebra']) {
      await field.fill(text);
      await field.press('Enter');
      await page.getByText(text).waitFor();
    }
    await page.getByRole('button', { name: 'Search in this chat' }).click();
    await page.getByLabel('Words to find').fill('zebra');
    await page.getByText('1 of 2').waitFor();
    expect(await page.locator('mark').allInnerTexts()).toEqual(['zebra', 'zebra']);
    await page.getByRole('button', { name: 'Earlier hit' }).click();
    await page.getByText('2 of 2').waitFor();
    expect(await page.getByRole('button', { name: 'Earlier hit' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByLabel('Words to find').fill('no such word at all');
    await page.getByText('Not found').waitFor();
    await page.getByLabel('Words to find').press('Escape');
    await page.getByLabel('Words to find').waitFor({ state: 'detached' });
  });

  test('that is not there says so', async () => {
    const { page, goto, visit } = phone;
    await goto('/chat/99999');
    await page.getByRole('heading', { name: 'This chat is not here' }).waitFor();
    expect(await page.getByRole('region', { name: 'Messages' }).count()).toBe(0);
    await visit('/chat/1?at=99999999');
    await page.getByRole('region', { name: 'Messages' }).waitFor();
  });

  test('shows its pictures large, with the keyboard', async () => {
    const { page, visit } = phone;
    await visit('/');
    await page.locator(firstChat).first().waitFor();
    // Some chat has pictures.
    const chats = await page.locator(firstChat).count();
    for (let index = 0; index < chats; index++) {
      const href = await page.locator(firstChat).nth(index).getAttribute('href');
      await visit(`${href}/media`);
      await page
        .getByText(/photos? (or|and) files?/)
        .first()
        .waitFor();
      if ((await page.getByRole('link', { name: /Open the photo/ }).count()) > 1) break;
      await visit('/');
      await page.locator(firstChat).first().waitFor();
    }
    await page
      .getByRole('link', { name: /Open the photo/ })
      .first()
      .click();
    const picture = page.getByRole('dialog').getByRole('img');
    await picture.waitFor();
    const first = await picture.getAttribute('alt');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => picture.getAttribute('alt'), patience).not.toBe(first);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => picture.getAttribute('alt'), patience).toBe(first);
    expect(
      await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth)),
    ).toBeGreaterThan(0);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('');
  });
});

describe('the search over all chats', () => {
  test('marks what it finds, and opens at the message', async () => {
    const { page } = desktop;
    const title = await openFirst(desktop);
    await page.getByRole('textbox', { name: 'Message, kept on this device' }).fill('a purple giraffe');
    await page.keyboard.press('Enter');
    await page.getByText('a purple giraffe').first().waitFor();
    await page.locator(firstChat).nth(3).click();
    await page.getByRole('searchbox', { name: 'Search all chats' }).fill('giraffe');
    await page.getByText('1 message found').waitFor();
    await page
      .getByRole('complementary')
      .getByRole('link', { name: /giraffe/ })
      .click();
    await page.getByRole('main').getByRole('heading', { level: 1, name: title }).waitFor();
    await page.getByRole('main').locator('mark', { hasText: 'giraffe' }).waitFor();
    await page.getByText('1 of 1').waitFor();
    expect(page.url()).not.toContain('giraffe');
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await page.getByRole('region', { name: 'Your chats' }).waitFor();
  });

  test('says when nothing is found', async () => {
    const { page, visit } = phone;
    await visit('/');
    const field = page.getByRole('searchbox', { name: 'Search all chats' });
    await field.fill('qqqqqqqq');
    await page.getByRole('heading', { name: 'Nothing found' }).waitFor();
    expect(await page.getByRole('status').getByText('0 messages found').isVisible()).toBe(true);
    // The words stay until they are taken away.
    await field.fill('');
    await page.getByRole('region', { name: 'Your chats' }).waitFor();
  });
});

describe('everybody can use it', () => {
  test.each([
    ['a phone in the light', () => phone],
    ['a desktop in the dark', () => desktop],
  ] as const)('axe finds nothing in the chats on %s', async (_, deviceOf) => {
    const device = deviceOf();
    const { page, visit } = device;
    await visit('/');
    await page.locator(firstChat).first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await openFirst(device);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Search in this chat' }).click();
    await page.getByLabel('Words to find').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await visit(`${new URL(page.url()).pathname}/media`);
    await page
      .getByText(/photos? (or|and) files?/)
      .first()
      .waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBe(0);
  });
});
