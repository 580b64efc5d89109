import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFaults, setStage, type Stage } from './harness.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage([], { keepsOffline: false });
}, 240_000);

afterAll(async () => stage?.close());

describe('signing in', () => {
  test('forgives how a number is typed, takes a pasted code, and goes on to where it was asked for', async () => {
    const { page, goto, context, complaints } = await stage.device();
    await goto('/sign-in?next=/settings/devices');
    await page.getByLabel('Phone number').fill('0049 (0)170 / 10 10 101');
    await page.keyboard.press('Enter');
    await page.getByText('+491701010101').waitFor();
    const code = await stage.code('+491701010101');
    await page.getByLabel('Six-digit code').fill(`${code.slice(0, 3)} ${code.slice(3)}`);
    await page.waitForURL('**/settings/devices');
    await page.getByText('This device').first().waitFor();
    await goto('/settings');
    await page.getByText('+491701010101').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  test.each([
    ['https://elsewhere.example/', '+491705050501'],
    ['//elsewhere.example', '+491705050502'],
    ['/\\elsewhere.example', '+491705050503'],
  ])('never leads to %s', async (next, phone) => {
    const { page, goto, context } = await stage.device();
    await goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await page.getByLabel('Phone number').fill(phone);
    await page.keyboard.press('Enter');
    await page.getByLabel('Six-digit code').fill(await stage.code(phone));
    await page.waitForURL((url) => url.pathname !== '/sign-in');
    expect(page.url().startsWith(stage.server.url)).toBe(true);
    await context.close();
  });

  test('tells what is wrong with a number, and what may be meant', async () => {
    const { page, goto, context } = await stage.device({ locale: 'de-DE' });
    await goto('/sign-in');
    const field = page.getByLabel('Telefonnummer');
    const fault = async (typed: string, says: string): Promise<void> => {
      await field.fill(typed);
      await page.keyboard.press('Enter');
      await page.getByText(says).waitFor();
    };
    await fault('', 'Gib zuerst deine Nummer ein.');
    await fault('+49 17', 'Diese Nummer ist zu kurz.');
    await fault('Anna', 'hat eine Nummer nur Ziffern');
    await fault('0170 2020202', 'Die Ländervorwahl fehlt');
    await page.getByRole('button', { name: '+491702020202 nehmen' }).click();
    expect(await field.inputValue()).toBe('+491702020202');
    await context.close();
  });

  test('says how many tries a wrong code leaves; the right one still opens', async () => {
    const { page, goto, context } = await stage.device();
    await goto('/sign-in');
    await page.getByLabel('Phone number').fill('+49 170 3030303');
    await page.keyboard.press('Enter');
    const field = page.getByLabel('Six-digit code');
    await field.waitFor();
    const code = await stage.code('+491703030303');
    await field.fill(code === '111111' ? '222222' : '111111');
    await page.getByText(/Wrong code\. \d+ tr(y|ies) left\./).waitFor();
    expect(await field.inputValue()).toBe('');
    await page.getByText(/A new code can be sent in \d+ seconds?/).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await field.fill(code);
    await page.waitForURL((url) => url.pathname !== '/sign-in');
    await context.close();
  });

  test('without a network says so, and keeps what was typed', async () => {
    const { page, goto, context } = await stage.device();
    await goto('/sign-in');
    await page.getByLabel('Phone number').fill('+49 170 4040404');
    await context.setOffline(true);
    await page.keyboard.press('Enter');
    await page.getByText('The server cannot be reached.').waitFor();
    expect(await page.getByLabel('Phone number').inputValue()).toBe('+49 170 4040404');
    await context.setOffline(false);
    await page.keyboard.press('Enter');
    await page.getByLabel('Six-digit code').waitFor();
    await context.close();
  });
});
