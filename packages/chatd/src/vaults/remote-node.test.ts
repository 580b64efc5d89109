import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { StrongroomError, randomBytes } from '@strongroom/core';
import { toMaybeApplied, toNotApplied, toRpcError } from '@strongroom/protocol';
import {
  ServeRequestSchema,
  ServeResponseSchema,
  VaultService,
  type ServeRequest,
  type ServeResponse,
} from '@strongroom/wire/vault';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NodeFailure } from './node-failure.ts';
import { RemoteNode } from './remote-node.ts';

const answer = create(ServeResponseSchema, { sealedAnswer: randomBytes(4144) });
const patience = { connect: 2000, answer: 5000 };
const request = create(ServeRequestSchema, {
  token: { token: randomBytes(3) },
  sealedRequest: randomBytes(9),
});

let serve: (request: ServeRequest) => Promise<ServeResponse>;
let server: Http2Server;
let sessions: Set<ServerHttp2Session>;
let node: RemoteNode;
const others: (Server | TcpServer)[] = [];
const sockets: Socket[] = [];
beforeEach(async () => {
  serve = async () => answer;
  sessions = new Set();
  server = createServer(
    connectNodeAdapter({ routes: (router) => router.service(VaultService, { serve: (one) => serve(one) }) }),
  );
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  node = new RemoteNode({ site: 'a', url: await urlOf(server) });
});
afterEach(async () => {
  node.close();
  for (const session of sessions) session.destroy();
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const one of [server, ...others.splice(0)]) await new Promise((resolve) => one.close(resolve));
});

function urlOf(one: Http2Server | Server | TcpServer): Promise<string> {
  return new Promise((resolve) => {
    one.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(one.address() as AddressInfo).port}`));
  });
}

async function failureOf(call: Promise<unknown>): Promise<NodeFailure> {
  const error = await call.then(
    () => 'it did not fail',
    (cause: unknown) => cause,
  );
  if (error instanceof NodeFailure) return error;
  throw new Error('not a failure of the node', { cause: error });
}

function refuse(error: Error): void {
  serve = async () => {
    throw error;
  };
}

const notAuthorised = new StrongroomError('not-authorised', { why: 'there is no account token' });
const unavailable = new StrongroomError('unavailable', { answered: 0, needed: 1 });

describe('a request to a node', () => {
  it('arrives as it is, over one connection, and so does the answer', async () => {
    const asked: ServeRequest[] = [];
    serve = async (one) => {
      asked.push(one);
      return answer;
    };
    expect(await node.ask(request, patience)).toEqual(answer);
    await Promise.all([node.ask(request, patience), node.ask(request, patience)]);
    expect(asked).toEqual([request, request, request]);
    expect(sessions.size).toBe(1);
  });

  it('that every node would refuse is refused with what was said', async () => {
    for (const refusal of [
      new StrongroomError('malformed', { what: 'a sealed request' }),
      new StrongroomError('too-many-requests', { until: 12 }),
    ]) {
      refuse(toNotApplied(refusal));
      await expect(node.ask(request, patience)).rejects.toEqual(refusal);
    }
  });

  it('fails by what the node says', async () => {
    refuse(toNotApplied(unavailable, 700));
    expect(await failureOf(node.ask(request, patience))).toMatchObject({
      reason: 'unavailable',
      retryAfter: 700,
    });
    refuse(toMaybeApplied(unavailable));
    expect(await failureOf(node.ask(request, patience))).toMatchObject({ reason: 'timeout', retryAfter: 0 });
    refuse(toRpcError(notAuthorised));
    expect(await failureOf(node.ask(request, patience))).toMatchObject({
      reason: 'refused',
      said: notAuthorised,
    });
    refuse(toRpcError(new Error('a store lost a record')));
    expect((await failureOf(node.ask(request, patience))).reason).toBe('refused');
    refuse(new ConnectError('going away', Code.Unavailable));
    expect((await failureOf(node.ask(request, patience))).reason).toBe('unavailable');
  });

  it('fails when no answer comes in time', async () => {
    serve = () => new Promise(() => {});
    expect((await failureOf(node.ask(request, { connect: 2000, answer: 300 }))).reason).toBe('timeout');
  });

  it('fails when the node dies over it', async () => {
    serve = () => {
      for (const session of sessions) session.destroy();
      return new Promise(() => {});
    };
    expect((await failureOf(node.ask(request, patience))).reason).toBe('disconnected');
    serve = async () => answer;
    expect(await node.ask(request, patience)).toEqual(answer);
  });

  it('fails when it is reset, and a new connection is made for the next', async () => {
    const reached = Promise.withResolvers<void>();
    serve = () => {
      reached.resolve();
      return new Promise(() => {});
    };
    const hanging = failureOf(node.ask(request, patience));
    await reached.promise;
    node.reset();
    expect((await hanging).reason).toBe('disconnected');
    serve = async () => answer;
    expect(await node.ask(request, patience)).toEqual(answer);
  });

  it.each([0, 4143, 4145])('fails for a sealed answer of %i bytes: there is none', async (length) => {
    serve = async () => create(ServeResponseSchema, { sealedAnswer: randomBytes(length) });
    expect((await failureOf(node.ask(request, patience))).reason).toBe('garbage');
  });
});

const nodeAt = (url: string): RemoteNode => new RemoteNode({ site: 'b', url });
const chatter = (socket: Socket): void => void socket.on('error', () => {}).end('220 mail.example ESMTP\r\n');

describe('what is not a vault node', () => {
  it('is found when nothing listens', async () => {
    const url = await urlOf(others[others.push(createTcpServer()) - 1]!);
    await new Promise((resolve) => others.pop()!.close(resolve));
    const other = nodeAt(url);
    expect((await failureOf(other.ask(request, patience))).reason).toBe('unreachable');
    await expect(other.probe(1000)).rejects.toMatchObject({ reason: 'unreachable' });
    other.close();
  });

  it('is found when connections are taken and nothing is said', async () => {
    others.push(createTcpServer((socket) => void sockets.push(socket.on('error', () => {}))));
    const other = nodeAt(await urlOf(others.at(-1)!));
    const failed = await failureOf(other.ask(request, { connect: 300, answer: 600 }));
    // HTTP/2 does not wait for the other side's first word: it is the answer that does not come.
    expect(failed.reason).toBe('timeout');
    await expect(other.probe(300)).rejects.toBeInstanceOf(NodeFailure);
    other.close();
  });

  it('is found when something else listens there', async () => {
    others.push(
      createHttpServer((_, response) => response.end('<html>')),
      createTcpServer(chatter),
    );
    for (const one of others) {
      one.on('connection', (socket: Socket) => void sockets.push(socket));
      const other = nodeAt(await urlOf(one));
      await failureOf(other.ask(request, patience));
      await expect(other.probe(1000)).rejects.toBeInstanceOf(NodeFailure);
      other.close();
    }
  });
});

describe('a probe', () => {
  it('finds a node that knows how to refuse what has no token', async () => {
    refuse(toNotApplied(notAuthorised));
    expect(await node.probe(1000)).toBe('ready');
  });

  it('finds one that says it cannot serve', async () => {
    for (const error of [toNotApplied(unavailable), toMaybeApplied(unavailable)]) {
      refuse(error);
      expect(await node.probe(1000)).toBe('not ready');
    }
  });

  it('is not content with one that answers what has no token, or fails without a word', async () => {
    await expect(node.probe(1000)).rejects.toMatchObject({ reason: 'garbage' });
    refuse(new Error('no'));
    await expect(node.probe(1000)).rejects.toBeInstanceOf(NodeFailure);
    serve = () => new Promise(() => {});
    await expect(node.probe(300)).rejects.toMatchObject({ reason: 'timeout' });
  });

  it('asks whether the node is ready, where it is told where', async () => {
    refuse(toNotApplied(notAuthorised));
    let status = 200;
    others.push(createHttpServer((_, response) => response.writeHead(status).end('word')));
    const readyUrl = `${await urlOf(others[0]!)}/readyz`;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const other = new RemoteNode({ site: 'a', url, readyUrl });
    expect(await other.probe(2000)).toBe('ready');
    status = 503;
    expect(await other.probe(2000)).toBe('not ready');
    await new Promise((resolve) => {
      others.pop()!.close(resolve);
    });
    expect(await other.probe(2000)).toBe('not ready');
    other.close();
  });
});

it('a node that is closed stays closed', async () => {
  await node.ask(request, patience);
  node.close();
  node.reset();
  expect((await failureOf(node.ask(request, patience))).reason).toBe('unreachable');
});
