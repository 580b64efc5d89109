import { once } from 'node:events';
import { createServer, type Http2Server } from 'node:http2';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { Code } from '@connectrpc/connect';
import { Secret } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EtcdConnection } from './connection.ts';

let server: Http2Server;
let url: string;
beforeEach(async () => {
  server = createServer();
  server.on('sessionError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.close();
  await once(server, 'close');
});

describe('a connection', () => {
  it('may be closed at any moment of its opening', async () => {
    for (let turns = 0; turns < 30; turns++) {
      const connection = new EtcdConnection(url, undefined);
      const opening = connection.open(1000).then(
        () => 'open',
        (error: { code: Code }) => error.code,
      );
      for (let i = 0; i < turns; i++) await turn();
      connection.close();
      expect(['open', Code.Unavailable]).toContain(await opening);
      expect(connection.ended).toBe(true);
    }
  });

  it('is not made again once it has ended', async () => {
    const connection = new EtcdConnection(url, undefined);
    await connection.open(1000);
    connection.close();
    await expect(connection.open(1000)).rejects.toMatchObject({ code: Code.Unavailable });
    await expect(connection.maintenance.status({})).rejects.toMatchObject({ code: Code.Unavailable });
  });

  it('has ended when the other side closes it', async () => {
    const session = once(server, 'session');
    const connection = new EtcdConnection(url, undefined);
    await connection.open(1000);
    const [accepted] = (await session) as [{ close(): void }];
    accepted.close();
    await vi.waitFor(() => expect(connection.ended).toBe(true));
  });

  it('is given up in time where nobody answers', async () => {
    const silent = createTcpServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const tls = { authority: '', certificate: '', key: new Secret('') };
    const connection = new EtcdConnection(`https://127.0.0.1:${port}`, tls);
    const late = { code: Code.Unavailable, rawMessage: 'no connection in time' };
    await expect(connection.open(100)).rejects.toMatchObject(late);
    connection.close();
    silent.close();
  });
});
