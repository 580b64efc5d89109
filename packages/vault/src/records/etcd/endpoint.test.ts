import { once } from 'node:events';
import { createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Code, ConnectError, type HandlerContext } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { Secret } from '@strongroom/core';
import { Auth, KV } from '@strongroom/wire/etcd';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Endpoint, type EtcdRequest, type EtcdResponse } from './endpoint.ts';

const user = { name: 'vault', password: new Secret('a password') };
const read: EtcdRequest<EtcdResponse> = ({ kv }, options) => kv.range({ key: new Uint8Array(1) }, options);

/** What a test wants etcd to do, which a real one does only when it pleases. */
let behaviour: {
  clusterId: bigint;
  tokens: number;
  accepts: (token: string | null) => boolean;
  failsWith: ConnectError | undefined;
};
let server: Http2Server;
let endpoint: Endpoint;
const seen: HandlerContext['requestHeader'][] = [];

beforeEach(async () => {
  behaviour = { clusterId: 1n, tokens: 0, accepts: () => true, failsWith: undefined };
  seen.length = 0;
  server = createServer(
    connectNodeAdapter({
      routes: (router) =>
        router
          .service(Auth, {
            authenticate: ({ name, password }) => {
              behaviour.tokens += 1;
              return { header: header(), token: `${name}, ${password}, ${behaviour.tokens}` };
            },
          })
          .service(KV, {
            range: (_, { requestHeader }) => {
              seen.push(requestHeader);
              if (!behaviour.accepts(requestHeader.get('token')))
                throw new ConnectError('etcdserver: invalid auth token', Code.Unauthenticated);
              if (behaviour.failsWith) throw behaviour.failsWith;
              return { header: header() };
            },
          }),
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = newEndpoint();
});
afterEach(async () => {
  endpoint.close();
  server.close();
  await once(server, 'close');
});

const header = (): { clusterId: bigint; revision: bigint } => ({
  clusterId: behaviour.clusterId,
  revision: 1n,
});

function newEndpoint(): Endpoint {
  const { port } = server.address() as AddressInfo;
  return new Endpoint(`http://127.0.0.1:${port}`, { user }, (clusterId) => {
    if (clusterId !== 1n) throw new Error(`cluster ${clusterId}`);
  });
}

describe('an endpoint', () => {
  it('is asked with a token, and to say so at once when its member knows of no leader', async () => {
    await endpoint.ask(read, 1000);
    await endpoint.ask(read, 1000);
    expect(seen.map((headers) => headers.get('token'))).toEqual(Array(2).fill('vault, a password, 1'));
    expect(seen[0]!.get('hasleader')).toBe('true');
  });

  it('asks for the next token with the password that it was given meanwhile', async () => {
    await endpoint.ask(read, 5000);
    endpoint.renew({ user: { ...user, password: new Secret('another') } });
    await endpoint.ask(read, 5000);
    behaviour.accepts = (token) => token === 'vault, another, 2';
    await endpoint.ask(read, 5000);
    expect(seen.map((headers) => headers.get('token'))).toEqual([
      'vault, a password, 1',
      'vault, a password, 1',
      'vault, a password, 1',
      'vault, another, 2',
    ]);
  });

  it('gets one new token when many requests find the old one no longer good', async () => {
    await endpoint.ask(read, 1000);
    behaviour.accepts = (token) => !token?.endsWith(' 1');
    await Promise.all(Array.from({ length: 20 }, () => endpoint.ask(read, 1000)));
    expect(behaviour.tokens).toBe(2);
  });

  it('is asked with a new token once, not without end', async () => {
    behaviour.accepts = () => false;
    const refused = { code: 'stale-token', unapplied: true, retry: true };
    await expect(endpoint.ask(read, 1000)).rejects.toMatchObject(refused);
    expect(behaviour.tokens).toBe(2);
  });

  it('of another cluster is not believed: it may have done something, but not where it counts', async () => {
    await endpoint.ask(read, 1000);
    behaviour.clusterId = 2n;
    const refused = { code: 'other-cluster', unapplied: false, retry: true, cause: { message: 'cluster 2' } };
    await expect(endpoint.ask(read, 1000)).rejects.toMatchObject(refused);
  });

  it('of another cluster from the beginning gets a password, and no request', async () => {
    behaviour.clusterId = 2n;
    const refused = { code: 'other-cluster', unapplied: true, retry: true };
    await expect(endpoint.ask(read, 1000)).rejects.toMatchObject(refused);
    expect(seen).toEqual([]);
  });

  it('that nobody listens at is unreachable, and surely was not asked', async () => {
    endpoint.close();
    const gone = newEndpoint();
    server.close();
    await once(server, 'close');
    const refused = { code: 'unreachable', unapplied: true, retry: true };
    await expect(gone.ask(read, 1000)).rejects.toMatchObject(refused);
    server.listen(0);
  });

  it('that breaks off after the request may have done it', async () => {
    await endpoint.ask(read, 1000);
    behaviour.failsWith = new ConnectError('etcdserver: server stopped', Code.Unavailable);
    await expect(endpoint.ask(read, 1000)).rejects.toMatchObject({ code: 'failed', unapplied: false });
  });
});
