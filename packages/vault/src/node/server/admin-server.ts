import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ListenConfig } from '../config/config.ts';
import type { Readiness } from '../readiness.ts';
import type { NodeMetrics } from '../watch/metrics.ts';
import { listenOn, urlOf } from './http2-server.ts';

const requestTimeout = 5000;
const mostConnections = 64;

/** What the operator's side asks: whether the node lives, whether it is ready, and what it counts. */
export interface AdminServer {
  readonly url: string;
  close(): Promise<void>;
}

interface Asked {
  readonly readiness: Readiness;
  readonly metrics: NodeMetrics;
}

/**
 * `GET /healthz`, `/readyz` and `/metrics` over HTTP/1.1. Counts by kind of request are not for front doors, which
 * know who asks: this address is for the operator's network alone.
 * @throws StrongroomError `wrong-usage` when the address cannot be used
 */
export async function startAdminServer(listen: ListenConfig, asked: Asked): Promise<AdminServer> {
  const server = createServer({ requestTimeout, headersTimeout: requestTimeout }, (request, response) => {
    answer(request, response, asked).catch(() => response.destroy());
  });
  server.maxConnections = mostConnections;
  await listenOn(server, listen, 'admin');
  return {
    url: urlOf('http', listen.host, server.address() as AddressInfo),
    close: () => closeServer(server),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, asked: Asked): Promise<void> {
  const path = (request.url ?? '').split('?', 1)[0];
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return send(response, 405, 'method not allowed\n');
  if (path === '/healthz') return send(response, 200, 'alive\n');
  if (path === '/readyz') return answerReady(response, asked.readiness);
  if (path === '/metrics') return answerMetrics(response, asked.metrics);
  return send(response, 404, 'not found\n');
}

async function answerReady(response: ServerResponse, readiness: Readiness): Promise<void> {
  const state = await readiness.check();
  send(response, state === 'ready' ? 200 : 503, `${state}\n`);
}

async function answerMetrics(response: ServerResponse, metrics: NodeMetrics): Promise<void> {
  send(response, 200, await metrics.text(), metrics.contentType);
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
