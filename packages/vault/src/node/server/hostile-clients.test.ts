import { once } from 'node:events';
import {
  connect as connectHttp2,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
} from 'node:http2';
import { connect, type Socket } from 'node:net';
import { randomBytes } from '@strongroom/core';
import { VaultService } from '@strongroom/wire/vault';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newDevice } from '../../testing/index.ts';
import { TestNode } from '../../testing/test-node.ts';
import { Traffic } from '../limits/traffic.ts';
import { connectListener } from './connect-listener.ts';
import { Http2Listener } from './http2-server.ts';

// Of a machine that does many other things.
const patience = { timeout: 20_000 };

const path = '/strongroom.v1.VaultService/Serve';
const post = { ':method': 'POST', ':path': path, 'content-type': 'application/proto' };
const ignore = (): void => {};

async function socketTo(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', ignore);
  await once(socket, 'connect');
  return socket;
}

/** The status of the answer, or the code with which the stream was reset. */
function answerOf(stream: ClientHttp2Stream): Promise<number | string> {
  return new Promise((resolve) => {
    stream.on('error', ignore);
    stream.once('response', (headers) => resolve(headers[':status'] ?? 0));
    stream.once('close', () => resolve(`reset ${stream.rstCode}`));
  });
}

describe('a node', () => {
  let node: TestNode;
  let session: ClientHttp2Session;
  beforeEach(async () => {
    node = await TestNode.start({ config: { limits: { connections: 4 } } });
    session = connectHttp2(node.node.url).on('error', ignore);
  });
  afterEach(async () => {
    session.destroy();
    await node.remove();
  });

  const stillServes = async (): Promise<void> => {
    expect((await newDevice(node).describe(1)).guessesLeft).toBe(10);
  };

  it('bears bytes that are no HTTP/2', async () => {
    for (const bytes of [
      randomBytes(100_000),
      Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
      Buffer.alloc(70_000),
    ]) {
      const socket = await socketTo(node.node.url);
      socket.end(bytes).resume();
      await once(socket, 'close');
    }
    expect(await node.metric('connection_errors_total', { kind: 'session' })).toBeGreaterThan(0);
    await stillServes();
  });

  it('bears headers that make no sense', async () => {
    const strange = [
      { ...post, ':authority': 'a b[c' },
      { ...post, ':authority': '' },
      { ...post, ':path': `${path}?x=%` },
      { ...post, ':path': '*' },
      { ...post, ':path': `/${'x'.repeat(5000)}` },
      { ...post, ':method': 'GET' },
      { ...post, 'content-type': 'text/html' },
      { ...post, 'connect-timeout-ms': 'soon' },
      { ...post, 'content-encoding': 'gzip' },
      { ...post, 'content-length': '-1' },
    ];
    for (const headers of strange) {
      if (session.closed || session.destroyed) session = connectHttp2(node.node.url).on('error', ignore);
      const stream = session.request(headers);
      const answer = answerOf(stream);
      stream.end();
      expect(await answer).not.toBe(200);
    }
    await stillServes();
  });

  it.for(['application/proto', 'application/json', 'application/grpc', 'application/grpc-web+proto'])(
    'bears a body of %s that is garbage, and lets nothing of it out',
    async (type) => {
      for (const body of [
        Buffer.alloc(0),
        randomBytes(3000),
        Buffer.from('{"token":"+491701234567"'),
        Buffer.alloc(3000, 0xff),
      ]) {
        const stream = session.request({ ...post, 'content-type': type, te: 'trailers' });
        const answer = answerOf(stream);
        stream.resume().end(body);
        // gRPC says in a trailer how it went.
        expect(await answer).toSatisfy((status) => type.includes('grpc') || status !== 200);
      }
      expect(node.logged.join('')).not.toContain('4917');
      await stillServes();
    },
  );

  it('bears requests that are given up, at once and in great number', async () => {
    for (let i = 0; i < 200; i++) session.request(post).on('error', ignore).close(constants.NGHTTP2_CANCEL);
    await expect.poll(() => node.metric('open_requests'), patience).toBe(0);
    await stillServes();
  });

  it('bears no more connections than it is told to', async () => {
    await stillServes();
    const sockets = await Promise.all(Array.from({ length: 8 }, () => socketTo(node.node.url)));
    await expect
      .poll(() => node.metric('connection_errors_total', { kind: 'dropped' }), patience)
      .toBeGreaterThan(0);
    expect((await node.admin('/readyz')).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => newDevice(node).describe(1), patience).toMatchObject({ guessesLeft: 10 });
  });
});

describe('a listener', () => {
  let listener: Http2Listener;
  let session: ClientHttp2Session;
  let traffic: Traffic;
  let served: number;
  const start = async (times: object): Promise<void> => {
    served = 0;
    traffic = new Traffic(3);
    const onRequest = connectListener({
      routes: ({ service }) =>
        service(VaultService, {
          serve: async () => {
            served += 1;
            await new Promise(ignore);
            return {};
          },
        }),
      traffic,
      requestBytes: 1000,
      bodyTime: 60_000,
      wholeTime: 60_000,
      onRefusal: ignore,
      ...times,
    });
    listener = await Http2Listener.listen({
      listen: { host: '127.0.0.1', port: 0 },
      tls: undefined,
      connections: 10,
      streams: 100,
      handshakeTime: 1000,
      idleTime: 60_000,
      onRequest,
      onConnectionError: ignore,
      ...times,
    });
    session = connectHttp2(listener.url).on('error', ignore);
  };
  afterEach(async () => {
    session.destroy();
    await listener.close(10);
  });

  it('refuses a body that is too long on its way, in a manner that says that nothing was done', async () => {
    await start({ bodyTime: 100 });
    const stream = session.request(post);
    stream.write('slow');
    expect(await answerOf(stream)).toBe(`reset ${constants.NGHTTP2_REFUSED_STREAM}`);
    await expect.poll(() => traffic.open, patience).toBe(0);
    expect(served).toBe(0);
  });

  it('does not wait for ever for an answer, or for somebody to read it', async () => {
    await start({ wholeTime: 100 });
    const stream = session.request(post);
    const answer = answerOf(stream);
    stream.end();
    expect(await answer).toBe(`reset ${constants.NGHTTP2_CANCEL}`);
    await expect.poll(() => traffic.open, patience).toBe(0);
  });

  it('has no more requests open than it is told to, though their bodies do not come', async () => {
    await start({});
    const slow = [1, 2, 3].map(() => session.request(post).on('error', ignore));
    await expect.poll(() => traffic.open, patience).toBe(3);
    expect(await answerOf(session.request(post).end())).toBe(503);
    slow[0]!.close();
    await expect.poll(() => traffic.open, patience).toBe(2);
    expect(served).toBe(0);
  });

  it('closes a connection over which nothing comes', async () => {
    await start({ idleTime: 50, handshakeTime: 50 });
    const socket = await socketTo(listener.url);
    socket.resume();
    await once(socket, 'close');
    expect(socket.destroyed).toBe(true);
  });
});
