import { once } from 'node:events';
import {
  connect,
  createServer,
  type ClientHttp2Session,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Code } from '@connectrpc/connect';
import { randomBytes, utf8 } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callUnary, type GrpcCall } from './grpc-call.ts';
import { frame } from './grpc-frame.ts';

const call: GrpcCall = {
  path: '/etcdserverpb.KV/Range',
  metadata: { token: 'a token' },
  message: utf8('a question'),
  timeout: 2000,
};

let server: Http2Server;
let session: ClientHttp2Session;
/** What the server does with a call. */
let serve: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, body: Buffer) => void;
beforeEach(async () => {
  server = createServer();
  server.on('stream', (stream, headers) => {
    const parts: Buffer[] = [];
    stream.on('error', () => {});
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => serve(stream as ServerHttp2Stream, headers, Buffer.concat(parts)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  session.on('error', () => {});
});
afterEach(async () => {
  session.destroy();
  server.close();
  await once(server, 'close');
});

function answer(stream: ServerHttp2Stream, body: Uint8Array, trailers: Record<string, string>): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(body);
}

const well = { 'grpc-status': '0' };

describe('a call', () => {
  it('sends one message with what goes with it, and gives the message that comes back', async () => {
    const reply = randomBytes(100_000);
    let seen: { headers: IncomingHttpHeaders; body: Buffer } | undefined;
    serve = (stream, headers, body) => {
      seen = { headers, body };
      answer(stream, frame(reply), well);
    };
    expect(await callUnary(session, call)).toEqual(reply);
    expect(seen!.body).toEqual(frame(call.message));
    expect(seen!.headers).toMatchObject({
      ':method': 'POST',
      ':path': '/etcdserverpb.KV/Range',
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-timeout': '2000m',
      token: 'a token',
    });
  });

  it('gives an empty message, too', async () => {
    serve = (stream) => answer(stream, frame(new Uint8Array()), well);
    expect(await callUnary(session, call)).toHaveLength(0);
  });

  it('fails as the server says, in trailers or in headers that come alone', async () => {
    const status = { 'grpc-status': '14', 'grpc-message': 'etcdserver: no leader%3B f%C3%BCr jetzt' };
    const failure = { code: Code.Unavailable, rawMessage: 'etcdserver: no leader; für jetzt' };
    serve = (stream) => answer(stream, new Uint8Array(), status);
    await expect(callUnary(session, call)).rejects.toMatchObject(failure);
    serve = (stream) => stream.respond({ ':status': 200, ...status }, { endStream: true });
    await expect(callUnary(session, call)).rejects.toMatchObject(failure);
  });

  it.for([
    ['17', Code.Unknown],
    ['-1', Code.Unknown],
    ['x', Code.Unknown],
    ['', Code.Unknown],
    ['16', Code.Unauthenticated],
  ] as const)('understands status “%s”', async ([status, code]) => {
    serve = (stream) => answer(stream, frame(utf8('x')), { 'grpc-status': status, 'grpc-message': '%zz' });
    await expect(callUnary(session, call)).rejects.toMatchObject({ code, rawMessage: '%zz' });
  });

  it('fails in time when nothing comes back, and takes the call back', async () => {
    const cancelled = Promise.withResolvers<number>();
    serve = (stream) => stream.on('close', () => cancelled.resolve(stream.rstCode));
    const calling = callUnary(session, { ...call, timeout: 50 });
    await expect(calling).rejects.toMatchObject({ code: Code.DeadlineExceeded });
    // CANCEL
    expect(await cancelled.promise).toBe(8);
  });
});

describe('an answer is not believed', () => {
  const notOne: readonly (readonly [string, Uint8Array])[] = [
    ['without a message', new Uint8Array()],
    ['with half a header', new Uint8Array(4)],
    ['that is shorter than it says', frame(randomBytes(10)).subarray(0, 14)],
    ['with two messages', Buffer.concat([frame(utf8('x')), frame(utf8('y'))])],
    ['that is compressed', Buffer.concat([Buffer.from([1]), frame(utf8('x')).subarray(1)])],
  ];
  it.for(notOne)('%s', async ([, body]) => {
    serve = (stream) => answer(stream, body, well);
    await expect(callUnary(session, call)).rejects.toMatchObject({ code: Code.Internal });
  });

  it('that has no end to its size', async () => {
    serve = (stream) => {
      stream.respond({ ':status': 200 });
      const more = (): void => {
        while (!stream.destroyed && stream.write(Buffer.alloc(1024 * 1024)));
      };
      stream.on('drain', more);
      more();
    };
    const calling = callUnary(session, { ...call, timeout: 20_000 });
    await expect(calling).rejects.toMatchObject({ code: Code.Unavailable });
  });

  it('that ends without a status: a proxy’s, or one that was cut', async () => {
    serve = (stream) => {
      stream.respond({ ':status': 502 });
      stream.end('Bad gateway');
    };
    await expect(callUnary(session, call)).rejects.toMatchObject({ code: Code.Unavailable });
    serve = (stream) => {
      stream.respond({ ':status': 200 });
      stream.write(frame(randomBytes(100)));
      stream.close(2);
    };
    await expect(callUnary(session, call)).rejects.toMatchObject({ code: Code.Unavailable });
  });

  it('when the connection breaks, before or after the call', async () => {
    serve = (stream) => stream.session!.destroy();
    await expect(callUnary(session, call)).rejects.toMatchObject({ code: Code.Unavailable });
    await expect(callUnary(session, call)).rejects.toMatchObject({ code: Code.Unavailable });
  });
});
