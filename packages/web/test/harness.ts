import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type CDPSession, type Page } from 'playwright-core';
import { buildWeb } from '../../../tools/build-web.ts';
import { chromiumPath } from '../../../tools/chromium.ts';
import { startServer, type Server } from '../../../tools/run-strongroom.ts';

/** Small enough for any phone, and wide enough for two panes. */
export const sizes = { phone: { width: 320, height: 640 }, desktop: { width: 1280, height: 800 } } as const;

/** A running `strongroom up` with the built app, a browser, and what is needed to play a person. */
export interface Stage {
  readonly server: Server;
  readonly browser: Browser;
  /** A browser that was never here: a device of its own. */
  readonly device: (options?: DeviceOptions) => Promise<Device>;
  /** The newest code that was sent to a number. */
  readonly code: (phone: string) => Promise<string>;
  /** Ends everything, and throws its folders away. */
  readonly close: () => Promise<void>;
}

/** What a device is like. */
export interface DeviceOptions {
  readonly size?: keyof typeof sizes;
  readonly locale?: string;
  readonly theme?: 'light' | 'dark';
  readonly reducedMotion?: boolean;
  /** Where it finds the app, if not at the server itself. */
  readonly at?: string;
  /** Whether it keeps the app for when there is no network. It takes seconds of a processor: for most tests, no. */
  readonly keepsOffline?: boolean;
}

/** One device: a context of its own, with one page. */
export interface Device {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the page complained of: errors, warnings, broken rules of its policy. */
  readonly complaints: readonly string[];
  /** Loads the app anew, at a screen. */
  readonly goto: (path: string) => Promise<void>;
  /** Goes to a screen as a link does; loads the app if it was not. A fraction of what `goto` costs. */
  readonly visit: (path: string) => Promise<void>;
  /** @param next the screen that it leads to; by default the one that asked for it, or was seen before, or the chats */
  readonly signIn: (phone: string, next?: string) => Promise<void>;
  /** A further page of the same device. */
  readonly tab: () => Promise<Page>;
}

/**
 * Builds the app, starts the server and the browser.
 * @param args further arguments of `strongroom up`
 * @param usual what devices are like, unless a test says otherwise
 */
export async function setStage(args: readonly string[] = [], usual: DeviceOptions = {}): Promise<Stage> {
  await buildWeb();
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-web-'));
  const data = join(folder, 'data');
  const [server, browser] = await Promise.all([
    startServer({ data, log: join(folder, 'server.log'), args }),
    launch(),
  ]);
  return {
    server,
    browser,
    ...devicesOf(browser, server.url, data, usual),
    close: async () => {
      await browser.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Devices at an address, and the codes that are sent to their numbers. @param data the server's folder */
export function devicesOf(
  browser: Browser,
  url: string,
  data: string,
  usual: DeviceOptions = {},
): Pick<Stage, 'device' | 'code'> {
  const code = (phone: string): Promise<string> => sentCode(join(data, 'outbox.log'), phone);
  return { code, device: (options) => openDevice(browser, url, code, { ...usual, ...options }) };
}

/** A browser. */
export async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    chromiumSandbox: false,
    args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
}

async function openDevice(
  browser: Browser,
  url: string,
  code: Stage['code'],
  options: DeviceOptions = {},
): Promise<Device> {
  const { size = 'phone', locale = 'en', theme = 'light', reducedMotion = true } = options;
  const { at = url, keepsOffline = true } = options;
  const context = await browser.newContext({
    viewport: sizes[size],
    locale,
    colorScheme: theme,
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    baseURL: at,
  });
  if (!keepsOffline) await context.addInitScript(neverKeepOffline);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  const goto = async (path: string): Promise<void> => {
    await page.goto(path);
    // Two panes have one each.
    await page.getByRole('heading', { level: 1 }).first().waitFor();
  };
  const visitHere = (path: string): Promise<void> =>
    page.url() === 'about:blank' ? goto(path) : visit(page, path);
  return {
    context,
    page,
    complaints,
    goto,
    visit: visitHere,
    tab: () => context.newPage(),
    signIn: async (phone, next) => {
      // Whoever was led there is led on from there.
      if (new URL(page.url()).pathname !== '/sign-in')
        await visitHere(next === undefined ? '/sign-in' : `/sign-in?next=${next}`);
      await page.locator('input[type=tel]').fill(phone);
      await page.keyboard.press('Enter');
      const field = page.locator('input[autocomplete="one-time-code"]');
      await field.waitFor();
      await field.fill(await code(phone));
      await field.waitFor({ state: 'detached' });
    },
  };
}

/**
 * Goes to a screen as a link does, without loading the app anew, and waits until it is the one that is seen. The one
 * before must have been seen: a screen that is still being read in is passed over, and it is not told from the next.
 */
export async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    // The one before stays until the next one was read in.
    const isAnother = new URL(to, location.href).pathname !== location.pathname;
    for (const heading of document.querySelectorAll('main h1'))
      heading.toggleAttribute('data-left', isAnother);
    const { depth = 0 } = (history.state ?? {}) as { depth?: number };
    history.pushState({ depth: depth + 1, key: crypto.randomUUID() }, '', to);
  }, path);
  await page.locator('body:not(:has(main [data-left])) h1').first().waitFor();
}

function neverKeepOffline(): void {
  // Passkeys are tried at other sites, too; some pages have no such container.
  if ('serviceWorker' in navigator) navigator.serviceWorker.register = () => new Promise(() => undefined);
}

async function sentCode(outbox: string, phone: string): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const lines = (await readFile(outbox, 'utf8').catch(() => '')).split('\n');
    const line = lines.findLast((text) => text.includes(phone));
    if (line !== undefined) return line.trimEnd().slice(-6);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no code was sent to ${phone}`);
}

/** Saves what the page shows, in both themes, as `<name>-light.png` and `<name>-dark.png`. */
export async function screenshots(page: Page, folder: string, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
  }
  await page.emulateMedia({ colorScheme: null });
}

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe finds wrong with the page, each as `rule: element`. The debugger brings it in, past the page's policy.
 * @param rules these alone; all of them, if absent
 */
export async function accessibilityFaults(page: Page, rules?: readonly string[]): Promise<string[]> {
  // A screen that is still on its way has no heading yet; under a sheet it is there, and hidden.
  await page.locator('h1').first().waitFor({ state: 'attached' });
  const options = {
    resultTypes: ['violations'],
    // Of WCAG 2.2, and not looked at by default.
    rules: { 'target-size': { enabled: true } },
    ...(rules && { runOnly: rules }),
  };
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Runtime.evaluate', { expression: axe });
  const { result, exceptionDetails } = await devtools.send('Runtime.evaluate', {
    expression: `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 160) + ' ' + failureSummary)))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await devtools.detach();
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text);
  return result.value as string[];
}

/** Gives the page's device a platform authenticator that verifies its person, and knows PRF. */
export async function addAuthenticator(
  page: Page,
): Promise<{ readonly devtools: CDPSession; readonly id: string }> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      hasPrf: true,
    },
  });
  return { devtools, id: authenticatorId };
}
