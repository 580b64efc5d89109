import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { utf8 } from '@strongroom/core';
import { afterEach, describe, expect, test } from 'vitest';
import { nodeHttp } from './node-http.ts';

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const get = { method: 'GET', headers: {} } as const;

describe('Node’s HTTP', () => {
  test('uses a connection again', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('x');
    });
    const http = nodeHttp();
    for (let i = 0; i < 5; i++) await http({ ...get, url });
    expect(ports.size).toBe(1);
  });

  test('sends the part of a buffer that a body is, with its length', async () => {
    const url = await serve((request, response) => {
      const head = `${request.method} ${request.headers['content-length']} `;
      response.write(head);
      request.pipe(response);
    });
    const body = utf8('_whole_').subarray(1, 6);
    const { body: answer } = await nodeHttp()({ method: 'PUT', url, headers: {}, body });
    expect(new TextDecoder().decode(answer)).toBe('PUT 5 whole');
  });

  test.each([
    ['answers nothing', (): void => undefined],
    [
      'stops in the middle',
      (_, response): void => {
        response.writeHead(200, { 'content-length': '10' });
        response.write('half');
      },
    ],
  ] satisfies [string, RequestListener][])('gives up a server that %s', async (_, listener) => {
    const url = await serve(listener);
    await expect(nodeHttp({ silence: 50 })({ ...get, url })).rejects.toThrow(/silent|aborted|socket/);
  });

  test('ends a request that is cancelled, at once', async () => {
    const cancel = new AbortController();
    const url = await serve(() => cancel.abort());
    await expect(nodeHttp()({ ...get, url, signal: cancel.signal })).rejects.toThrow('aborted');
  });

  test('follows nobody elsewhere with a token', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url);
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    const { status } = await nodeHttp()({ ...get, url, headers: { authorization: 'Bearer x' } });
    expect([status, asked]).toEqual([307, ['/']]);
  });
});
