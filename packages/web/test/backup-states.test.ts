import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { BackupView, EngineState, VaultView } from '../src/engine/contract.ts';
import type { FakeEngine } from './fake-engine.ts';
import { launch } from './harness.ts';

// States that take days, or a vault that is set up for them: over an engine in memory.
vi.setConfig({ testTimeout: 120_000 });

let server: ViteDevServer;
let browser: Browser;
// One for all: each test begins the app anew in it.
let page: Page;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strongroom-states-'));
  const root = join(import.meta.dirname, '..');
  const configFile = join(root, 'vite.config.ts');
  const listen = { port: 0, host: 'localhost', hmr: false };
  server = await createServer({ root, configFile, cacheDir: folder, logLevel: 'error', server: listen });
  await server.listen();
  browser = await launch();
  page = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: 'en' });
  const [url = ''] = server.resolvedUrls?.local ?? [];
  await page.goto(`${url}test/fake/index.html`);
  await page.waitForFunction(() => 'begin' in globalThis);
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

const day = 86_400_000;
const vault: VaultView = {
  guessesLeft: 10,
  guessLimit: 10,
  locked: false,
  failuresSinceOpening: 0,
  operators: ['an operator'],
  threshold: 1,
};
const on: BackupView = {
  on: true,
  ways: { password: true, key64: 'not-chosen', passkeys: [] },
  schedule: 'daily',
  includeVideos: true,
  unsaved: { messages: 0, media: 0 },
  vault,
};
const account = { phone: '+49 151 2345678', deviceName: 'a browser', deviceId: 'a' };

/** The app, begun anew at a screen and in a state. */
async function at(path: string, backup: Partial<BackupView>, more: Partial<EngineState> = {}): Promise<void> {
  const state: Partial<EngineState> = { account, backup: { ...on, ...backup }, ...more };
  await page.evaluate(([to, first]) => (globalThis as unknown as Begin).begin(to, first), [
    path,
    state,
  ] as const);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

interface Begin {
  readonly begin: (path: string, state: Partial<EngineState>) => void;
}

/** What the engine was told. */
function calls(): Promise<readonly string[]> {
  return page.evaluate(() =>
    (globalThis as unknown as { fake: FakeEngine }).fake.calls.map(([name]) => name),
  );
}

test('a request to replace the key can be cancelled', async () => {
  await at('/settings/backup', {
    vault: { ...vault, replacement: { committableAt: Date.now() + 6 * day } },
  });
  await page.getByText('It takes your key’s place in 6 days.').waitFor();
  await page.getByRole('button', { name: 'This wasn’t me: cancel it' }).click();
  await expect.poll(calls).toContain('cancelReplacement');
});

test('it is told where the backup’s health is, and what this device waits for itself', async () => {
  await at('/settings/backup/health', {
    vault: { ...vault, replacement: { committableAt: Date.now() + 6 * day } },
    contestedUntil: Date.now() + 3 * day,
    unfinished: 'change-of-password',
  });
  await page.getByText('It takes your key’s place in 6 days.').waitFor();
  await page.getByText('until it takes its place in 3 days').waitFor();
  await page.getByRole('button', { name: 'This wasn’t me: cancel it' }).click();
  await expect.poll(calls).toContain('cancelReplacement');
  await at('/settings/backup', {
    contestedUntil: Date.now() - 1,
    unfinished: 'change-of-password',
  });
  await page.getByText('The waiting is over').waitFor();
  expect(await page.getByText('was not finished').count()).toBe(0);
  await page.getByRole('link', { name: 'Change password' }).click();
  await page.getByRole('heading', { name: 'Password', exact: true }).first().waitFor();
});

test('the event says so, too, and can cancel it there as long as it waits', async () => {
  const asked = { id: '7', kind: 'replacement-asked', at: Date.now(), seen: true, details: {} };
  const waiting = { ...vault, replacement: { committableAt: Date.now() + 6 * day } };
  await at('/settings/events', { vault: waiting }, { events: [asked] });
  await page.getByRole('button', { name: /Somebody asked to replace/ }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: 'This wasn’t me: cancel it' }).click();
  await expect.poll(calls).toContain('cancelReplacement');
  await sheet.waitFor({ state: 'detached' });
  await at('/settings/events', {}, { events: [asked] });
  await page.getByRole('button', { name: /Somebody asked to replace/ }).click();
  await page.getByRole('dialog').getByRole('link').first().waitFor();
  expect(await page.getByRole('button', { name: /cancel it/ }).count()).toBe(0);
});

test('a change of the key that was cut off is finished by the password', async () => {
  await at('/settings/backup', { unfinished: 'change-of-key' });
  await page.getByRole('button', { name: 'Finish it' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Your backup password').fill('seven lamps in the hall');
  await sheet.getByRole('button', { name: 'Finish it' }).click();
  await expect.poll(calls).toContain('finishKeyChange');
});

test('a password that proves nothing yet leaves the other ways to show that it’s you', async () => {
  const ways = { password: true, key64: 'kept', passkeys: [] } as const;
  await at('/settings/backup/turn-off', { ways, passwordProvesFrom: Date.now() + 3 * day });
  await page.getByRole('group', { name: /64-digit key/ }).waitFor();
  expect(await page.getByText('The backup password').count()).toBe(0);
});

test('a locked password says what happened, and leads to a new one alone', async () => {
  await at('/settings/backup/password', { vault: { ...vault, guessesLeft: 0, locked: true } });
  await page.getByText('Your password is locked').waitFor();
  expect(await page.getByText('Check my password').count()).toBe(0);
  await page.getByRole('button', { name: /^New password/ }).click();
  await page.getByLabel('The same once more').waitFor();
});

test('the last tries warn loudly, and nobody tries before the time has come', async () => {
  const waiting = { ...vault, guessesLeft: 2, failuresSinceOpening: 8, waitUntil: Date.now() + day };
  await at('/settings/backup/password?check', { vault: waiting });
  await page.getByRole('alert').getByText('Only 2 tries left').waitFor();
  expect(await page.getByRole('button', { name: 'Check' }).isDisabled()).toBe(true);
});

test('a number that has a backup already: open that one, or wait', async () => {
  await at('/settings/backup/turn-on', { on: false });
  const until = Date.now() + 6 * day;
  await page.evaluate(
    (details) => {
      const { fake } = globalThis as unknown as { fake: FakeEngine };
      fake.fail('turnOn', { code: 'contested', details });
    },
    { until },
  );
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('New password', { exact: true }).fill('seven lamps in the hall');
  await page.getByLabel('The same once more').fill('seven lamps in the hall');
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.getByText('This number has a backup already').waitFor();
  expect(await page.getByRole('button', { name: 'Finish in 6 days' }).isDisabled()).toBe(true);
  await page.getByRole('link', { name: 'Open that backup' }).click();
  await page.waitForURL('**/restore');
});

test('a backup that waits for the network says so, and one that failed says what to do', async () => {
  const counts = {
    filesDone: 1,
    filesTotal: 2,
    bytesDone: 1e6,
    bytesTotal: 2e6,
    uploadedBytes: 1,
    warnings: [],
  };
  const paused = {
    kind: 'backup',
    status: 'paused',
    problem: { code: 'offline', details: {} },
    ...counts,
  } as const;
  await at('/settings/backup', {}, { task: paused, online: false });
  await page.getByText('It goes on by itself when it is back.').waitFor();
  expect(await page.getByRole('progressbar', { name: 'Backup' }).getAttribute('aria-valuenow')).toBe('50');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(calls).toContain('cancel');
  const failed = { ...paused, status: 'failed', problem: { code: 'cloud-full', details: {} } } as const;
  await at('/settings/backup', {}, { task: failed });
  await page.getByRole('alert').getByText('The cloud is full. Make room').waitFor();
  await page.getByRole('button', { name: 'Back up now' }).click();
  await expect.poll(calls).toContain('backUp');
});
