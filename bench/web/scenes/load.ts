import type { BrowserContext, Page, Request } from 'playwright-core';
import { untilUsable, type Question, type Usable } from '../page/usable.ts';
import { addSampleChats } from '../people.ts';
import { sample, type Sample } from '../sample.ts';
import { phonePage, type Stage } from '../stage.ts';

const welcome: Question = {
  press: 'main button, body > button',
  answer: '[role=progressbar]',
};
const list: Question = {
  press: '[aria-label="Your chats"] [role=listitem] a',
  answer: '[aria-label="Messages"] [role=listitem] time',
};
// What they may be: bytes before the cryptography, milliseconds until one can use it.
const budget = { bytes: 200_000, cold: 3000, warm: 1000 };

/** How long until the first button answers a click: on a phone that was never here, and when one comes back. */
export async function load(stage: Stage): Promise<readonly Sample[]> {
  const { app, farApp, empty } = stage.addresses;
  return [
    ...cold('an empty page', (await firstVisit(stage, empty)).usable),
    ...coldAndSize(await firstVisit(stage, app)),
    ...cold('through a link as slow for workers', (await firstVisit(stage, farApp, false)).usable),
    ...(await comingBack(stage)),
  ];
}

interface Visit {
  readonly usable: Usable;
  readonly requests: readonly Loaded[];
}

interface Loaded {
  readonly kind: string;
  readonly bytes: number;
}

async function firstVisit(stage: Stage, address: string, network = true): Promise<Visit> {
  const context = await stage.device();
  const page = await phonePage(context, { network });
  const loaded = noteLoaded(page);
  const usable = await visit(page, address, welcome);
  const requests = [...loaded];
  await context.close();
  return { usable, requests };
}

async function visit(page: Page, address: string, question: Question): Promise<Usable> {
  await page.goto(`${address}/`, { waitUntil: 'commit' });
  return page.evaluate(untilUsable, question);
}

/** What was read in so far, as it went over the network, headers too. */
function noteLoaded(page: Page): Loaded[] {
  const loaded: Loaded[] = [];
  const note = async (request: Request): Promise<void> => {
    const sizes = await request.sizes().catch(() => undefined);
    if (sizes === undefined) return;
    const bytes = sizes.responseBodySize + sizes.responseHeadersSize;
    loaded.push({ kind: kindOf(request), bytes });
  };
  page.on('requestfinished', (request) => void note(request));
  return loaded;
}

function kindOf(request: Request): string {
  const { pathname } = new URL(request.url());
  if (/engine-|thread|sqlite|libsodium|\.wasm$/.test(pathname)) return 'the engine';
  if (pathname.endsWith('.js')) return 'scripts';
  if (pathname.endsWith('.css')) return 'styles';
  if (pathname.endsWith('.woff2')) return 'fonts';
  return request.isNavigationRequest() ? 'page' : 'icons and the rest';
}

function cold(what: string, { shown, answered }: Usable, most?: number): readonly Sample[] {
  return [
    sample(`cold, ${what}: first button seen`, 'ms', shown),
    sample(`cold, ${what}: it answers`, 'ms', answered, most),
  ];
}

function coldAndSize({ usable, requests }: Visit): readonly Sample[] {
  const before = requests.filter(({ kind }) => kind !== 'the engine');
  const sizes = Map.groupBy(before, ({ kind }) => kind);
  return [
    ...cold('the app', usable, budget.cold),
    sample('until then: requests', 'count', before.length),
    sample('until then: transferred', 'bytes', sum(before), budget.bytes),
    ...Array.from(sizes, ([kind, some]) => sample(`until then: ${kind}`, 'bytes', sum(some))),
  ];
}

function sum(requests: readonly Loaded[]): number {
  return requests.reduce((total, { bytes }) => total + bytes, 0);
}

async function comingBack(stage: Stage): Promise<readonly Sample[]> {
  const context = await stage.device();
  const { app } = stage.addresses;
  await prepare(context, app);
  const page = await phonePage(context, { network: true });
  const { shown, answered } = await visit(page, app, list);
  await context.close();
  return [
    sample('back again: chats seen', 'ms', shown, budget.warm),
    sample('back again: a chat opened', 'ms', answered),
  ];
}

// Somebody who has chats, and whose browser has kept the app.
async function prepare(context: BrowserContext, app: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${app}/`);
  await addSampleChats(page);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await page.reload();
  await page.getByRole('region', { name: 'Your chats' }).waitFor();
  await page.close();
}
