import { cleanupOutdatedCaches, matchPrecache, precacheAndRoute } from 'workbox-precaching';
import type { KeptFile } from '../service-worker.ts';
import { isPage } from './is-page.ts';

/** What is used of the worker that this is; TypeScript knows the page alone. */
interface Worker {
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
  addEventListener(type: 'activate' | 'periodicsync', listener: (event: FetchEvent) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void>; matchAll(): Promise<readonly Page[]> };
}
interface Page {
  postMessage(this: Page, message: string): void;
}
interface FetchEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
  waitUntil(end: Promise<unknown>): void;
}

declare const KEPT_FILES: KeptFile[];
const worker = globalThis as unknown as Worker;

// Before the files: every page of the app is the same one.
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.mode !== 'navigate' || !isPage(new URL(request.url).pathname)) return;
  event.respondWith(page(request));
});
worker.addEventListener('message', ({ data }) => {
  if (data === 'skip waiting') void worker.skipWaiting();
});
// Pages that are open and asleep: what is due is the engine's to know.
worker.addEventListener('periodicsync', (event) => event.waitUntil(wakePages()));
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
cleanupOutdatedCaches();
precacheAndRoute(KEPT_FILES, { cleanURLs: false });

async function wakePages(): Promise<void> {
  for (const client of await worker.clients.matchAll()) {
    const tell: (message: string) => void = client.postMessage.bind(client);
    tell('look whether a backup is due');
  }
}

async function page(request: Request): Promise<Response> {
  return (await matchPrecache('/index.html')) ?? fetch(request);
}
