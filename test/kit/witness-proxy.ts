import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Evidence } from './witness-evidence.ts';

/** One request and its answer, as they went over the wire. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly sent: Buffer;
  readonly status: number;
  /** Without its compression, if it had any. */
  readonly answered: Buffer;
}

/** Stands between devices and a server, and takes down all that goes either way. */
export interface RecordingProxy {
  readonly url: string;
  readonly exchanges: readonly Exchange[];
  close(): Promise<void>;
}

/** Opens a proxy before the server at an address. */
export async function openRecordingProxy(target: string, evidence: Evidence): Promise<RecordingProxy> {
  const exchanges: Exchange[] = [];
  const server = createServer((incoming, outgoing) => {
    carry(target, incoming, outgoing, evidence).then(
      (exchange) => exchanges.push(exchange),
      () => outgoing.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    exchanges,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function carry(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  evidence: Evidence,
): Promise<Exchange> {
  const { method = '', url: path = '', rawHeaders } = incoming;
  const sent = await buffer(incoming);
  const label = `${method} ${path}`;
  evidence.add('wire', `${label}, head`, [label, ...rawHeaders].join('\n'));
  evidence.add('wire', `${label}, body`, sent);
  const answer = await forward(target, incoming, sent);
  const body = await buffer(answer);
  evidence.add('wire', `${label}, head of the answer`, answer.rawHeaders.join('\n'));
  evidence.add('wire', `${label}, answer`, body);
  const answered = decompress(body, answer.headers['content-encoding']);
  if (answered !== body) evidence.add('wire', `${label}, answer, decompressed`, answered);
  outgoing.writeHead(answer.statusCode!, withoutLength(answer.rawHeaders)).end(body);
  const { authorization } = incoming.headers;
  return { method, path, authorization, sent, status: answer.statusCode!, answered };
}

function forward(target: string, incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { method: incoming.method, headers: withoutLength(incoming.rawHeaders) };
    const outgoing = request(new URL(incoming.url!, target), options as never, resolve);
    outgoing.on('error', reject).end(body);
  });
}

// What was sent in parts is passed on whole.
function withoutLength(rawHeaders: readonly string[]): string[] {
  const pairs = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name, rawHeaders[i + 1]!] as const] : []));
  const about = new Set(['transfer-encoding', 'content-length', 'connection', 'keep-alive']);
  return pairs.filter(([name]) => !about.has(name.toLowerCase())).flat();
}

function decompress(body: Buffer, encoding: string | undefined): Buffer {
  if (body.length === 0) return body;
  if (encoding === 'gzip') return gunzipSync(body);
  if (encoding === 'br') return brotliDecompressSync(body);
  if (encoding === 'deflate') return inflateSync(body);
  return body;
}
