import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { buildWeb } from '../../tools/build-web.ts';
import { chromiumPath } from '../../tools/chromium.ts';
import { startServer } from '../../tools/run-strongroom.ts';
import { openSlowLink } from '../process/slow-link.ts';
import { watchThread } from './page/thread.ts';
import { openEmptyPage } from './empty-page.ts';

/** Fast 3G: both ways, bytes a second, and milliseconds there and back. */
export const fast3g = { down: 1_600_000 / 8, up: 750_000 / 8, roundTrip: 150 } as const;
/** How many times slower a phone computes than this machine. */
export const phoneSlowdown = 4;

/** What the app, or the empty page beside it, is asked for by. */
export interface Addresses {
  readonly app: string;
  /** The app at the end of a link that is as slow as Fast 3G for everything, workers too. */
  readonly farApp: string;
  /** A page with a button that answers, and nothing else. */
  readonly empty: string;
}

/** A running `strongroom up` with the built app, and a browser. */
export interface Stage {
  readonly addresses: Addresses;
  readonly version: string;
  /** A browser that was never here. */
  readonly device: () => Promise<BrowserContext>;
  /** The newest code that was sent to a number. */
  readonly code: (phone: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Builds the app as it is shipped, starts the server and the browser. */
export async function setStage(): Promise<Stage> {
  await buildWeb();
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-bench-web-'));
  const data = join(folder, 'data');
  const server = await startServer({ data, log: join(folder, 'server.log') });
  const link = await openSlowLink(Number(new URL(server.url).port), {
    delay: fast3g.roundTrip / 2,
    rate: fast3g.down,
  });
  const empty = await openEmptyPage();
  const browser = await launch();
  return {
    addresses: { app: server.url, farApp: `http://127.0.0.1:${link.port}`, empty: empty.url },
    version: `Chromium ${browser.version()}`,
    device: () => openDevice(browser),
    code: (phone) => sentCode(join(data, 'outbox.log'), phone),
    close: async () => {
      await browser.close();
      await Promise.all([link.close(), empty.close(), server.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    chromiumSandbox: false,
    args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
}

async function openDevice(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'en' });
  context.setDefaultTimeout(300_000);
  await context.addInitScript(watchThread);
  return context;
}

/** A page as slow as a phone. @param network as slow as Fast 3G, too; what workers ask for is not */
export async function phonePage(
  context: BrowserContext,
  { network }: { readonly network: boolean },
): Promise<Page> {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: phoneSlowdown });
  if (network)
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: fast3g.roundTrip,
      downloadThroughput: fast3g.down,
      uploadThroughput: fast3g.up,
    });
  return page;
}

async function sentCode(outbox: string, phone: string): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const lines = (await readFile(outbox, 'utf8').catch(() => '')).split('\n');
    const line = lines.findLast((text) => text.includes(phone));
    if (line !== undefined) return line.trimEnd().slice(-6);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no code was sent to ${phone}`);
}
