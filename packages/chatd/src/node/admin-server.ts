import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StrongroomError } from '@strongroom/core';
import type { ListenConfig } from './config/config.ts';

/** Why a front door is not ready. */
export type NotReady = 'draining' | 'database' | 'vault';

/** What an operator's tools ask for. */
export interface AdminOptions {
  /** None: it is ready. */
  readonly notReady: () => NotReady | undefined;
  /** In Prometheus' text format. */
  readonly metrics: () => Promise<string>;
}

/** Health, readiness and metrics over HTTP, on a port of their own. */
export class AdminServer {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  /** @throws StrongroomError `wrong-usage` when the port cannot be used */
  static async listen({ host, port }: ListenConfig, options: AdminOptions): Promise<AdminServer> {
    const server = createServer((request, response) => void answer(request, response, options));
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => {
        const why = `Port ${port} of ${host} cannot be used.`;
        reject(new StrongroomError('wrong-usage', { why }, { cause }));
      });
      server.listen(port, host, resolve);
    });
    const { port: bound } = server.address() as AddressInfo;
    return new AdminServer(server, `http://${host.includes(':') ? `[${host}]` : host}:${bound}`);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

async function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  { notReady, metrics }: AdminOptions,
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') return send(response, 405, 'not allowed');
  if (url === '/healthz') return send(response, 200, 'ok');
  if (url === '/readyz') {
    const reason = notReady();
    return send(response, reason === undefined ? 200 : 503, reason ?? 'ok');
  }
  if (url !== '/metrics') return send(response, 404, 'not found');
  return metrics().then(
    (text) => send(response, 200, text, 'text/plain; version=0.0.4; charset=utf-8'),
    () => send(response, 500, 'metrics'),
  );
}

function send(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(text.endsWith('\n') ? text : `${text}\n`);
}
