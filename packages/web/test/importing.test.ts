import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFaults, setStage, sizes, type Device, type Stage } from './harness.ts';
import { startWithSamples, downloaded } from './person.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage([], { keepsOffline: false });
}, 240_000);

afterAll(async () => stage?.close());

interface Upload {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

const line = (day: number, who: string, text: string): string =>
  `${String(day).padStart(2, '0')}/05/2024, 18:0${day % 10} - ${who}: ${text}`;
const firstLines = [
  line(17, 'Anna', 'Are you there?'),
  line(18, 'Tom Tester', 'Almost. Two lines,\nlike this.'),
  line(19, 'Anna', 'The lake is frozen!'),
];

function text(name: string, lines: readonly string[]): Upload {
  return { name, mimeType: 'text/plain', buffer: Buffer.from(lines.join('\n')) };
}

const anna = text('WhatsApp Chat with Anna.txt', firstLines);

async function choose(page: Page, files: readonly Upload[]): Promise<void> {
  await page.locator('input[type=file]').setInputFiles([...files]);
}

async function drop(page: Page, files: readonly Upload[]): Promise<void> {
  const data = await page.evaluateHandle(
    (given) => {
      const transfer = new DataTransfer();
      for (const { name, type, body } of given) transfer.items.add(new File([body], name, { type }));
      return transfer;
    },
    files.map(({ name, mimeType, buffer }) => ({ name, type: mimeType, body: buffer.toString() })),
  );
  await page.dispatchEvent('body', 'dragover', { dataTransfer: data });
  await page.getByText('Drop it to import it').waitFor();
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
}

describe('an exported chat', () => {
  // One device for those that speak English; each brings chats of its own.
  let device: Device;

  beforeAll(async () => {
    device = await stage.device();
    await device.goto('/');
  });

  afterAll(() => device?.context.close());

  test('that is dropped anywhere is looked at, asked about, and read; a longer one adds only what is new, and the same adds nothing', async () => {
    const { page, visit, complaints } = device;
    await visit('/');
    await drop(page, [anna]);
    await page.waitForURL('**/import');
    await page.getByRole('heading', { name: 'Anna' }).waitFor();
    await page.getByText('3 messages', { exact: true }).waitFor();
    await page.getByText('May 17, 2024 to May 19, 2024').waitFor();
    await page.getByRole('radio', { name: 'Tom Tester' }).check();
    await page.getByRole('button', { name: 'Import the chat' }).click();
    await page.getByText('3 messages from “Anna” are here').waitFor();
    await page.getByRole('link', { name: 'Open the chat' }).click();
    await page.getByText('The lake is frozen!').waitFor();
    const bring = async (file: Upload): Promise<void> => {
      await visit('/settings');
      await visit('/import');
      await choose(page, [file]);
      await page.getByRole('radio', { name: 'Tom Tester' }).check();
      await page.getByRole('button', { name: 'Import the chat' }).click();
    };
    await bring(text(anna.name, [...firstLines, line(20, 'Tom Tester', 'It thaws.')]));
    await page.getByText('1 message from “Anna” is here').waitFor();
    await page.getByText('Added to what was here before.').waitFor();
    await bring(anna);
    await page.getByText('Everything from “Anna” was here already').waitFor();
    await page.getByRole('link', { name: 'Open the chat' }).click();
    await page.getByText('4 messages').first().waitFor();
    await page.getByText('The lake is frozen!').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('with days that can be read in two ways is asked about', async () => {
    const { page, visit } = device;
    await visit('/import');
    await choose(page, [
      text('WhatsApp Chat with Ben.txt', ['05/06/2024, 18:00 - Ben: one', '05/06/2024, 18:01 - Tom: two']),
    ]);
    const start = page.getByRole('button', { name: 'Import the chat' });
    await page.getByRole('radio', { name: 'Tom' }).check();
    expect(await start.isDisabled()).toBe(true);
    await page.getByText('Answer the questions above first.').waitFor();
    await page.getByRole('radio', { name: 'Month first' }).check();
    await start.click();
    await page.getByRole('link', { name: 'Open the chat' }).click();
    await page.getByText('May 6, 2024').first().waitFor();
  });

  test('comes with others at once: one answer holds for all, one that is damaged stops none', async () => {
    const { goto, page, context } = await stage.device({ locale: 'de' });
    await goto('/import');
    await choose(page, [
      anna,
      text('WhatsApp Chat with Ben.txt', [line(17, 'Ben', 'hi'), line(18, 'Tom Tester', 'ho')]),
      { name: 'broken.zip', mimeType: 'application/zip', buffer: Buffer.from('PK\u0003\u0004nothing') },
      { name: 'msgstore.db.crypt15', mimeType: '', buffer: Buffer.from([1, 2, 3]) },
      text('poem.txt', ['Roses are red', 'Violets are blue']),
    ]);
    await page.getByText('„broken.zip“ ist beschädigt').waitFor();
    await page.getByText('„poem.txt“ ist kein Chat').waitFor();
    await page.getByText('WhatsApps eigenes verschlüsseltes Backup').waitFor();
    await page.getByRole('radio', { name: 'Tom Tester' }).first().check();
    await expect.poll(() => page.getByRole('radio', { name: 'Tom Tester' }).nth(1).isChecked()).toBe(true);
    await page.getByRole('button', { name: '2 Chats importieren' }).click();
    await page.getByText('3 Nachrichten aus „Anna“ sind hier').waitFor();
    await page.getByText('2 Nachrichten aus „Ben“ sind hier').waitFor();
    await page.getByRole('link', { name: 'Zu deinen Chats' }).click();
    await page.getByRole('region', { name: 'Deine Chats' }).getByText('Ben', { exact: true }).waitFor();
    await context.close();
  });

  test('that is long is stopped, and the rest is added when it is imported again', async () => {
    const { page, visit } = device;
    await visit('/import');
    const lines = Array.from({ length: 40_000 }, (_, index) =>
      line(1 + (index % 28), index % 2 ? 'Cleo' : 'Tom Tester', `Message number ${index}`),
    );
    await choose(page, [text('WhatsApp Chat with Cleo.txt', lines.toSorted())]);
    await page.getByRole('radio', { name: 'Tom Tester' }).check({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Import the chat' }).click();
    await page.getByText('Importing “Cleo”').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Stopped.').waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Import the chat' }).click();
    await page.getByText('from “Cleo” are here').waitFor({ timeout: 120_000 });
    await page.getByRole('link', { name: 'Open the chat' }).click();
    await page.getByText('40,000 messages').first().waitFor();
    const list = page.locator('[aria-label="Messages"] [role=listitem]');
    await expect.poll(() => list.last().getAttribute('aria-posinset'), { timeout: 20_000 }).toBe('40000');
  }, 300_000);
});

test('what is exported here is imported on another device, with its pictures', async () => {
  const first = await stage.device();
  await startWithSamples(first);
  await first.page.locator('[aria-label="Your chats"] a').first().click();
  await first.page.getByRole('button', { name: 'More about this chat' }).click();
  await first.page.getByRole('menuitem', { name: 'Export this chat' }).click();
  const save = first.page.getByRole('button', { name: 'Save the zip' });
  const { name, bytes } = await downloaded(first.page, () => save.click());
  const file = { name, mimeType: 'application/zip', buffer: bytes };
  await first.page.getByText('The zip is in your downloads').waitFor();
  const count = await first.page
    .getByText(/^[\d,]+ messages$/)
    .first()
    .innerText();
  await first.context.close();
  const second = await stage.device();
  await second.goto('/import');
  await choose(second.page, [file]);
  const me = second.page.getByRole('radio').first();
  await me.waitFor();
  if ((await second.page.locator('input[type=radio]:checked').count()) === 0) await me.check();
  await second.page.getByRole('button', { name: 'Import the chat' }).click();
  await second.page.getByRole('link', { name: 'Open the chat' }).click();
  await second.page.locator('[aria-label="Messages"] [role=listitem] time').last().waitFor();
  expect(await second.page.getByText(count).first().isVisible()).toBe(true);
  await second.context.close();
});

test('axe finds nothing while importing, on a phone in the dark and on a desktop in the light', async () => {
  const { goto, page, context } = await stage.device();
  const looks = async (): Promise<void> => {
    for (const [size, colorScheme] of [
      ['phone', 'dark'],
      ['desktop', 'light'],
    ] as const) {
      await page.setViewportSize(sizes[size]);
      await page.emulateMedia({ colorScheme });
      expect(await accessibilityFaults(page), `on a ${size}`).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, `on a ${size}`).toBe(0);
    }
  };
  await goto('/import');
  await looks();
  await choose(page, [anna, text('poem.txt', ['Roses are red'])]);
  await page.getByText('“poem.txt” is not a chat').waitFor();
  await page.getByRole('radio').first().waitFor();
  await looks();
  await context.close();
});
