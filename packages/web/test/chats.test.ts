import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFaults, setStage, type Device, type Stage } from './harness.ts';

const patience = { timeout: 15_000 };

let stage: Stage;

beforeAll(async () => {
  stage = await setStage([], { keepsOffline: false });
}, 240_000);

afterAll(async () => stage?.close());

async function withSamples(options: Parameters<Stage['device']>[0] = {}): Promise<Device> {
  const device = await stage.device(options);
  await device.goto('/');
  await device.page.getByRole('button', { name: 'Start with sample chats' }).click();
  await device.page.getByRole('region', { name: 'Your chats' }).waitFor();
  return device;
}

const firstChat = '[aria-label="Your chats"] a';

async function openFirst({ page }: Device): Promise<string> {
  const title = await page.locator(firstChat).first().locator('[dir=auto]').first().innerText();
  await page.locator(firstChat).first().click();
  await page.getByRole('main').getByRole('heading', { level: 1, name: title }).waitFor();
  await page.locator('[aria-label="Messages"] [role=listitem] time').last().waitFor();
  return title;
}

describe('a newcomer', () => {
  test('has three ways on, and reads sample chats after one tap', async () => {
    const device = await stage.device();
    const { page, complaints, context } = device;
    await device.goto('/');
    for (const name of [/Bring your WhatsApp chats/, /Restore a backup/])
      expect(await page.getByRole('link', { name }).isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Start with sample chats' }).click();
    await page.getByRole('region', { name: 'Your chats' }).waitFor();
    expect(await page.locator(firstChat).count()).toBeGreaterThan(5);
    await openFirst(device);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('is told quietly what is only on this device, and led to the backup', async () => {
    const { page, context } = await withSamples();
    await page.getByRole('link', { name: /messages are only on this device/ }).click();
    await page.waitForURL('**/settings/backup');
    expect(await page.getByRole('heading', { level: 1 }).count()).toBeGreaterThan(0);
    await context.close();
  });

  test('finds the chats again after the page was loaded again', async () => {
    const { page, context } = await withSamples();
    const before = await page.locator(firstChat).first().innerText();
    await page.reload();
    await page.locator(firstChat).first().waitFor();
    expect(await page.locator(firstChat).first().innerText()).toBe(before);
    await context.close();
  });
});

describe('a chat', () => {
  test('opens at its end, and goes to a date and back to the newest message', async () => {
    const device = await withSamples();
    const { page, context } = device;
    await openFirst(device);
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
    await context.close();
  });

  test('keeps a message and a file that are written into it', async () => {
    const device = await withSamples();
    const { page, context } = device;
    await openFirst(device);
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
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save map.txt' }).click();
    expect((await download).suggestedFilename()).toBe('map.txt');
    await context.close();
  });

  test('marks what is searched in it, and goes up and down', async () => {
    const device = await withSamples();
    const { page, context } = device;
    await openFirst(device);
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
    await context.close();
  });

  test('that is not there says so', async () => {
    const { page, context } = await withSamples();
    await page.goto('/chat/99999');
    await page.getByRole('heading', { name: 'This chat is not here' }).waitFor();
    expect(await page.getByRole('region', { name: 'Messages' }).count()).toBe(0);
    await page.goto('/chat/1?at=99999999');
    await page.getByRole('region', { name: 'Messages' }).waitFor();
    await context.close();
  });

  test('shows its pictures large, with the keyboard', async () => {
    const device = await withSamples();
    const { page, context } = device;
    // Some chat has pictures.
    const chats = await page.locator(firstChat).count();
    for (let index = 0; index < chats; index++) {
      const href = await page.locator(firstChat).nth(index).getAttribute('href');
      await page.goto(`${href}/media`);
      await page
        .getByText(/photos? (or|and) files?/)
        .first()
        .waitFor();
      if ((await page.getByRole('link', { name: /Open the photo/ }).count()) > 1) break;
      await page.goto('/');
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
    await context.close();
  });
});

describe('the search over all chats', () => {
  test('marks what it finds, and opens at the message', async () => {
    const device = await withSamples({ size: 'desktop' });
    const { page, context } = device;
    const title = await openFirst(device);
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
    await context.close();
  });

  test('says when nothing is found', async () => {
    const { page, context } = await withSamples();
    await page.getByRole('searchbox', { name: 'Search all chats' }).fill('qqqqqqqq');
    await page.getByRole('heading', { name: 'Nothing found' }).waitFor();
    expect(await page.getByRole('status').getByText('0 messages found').isVisible()).toBe(true);
    await context.close();
  });
});

describe('everybody can use it', () => {
  test.each([
    ['phone', 'light'],
    ['desktop', 'dark'],
  ] as const)('axe finds nothing in the chats on a %s in the %s', async (size, theme) => {
    const device = await withSamples({ size, theme });
    const { page, context } = device;
    expect(await accessibilityFaults(page)).toEqual([]);
    await openFirst(device);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Search in this chat' }).click();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.goto(`${new URL(page.url()).pathname}/media`);
    await page
      .getByText(/photos? (or|and) files?/)
      .first()
      .waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBe(0);
    await context.close();
  });
});
