import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setStage, type Stage } from './harness.ts';
import { button, link, open, turnOn } from './person.ts';

// The first ten minutes of somebody who was never here: nothing but what can be seen, by its words.

const password = 'seven lamps in the hall';
const phone = '+49 170 5556677';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
}, 300_000);

afterAll(async () => stage?.close());

const chats = '[aria-label="Your chats"] a';
const messages = '[aria-label="Messages"] [role=listitem]';

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Phone number').fill(phone);
  await button(page, 'Send the code').click();
  const field = page.getByLabel('Six-digit code');
  await field.waitFor();
  await field.fill(await stage.code(phone.replaceAll(' ', '')));
}

/** Opens the first chat that shows a photo at its end. @returns what can be read there, and what the photo shows */
async function read(page: Page, title: string): Promise<{ texts: string[]; photo: number[] }> {
  await page.locator(chats).filter({ hasText: title }).first().click();
  await page.getByRole('main').getByRole('heading', { level: 1, name: title }).waitFor();
  await page.locator(`${messages} time`).last().waitFor();
  const texts = await page.locator(messages).allInnerTexts();
  await button(page, 'More about this chat').click();
  await page.getByRole('menuitem', { name: 'Photos and files' }).click();
  await link(page, /^Open the photo/)
    .first()
    .click();
  const picture = page.getByRole('dialog').locator('img');
  await picture.waitFor();
  return { texts: texts.slice(-5), photo: await picture.evaluate(pixelsOf) };
}

/** Some of the colours of a picture. */
async function pixelsOf(element: Element): Promise<number[]> {
  const image = element as HTMLImageElement;
  await image.decode();
  const { naturalWidth: width, naturalHeight: height } = image;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return [width, height, ...data.filter((_, at) => at % 997 === 0)];
}

test('a newcomer turns a backup on, and reads the same on another device', async () => {
  const steps: string[] = [];
  let began = performance.now();
  const done = (step: string): void => {
    steps.push(`${step}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
    began = performance.now();
  };

  const { page, complaints, goto, visit } = await stage.device();
  await goto('/');
  await button(page, /Start with sample chats/).click();
  await page.getByRole('region', { name: 'Your chats' }).waitFor();
  done('sample chats');

  await link(page, /messages are only on this device/).click();
  await link(page, 'Turn on end-to-end encrypted backup').click();
  await link(page, 'Sign in').click();
  await signIn(page);
  await button(page, 'Continue').waitFor();
  done('signed in');

  await turnOn(page, password);
  await page.getByRole('heading', { name: 'It is on' }).waitFor();
  done('turned on');

  await page.getByRole('heading', { name: /^Last backup: today/ }).waitFor();
  await page.getByText('Everything on this device is in it.').waitFor();
  done('backed up');

  await link(page, 'Done').click();
  await button(page, 'Back up now').waitFor();
  await visit('/');
  const title = await page.locator(chats).first().locator('[dir=auto]').first().innerText();
  const before = await read(page, title);
  done('read');
  expect(before.texts.length).toBeGreaterThan(0);
  expect(complaints).toEqual([]);

  const second = await stage.device();
  await second.goto('/');
  await link(second.page, /Restore a backup/).click();
  await signIn(second.page);
  await second.page.getByText('Only you can open it').waitFor();
  done('second device: signed in, backup found');

  await open(second.page, password);
  await second.page.getByText('Everything is back').waitFor();
  done('restored');

  await button(second.page, 'Read your chats').click();
  expect(await read(second.page, title)).toEqual(before);
  done('read there');
  expect(second.complaints).toEqual([]);
  process.stdout.write(`${steps.join('\n')}\n`);
}, 300_000);
