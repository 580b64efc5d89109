import { createServer } from 'vite';
import { chromium } from 'playwright-core';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
const only = process.argv[2];
const server = await createServer({
  root: '/work/main/packages/web',
  configFile: '/work/main/packages/web/vite.config.ts',
  server: { port: 0, host: 'localhost' },
  cacheDir: '/tmp/h/sb/vite',
  logLevel: 'warn',
});
await server.listen();
const url = server.resolvedUrls!.local[0]!.replace(/\/$/, '').replace('127.0.0.1', 'localhost');
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  chromiumSandbox: false,
  args: ['--disable-gpu'],
});
const axe = await readFile(
  createRequire('/work/main/packages/web/package.json').resolve('axe-core/axe.min.js'),
  'utf8',
);
const now = Date.now();
const H = 3600e3,
  D = 24 * H;
const account = { phone: '+49 151 2345678', deviceName: 'Chrome on Linux', deviceId: 'd1' };
const chats = { chats: 8, messages: 1216, media: 87, mediaBytes: 40e6, mediaMissing: 0, revision: 1 };
const vault = {
  guessesLeft: 10,
  guessLimit: 10,
  locked: false,
  failuresSinceOpening: 0,
  operators: ['Strongroom'],
  threshold: 1,
};
const on = {
  on: true,
  ways: {
    password: true,
    key64: 'kept',
    passkeys: [
      { id: 'aa11', name: 'iCloud Keychain', addedAt: now - 3 * D },
      { id: 'bb22', name: 'Blue YubiKey', addedAt: now - 40 * D },
    ],
  },
  schedule: 'daily',
  includeVideos: true,
  last: { at: now - 3 * H, number: 12, bytes: 41e6, messages: 1204, media: 87, uploadedBytes: 1e6 },
  lastCheck: { at: now - 2 * D, ok: true, problems: 0 },
  unsaved: { messages: 12, media: 1 },
  next: now + 20 * H,
  vault,
  reminderAt: now + 5 * D,
};
const base = { online: true, account, chats, events: [], backup: on };
const off = {
  ...on,
  on: false,
  ways: { password: false, key64: 'not-chosen', passkeys: [] },
  last: undefined,
  lastCheck: undefined,
  unsaved: { messages: 1216, media: 87 },
  next: undefined,
  vault: undefined,
};
const task = (o: object) => ({
  kind: 'backup',
  status: 'running',
  filesDone: 20,
  filesTotal: 88,
  bytesDone: 18.4e6,
  bytesTotal: 41e6,
  uploadedBytes: 9e6,
  secondsLeft: 100,
  warnings: [],
  ...o,
});
type Shot = {
  name: string;
  at: string;
  state: object;
  act?: (p: import('playwright-core').Page) => Promise<void>;
};
const shots: Shot[] = [
  { name: 'off', at: '/settings/backup', state: { ...base, backup: off } },
  { name: 'on', at: '/settings/backup', state: base },
  { name: 'running', at: '/settings/backup', state: { ...base, task: task({}) } },
  {
    name: 'paused',
    at: '/settings/backup',
    state: {
      ...base,
      task: task({ status: 'paused', problem: { code: 'offline', details: { server: 'x' } } }),
    },
  },
  {
    name: 'failed',
    at: '/settings/backup',
    state: {
      ...base,
      task: task({ status: 'failed', problem: { code: 'cloud-full', details: { where: 'x' } } }),
    },
  },
  {
    name: 'needs',
    at: '/settings/backup',
    state: {
      ...base,
      backup: {
        ...on,
        reminderAt: now - 1,
        ways: { ...on.ways, key64: 'unconfirmed' },
        vault: {
          ...vault,
          guessesLeft: 7,
          failuresSinceOpening: 3,
          replacement: { committableAt: now + 6 * D },
        },
      },
    },
  },
  {
    name: 'locked',
    at: '/settings/backup/password',
    state: { ...base, backup: { ...on, vault: { ...vault, guessesLeft: 0, locked: true } } },
  },
  { name: 'choose', at: '/settings/backup/turn-on', state: { ...base, backup: off } },
  {
    name: 'newpassword',
    at: '/settings/backup/turn-on',
    state: { ...base, backup: off },
    act: async (p) => {
      await p.getByRole('button', { name: 'Continue' }).click();
      await p.getByLabel('New password').fill('correct horse battery');
    },
  },
  {
    name: 'newkey',
    at: '/settings/backup/turn-on',
    state: { ...base, backup: off },
    act: async (p) => {
      await p.getByLabel('A password').uncheck();
      await p.getByLabel('A 64-digit key').check();
      await p.getByRole('button', { name: 'Continue' }).click();
      await p.getByText('3f2a').first().waitFor();
    },
  },
  {
    name: 'confirmkey',
    at: '/settings/backup/turn-on',
    state: { ...base, backup: off },
    act: async (p) => {
      await p.getByLabel('A password').uncheck();
      await p.getByLabel('A 64-digit key').check();
      await p.getByRole('button', { name: 'Continue' }).click();
      await p.getByRole('button', { name: 'I have kept it' }).click();
      await p.getByRole('button', { name: 'Confirm' }).click();
    },
  },
  {
    name: 'contested',
    at: '/settings/backup/turn-on',
    state: { ...base, backup: off },
    act: async (p) => {
      await p.evaluate(
        (until) => (window as any).fake.fail('turnOn', { code: 'contested', details: { until } }),
        now + 6 * D,
      );
      await p.getByRole('button', { name: 'Continue' }).click();
      await p.getByLabel('New password').fill('correct horse battery');
      await p.getByLabel('The same once more').fill('correct horse battery');
      await p.getByRole('button', { name: 'Turn on' }).click();
      await p.getByText('This number has').waitFor();
    },
  },
  { name: 'password', at: '/settings/backup/password', state: base },
  {
    name: 'check',
    at: '/settings/backup/password?check',
    state: {
      ...base,
      backup: {
        ...on,
        vault: { ...vault, guessesLeft: 2, failuresSinceOpening: 8, waitUntil: now + 30 * 60e3 },
      },
    },
  },
  { name: 'passkeys', at: '/settings/backup/passkey', state: base },
  {
    name: 'passkeyadd',
    at: '/settings/backup/passkey',
    state: base,
    act: async (p) => {
      await p.getByRole('button', { name: 'Add a passkey' }).click();
      await p.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'turnoff',
    at: '/settings/backup/turn-off',
    state: base,
    act: async (p) => {
      await p.getByRole('checkbox').check();
    },
  },
  { name: 'health', at: '/settings/backup/health', state: base },
  {
    name: 'health3',
    at: '/settings/backup/health',
    state: {
      ...base,
      task: { ...task({}), kind: 'check' },
      backup: {
        ...on,
        lastCheck: { at: now, ok: false, problems: 2 },
        vault: { ...vault, threshold: 2, operators: ['Anna AG', 'Ben eG', 'Çağla Ltd'] },
      },
    },
  },
  { name: 'key', at: '/settings/backup/key', state: base },
  {
    name: 'keyinput',
    at: '/settings/backup/key',
    state: { ...base, backup: { ...on, ways: { password: false, key64: 'kept', passkeys: [] } } },
    act: async (p) => {
      await p.getByRole('button', { name: 'Show the key' }).click();
      await p.getByLabel('A1', { exact: true }).fill('3f2a91c07bO4');
      await p.getByLabel('B3', { exact: true }).fill('7z2a');
      await p.getByLabel('C1', { exact: true }).focus();
    },
  },
  {
    name: 'turnedon',
    at: '/settings/backup/turn-on',
    state: { ...base, backup: off },
    act: async (p) => {
      await p.getByRole('button', { name: 'Continue' }).click();
      await p.getByLabel('New password').fill('correct horse battery');
      await p.getByLabel('The same once more').fill('correct horse battery');
      await p.getByRole('button', { name: 'Turn on' }).click();
      await p.evaluate(
        ([b, t]) =>
          (window as any).fake.state.set({ ...(window as any).fake.state.get(), backup: b, task: t }),
        [{ ...on, ways: { password: true, key64: 'not-chosen', passkeys: [] } }, task({})] as const,
      );
      await p.getByText('It is on').waitFor();
    },
  },
];
const viewports = {
  phone: { width: 390, height: 844 },
  tiny: { width: 320, height: 640 },
  desktop: { width: 1280, height: 800 },
};
const lang = process.env['LOCALE'] ?? 'en';
for (const s of shots) {
  if (only && !only.split(',').includes(s.name)) continue;
  for (const size of (process.env['SIZES'] ?? 'phone').split(',') as (keyof typeof viewports)[]) {
    const ctx = await browser.newContext({
      viewport: viewports[size],
      locale: lang,
      colorScheme: (process.env['THEME'] ?? 'light') as 'light',
      reducedMotion: 'reduce',
    });
    const page = await ctx.newPage();
    page.on(
      'console',
      (m) => ['error', 'warning'].includes(m.type()) && console.log(s.name, m.text().slice(0, 300)),
    );
    page.on('pageerror', (e) => console.log(s.name, String(e)));
    await page.addInitScript(
      (state) => {
        (window as any).fakeState = state;
      },
      JSON.parse(JSON.stringify(s.state)),
    );
    await page.goto(`${url}/test/fake/index.html?at=${encodeURIComponent(s.at)}`);
    try {
      await page.getByRole('heading', { level: 1 }).first().waitFor({ timeout: 30000 });
      await s.act?.(page);
      await page.waitForTimeout(250);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) console.log('OVERFLOW', s.name, size, over);
      if (process.env['AXE']) {
        await page.evaluate(axe);
        const v = await page.evaluate(() =>
          (window as any).axe
            .run(document, { resultTypes: ['violations'] })
            .then((r: any) =>
              r.violations.flatMap((x: any) =>
                x.nodes.map((n: any) => x.id + ': ' + n.html.slice(0, 150) + ' ' + n.failureSummary),
              ),
            ),
        );
        for (const x of v as string[]) console.log('AXE', s.name, size, x);
      }
      if (process.env['FULL']) {
        const h = await page.evaluate(() =>
          Math.max(
            ...[...document.querySelectorAll('section')].map((e) => {
              let x = 0;
              for (const c of e.children) x += c.scrollHeight;
              return x;
            }),
          ),
        );
        await page.setViewportSize({
          ...viewports[size],
          height: Math.max(viewports[size].height, Math.min(2600, h + 10)),
        });
        await page.waitForTimeout(100);
      }
    } catch (e) {
      console.log('FAILED', s.name, String(e).slice(0, 400));
    }
    await page.screenshot({
      path: `/tmp/h/sb/${s.name}-${size}-${process.env['THEME'] ?? 'light'}${lang === 'en' ? '' : '-' + lang}.png`,
    });
    await ctx.close();
  }
}
await browser.close();
await server.close();
process.exit(0);
