import { once } from 'node:events';
import {
  createServer,
  request,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy in front of a server, which can bring out a new version of the app, and let uploads wait. */
export interface Front {
  readonly url: string;
  /** From now on the service worker is another one, as after a new version was installed. */
  readonly release: () => void;
  /** Uploads that come wait, until what this returns is called. */
  readonly holdUploads: () => () => void;
  readonly close: () => Promise<void>;
}

/** Stands in front of a server on a port of its own. */
export async function standInFront(behind: string): Promise<Front> {
  let version = 1;
  let held = Promise.resolve();
  const server = createServer((asked, answer) => {
    const isUpload = asked.method === 'PUT' || (asked.url ?? '').includes('/parts');
    const pass = (): void => forward(behind, asked, answer, asked.url === '/sw.js' ? version : undefined);
    if (isUpload) void held.then(pass);
    else pass();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    release: () => void version++,
    holdUploads: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    close: () => end(server),
  };
}

function forward(
  behind: string,
  asked: IncomingMessage,
  answer: ServerResponse,
  version: number | undefined,
): void {
  const { method, headers, url = '/' } = asked;
  // Whole and without compression, so that a line can be added.
  const conditions = /^(accept-encoding|if-none-match|if-modified-since)$/;
  const plain = Object.fromEntries(Object.entries(headers).filter(([name]) => !conditions.test(name)));
  const sent = version === undefined ? headers : plain;
  const on = request(new URL(url, behind), { method, headers: sent }, (found) => {
    const { 'content-length': length, ...rest } = found.headers;
    if (version === undefined) {
      answer.writeHead(found.statusCode ?? 502, found.headers);
      found.pipe(answer);
      return;
    }
    answer.writeHead(found.statusCode ?? 502, rest);
    found.pipe(answer, { end: false });
    found.on('end', () => answer.end(`\n// Version ${version}, ${length} bytes before.\n`));
  });
  on.on('error', () => answer.destroy());
  asked.pipe(on);
}

async function end(server: HttpServer): Promise<void> {
  server.close();
  server.closeAllConnections();
  if (server.listening) await once(server, 'close');
}
