import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isStrongroomError, StrongroomError, type Bytes, type ErrorCode } from '@strongroom/core';
import type { ObjectStore } from '@strongroom/archive';

/** The largest object that is accepted, bytes: a pack with room to spare. */
const maxObject = 17 * 1024 * 1024;

const statusOf: Partial<Record<ErrorCode, number>> = {
  'signed-out': 401,
  'cloud-denied': 403,
  'object-missing': 404,
  malformed: 400,
  'object-exists': 412,
  'cloud-full': 507,
};

/**
 * Serves objects over HTTP below `/cloud`, each caller its own store.
 * @param storeOf the store of the caller that an `authorization` header names; throws `signed-out`
 */
export function serveBuiltinCloud(
  app: FastifyInstance,
  storeOf: (authorization: string | undefined) => ObjectStore,
): void {
  void app.register(async (scope) => {
    // Fastify would read texts and JSON; objects are bytes.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/octet-stream',
      { parseAs: 'buffer', bodyLimit: maxObject },
      (_, body, done) => done(null, body),
    );
    scope.setErrorHandler((error, request, reply) => {
      const status = statusFor(error);
      if (status === 503) request.log.error({ code: codeOf(error) }, 'the cloud failed');
      // Its text may tell how the server is set up.
      return reply.code(status).send();
    });
    scope.get('/cloud', async (request, reply) =>
      list(storeOf(request.headers.authorization), request, reply),
    );
    scope.put('/cloud/*', { bodyLimit: maxObject }, async (request, reply) => {
      const ifAbsent = request.headers['if-none-match'] === '*';
      const body = (request.body as Buffer<ArrayBuffer> | undefined) ?? Buffer.alloc(0);
      await storeOf(request.headers.authorization).put(nameIn(request), body, { ifAbsent });
      return reply.code(201).send();
    });
    scope.get('/cloud/*', async (request, reply) =>
      get(storeOf(request.headers.authorization), request, reply),
    );
    scope.delete('/cloud/*', async (request, reply) => {
      await storeOf(request.headers.authorization).remove(nameIn(request));
      return reply.code(204).send();
    });
  });
}

async function get(store: ObjectStore, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const range = parseRange(request.headers.range);
  const bytes: Bytes = await store.get(nameIn(request), range && { range });
  if (range !== undefined && bytes.length === 0) return reply.code(416).send();
  reply.code(range === undefined ? 200 : 206).type('application/octet-stream');
  return reply.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}

async function list(store: ObjectStore, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { prefix = '' } = request.query as { prefix?: string | string[] };
  if (typeof prefix !== 'string') throw new StrongroomError('malformed', { what: 'more than one prefix' });
  const lines = async function* (): AsyncGenerator<string> {
    for await (const { name, size } of store.list(prefix)) yield `${JSON.stringify({ name, size })}\n`;
  };
  return reply.type('application/x-ndjson').send(Readable.from(lines()));
}

// Fastify's own errors name the caller's mistake: too long, or of another type.
function statusFor(error: unknown): number {
  if (isStrongroomError(error)) return statusOf[error.code] ?? 503;
  const { statusCode = 503 } = error as { statusCode?: number };
  return statusCode >= 400 && statusCode < 500 ? statusCode : 503;
}

function codeOf(error: unknown): string {
  const { code, name } = error as { code?: string; name?: string };
  return code ?? name ?? 'unknown';
}

function nameIn(request: FastifyRequest): string {
  return (request.params as { '*': string })['*'];
}

function parseRange(header: string | undefined): { offset: number; length: number } | undefined {
  const match = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header ?? '');
  if (match === null) return undefined;
  const offset = Number(match[1]);
  return { offset, length: Math.max(0, Number(match[2]) - offset + 1) };
}
