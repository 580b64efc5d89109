import { request } from 'node:http';
import type { ObjectStore } from '@strongroom/archive';
import { StrongroomError } from '@strongroom/core';
import { fastify } from 'fastify';
import { serveBuiltinCloud } from '../src/builtin/builtin-server.ts';

/** A built-in cloud on a port of this machine. */
export interface TestCloud {
  readonly url: string;
  /** A request by Anna as no browser would send it: the path goes out as it is written. */
  ask(method: string, path: string, options?: RawOptions): Promise<{ status: number; body: string }>;
  close(): Promise<void>;
}

/** What a request carries. */
export interface RawOptions {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Serves the stores of accounts, by their tokens; `anna` is one of them. */
export async function startTestCloud(accounts: ReadonlyMap<string, ObjectStore>): Promise<TestCloud> {
  const app = fastify({ forceCloseConnections: true });
  serveBuiltinCloud(app, (authorization) => {
    const store = accounts.get(authorization?.replace('Bearer ', '') ?? '');
    if (store === undefined) throw new StrongroomError('signed-out', {});
    return store;
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    ask: (method, path, options = {}) => ask(new URL(url).port, method, path, options),
    close: () => app.close(),
  };
}

/** The names that a store lists, sorted. */
export async function namesIn(store: ObjectStore): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of store.list('')) names.push(name);
  return names.toSorted();
}

function ask(
  port: string,
  method: string,
  path: string,
  { body = '', headers = {} }: RawOptions,
): Promise<{ status: number; body: string }> {
  const options = { method, path, port, headers: { authorization: 'Bearer anna', ...headers } };
  return new Promise((resolve, reject) => {
    const sent = request(options, (answer) => {
      let text = '';
      answer.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode!, body: text }));
    });
    sent.on('error', reject).end(body);
  });
}
