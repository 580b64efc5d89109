import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFaults, setStage, sizes, type Device, type Stage } from './harness.ts';

// The machine may be busy: what is waited for is the state, not the time.
const patiently = { timeout: 20_000 };

let stage: Stage;

beforeAll(async () => {
  stage = await setStage([], { keepsOffline: false });
}, 240_000);

afterAll(async () => stage?.close());

async function fresh(options: Parameters<Stage['device']>[0] = {}): Promise<Device> {
  const device = await stage.device(options);
  await device.goto('/');
  return device;
}

async function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.textContent ?? undefined);
}

/** Looks at a page as nobody's doing: whatever else a test asks of it counts as a touch of the person. */
async function untouched(page: Page): Promise<(expression: string) => Promise<unknown>> {
  const devtools = await page.context().newCDPSession(page);
  return async (expression) => {
    const { result } = await devtools.send('Runtime.evaluate', { expression, userGesture: false });
    return result.value as unknown;
  };
}

describe('the app', () => {
  test('opens under its own policy without a complaint, and welcomes', async () => {
    const { page, complaints, context } = await fresh({ keepsOffline: true });
    await page.getByText('safe in a cloud').waitFor();
    expect(await page.title()).toBe('Strongroom');
    expect(await page.evaluate(() => [isSecureContext, crossOriginIsolated])).toEqual([true, true]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('refuses what its policy forbids', async () => {
    const { page, context } = await fresh();
    const refused = await page.evaluate(() => {
      const deeds: Record<string, () => unknown> = {
        html: () => (document.body.innerHTML = '<b>x</b>'),
        worker: () => new Worker('/assets/none.js'),
        policy: () =>
          (
            globalThis as unknown as { trustedTypes: { createPolicy(name: string, rules: object): void } }
          ).trustedTypes.createPolicy('mine', {}),
      };
      return Object.keys(deeds).filter((name) => {
        try {
          deeds[name]!();
          return false;
        } catch {
          return true;
        }
      });
    });
    expect(refused).toEqual(['html', 'worker', 'policy']);
    await context.close();
  });

  test('loads at most 200 kB before the engine, in few requests', async () => {
    const { page, context } = await stage.device({ keepsOffline: true });
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    let bytes = 0;
    const names = new Map<string, string>();
    devtools.on('Network.responseReceived', ({ requestId, response }) => names.set(requestId, response.url));
    // As compressed, without the headers.
    devtools.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
      if (!/engine-/.test(names.get(requestId) ?? '')) bytes += encodedDataLength;
    });
    await page.goto('/');
    await page.getByRole('heading', { level: 1 }).waitFor();
    const asked = [...names.values()].filter((url) => !/engine-/.test(url));
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.length).toBeLessThan(13);
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThan(200_000);
    await context.close();
  });

  test('opens without a network after the first visit, at any screen', async () => {
    const { page, context } = await fresh({ keepsOffline: true });
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      if (navigator.serviceWorker.controller === null)
        await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
    });
    await context.setOffline(true);
    await page.reload();
    await page.getByText('safe in a cloud').waitFor();
    await page.goto('/settings');
    await page.getByText('Not signed in').waitFor();
    await page.getByText('No connection').waitFor();
    await context.setOffline(false);
    await expect.poll(() => page.getByText('No connection').count(), patiently).toBe(0);
    await context.close();
  });

  test('speaks the language of the browser, and another when asked to', async () => {
    const { page, context, visit } = await fresh({ locale: 'de-AT' });
    await page.getByText('sicher in einer Cloud').waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
    await visit('/settings');
    await page.getByRole('button', { name: 'Sprache' }).click();
    await page.getByRole('radio', { name: 'English' }).check();
    await page.getByRole('heading', { name: 'Language', level: 2 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    await context.close();
  });

  test('keeps the colours that were chosen', async () => {
    const { page, context, visit } = await fresh();
    const background = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await visit('/settings');
    await page.getByRole('button', { name: 'Colours' }).click();
    await page.getByRole('radio', { name: 'Dark' }).check();
    await page.reload();
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    expect(await background()).toBe('rgb(16, 22, 20)');
    expect(light).toBe('rgb(247, 245, 240)');
    await context.close();
  });
});

describe('going about', () => {
  test('moves the focus to the heading of the screen, names the page, and goes back as a phone does', async () => {
    const { page, context } = await stage.device();
    const look = await untouched(page);
    await page.goto('/settings');
    await expect.poll(() => look('document.title'), patiently).toBe('Settings · Strongroom');
    expect(await look('document.activeElement.textContent')).not.toBe('Settings');
    await page.getByRole('link', { name: 'Not signed in' }).click();
    // Only a screen that was seen is one that the way back leads from.
    await page.waitForURL('**/sign-in');
    await expect.poll(() => focused(page), patiently).not.toContain('Not signed in');
    await page.goBack();
    await expect.poll(() => focused(page), patiently).toBe('Settings');
    await context.close();
  });

  test('an address that leads nowhere says so, and leads on', async () => {
    const { page, context, goto } = await stage.device();
    await goto('/no/such/place');
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    await page.getByRole('link', { name: 'To your chats' }).click();
    await expect.poll(() => new URL(page.url()).pathname, patiently).toBe('/welcome');
    await context.close();
  });

  test('stands in two panes where there is room, and in one where there is not', async () => {
    const { page, context, goto } = await stage.device({ size: 'desktop' });
    await goto('/settings');
    await page.getByRole('complementary').getByRole('heading', { name: 'Settings' }).waitFor();
    await page.getByRole('main').getByText('Choose on the left').waitFor();
    await page.setViewportSize(sizes.phone);
    await expect.poll(() => page.getByRole('complementary').count(), patiently).toBe(0);
    await page.getByRole('main').getByRole('heading', { name: 'Settings' }).waitFor();
    await context.close();
  });
});

/** What the workers of a page are called. */
function engineNames(page: Page): Promise<string[]> {
  return Promise.all(page.workers().map((worker) => worker.evaluate(() => self.name)));
}

describe('two tabs', () => {
  test('never work at once: the later one waits, and takes over when asked to', async () => {
    const { page, tab, context } = await fresh();
    const other = await tab();
    await other.goto('/');
    await other.getByText('Strongroom is open in another tab').waitFor();
    await other.getByRole('button', { name: 'Use it here' }).click();
    await other.getByRole('heading', { level: 1 }).waitFor();
    await page.getByText('Strongroom is open in another tab').waitFor();
    await page.getByRole('button', { name: 'Use it here' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await other.getByText('Strongroom is open in another tab').waitFor();
    expect(await page.getByText('Strongroom is open in another tab').count()).toBe(0);
    await context.close();
  });

  test('a kept app starts its engine before the rest of the page, but not where another tab has it', async () => {
    const { page, tab, context } = await fresh({ keepsOffline: true });
    await expect.poll(() => engineNames(page), patiently).toEqual(['engine']);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expect.poll(() => engineNames(page), patiently).toEqual(['engine, early']);
    const other = await tab();
    await other.goto('/');
    await other.getByText('Strongroom is open in another tab').waitFor();
    await expect.poll(() => other.workers(), patiently).toEqual([]);
    await other.getByRole('button', { name: 'Use it here' }).click();
    await other.getByRole('heading', { level: 1 }).waitFor();
    await expect.poll(() => engineNames(other), patiently).toEqual(['engine']);
    await context.close();
  });

  test('a tab that answers no more does not stand in the way for ever', async () => {
    const { page, tab, context } = await fresh();
    const other = await tab();
    await other.goto('/');
    await other.getByText('Strongroom is open in another tab').waitFor();
    const devtools = await context.newCDPSession(page);
    await devtools.send('Debugger.enable');
    const stopped = new Promise((resolve) => devtools.once('Debugger.paused', resolve));
    const asked = devtools.send('Runtime.evaluate', { expression: 'debugger' });
    // The tab is gone before it ends.
    asked.catch(() => undefined);
    await stopped;
    await other.getByRole('button', { name: 'Use it here' }).click();
    await other.getByRole('heading', { level: 1 }).waitFor({ timeout: 20_000 });
    expect(await other.getByText('Strongroom is open in another tab').count()).toBe(0);
    await context.close();
  });
});

describe('everybody can use it', () => {
  test.each([
    [
      'phone',
      [
        ['/welcome', 'light'],
        ['/settings', 'dark'],
        ['/no/such/place', 'light'],
      ],
    ],
    [
      'desktop',
      [
        ['/welcome', 'dark'],
        ['/settings', 'light'],
      ],
    ],
  ] as const)('axe finds nothing on a %s at %j', async (size, looks) => {
    const { page, context, visit } = await stage.device({ size });
    for (const [path, colorScheme] of looks) {
      await page.emulateMedia({ colorScheme });
      await visit(path);
      expect(await accessibilityFaults(page), `at ${path}`).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, `at ${path}`).toBe(0);
    }
    await context.close();
  });

  test('with the keyboard alone', async () => {
    const { page, context, goto } = await stage.device();
    await goto('/settings');
    await page.getByRole('button', { name: 'Colours' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.getByRole('radio', { name: 'As the system' }).focus();
    await page.keyboard.press('ArrowDown');
    expect(await page.getByRole('radio', { name: 'Light' }).isChecked()).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await focused(page)).toContain('Colours');
    await context.close();
  });
});

test('what is built has neither the page of the design nor a source from elsewhere', async () => {
  const worker = await (await fetch(`${stage.server.url}/sw.js`)).text();
  const kept = [...worker.matchAll(/assets\/[\w.-]+/g)].map(([name]) => name);
  expect(kept.length).toBeGreaterThan(5);
  expect(kept.filter((name) => name.includes('Gallery'))).toEqual([]);
  const page = await readFile(new URL('../dist/index.html', import.meta.url), 'utf8');
  expect(page).not.toMatch(/https?:|<style|style=|<script(?![^>]*src=)/);
});
