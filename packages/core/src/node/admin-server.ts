import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ListenConfig } from './config-file.ts';
import { listenOn, urlOf } from './listening.ts';

const requestTimeout = 5000;
const mostConnections = 64;

/** What a process tells its operator. */
export interface AdminPages {
  /** What `/healthz` says as long as the process lives. */
  readonly alive: string;
  /** Whether requests should be sent here, in a stable word. */
  ready(): Promise<{ readonly isReady: boolean; readonly word: string }>;
  /** In Prometheus' text format. */
  metrics(): Promise<{ readonly text: string; readonly type: string }>;
}

/** Health, readiness and metrics on an address of their own. */
export interface AdminServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * `GET /healthz`, `/readyz` and `/metrics` over HTTP/1.1, for the operator's network alone.
 * @throws StrongroomError `wrong-usage` when the address cannot be used
 */
export async function startAdminServer(listen: ListenConfig, pages: AdminPages): Promise<AdminServer> {
  const server = createServer({ requestTimeout, headersTimeout: requestTimeout }, (request, response) => {
    answer(request, response, pages).catch(() => response.destroy());
  });
  server.maxConnections = mostConnections;
  await listenOn(server, listen, 'admin');
  return {
    url: urlOf('http', listen.host, server.address() as AddressInfo),
    close: () => closeServer(server),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, pages: AdminPages): Promise<void> {
  const path = (request.url ?? '').split('?', 1)[0];
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return send(response, 405, 'method not allowed\n');
  if (path === '/healthz') return send(response, 200, `${pages.alive}\n`);
  if (path === '/readyz') return answerReady(response, pages);
  if (path === '/metrics') return answerMetrics(response, pages);
  return send(response, 404, 'not found\n');
}

async function answerReady(response: ServerResponse, pages: AdminPages): Promise<void> {
  const { isReady, word } = await pages.ready();
  send(response, isReady ? 200 : 503, `${word}\n`);
}

async function answerMetrics(response: ServerResponse, pages: AdminPages): Promise<void> {
  const { text, type } = await pages.metrics();
  send(response, 200, text, type);
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
