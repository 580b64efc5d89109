import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** What a test can do to the line between a browser and a server. */
export interface Line {
  /** Nothing gets through. */
  cut: boolean;
  /** Milliseconds by which every upload is late. */
  late: number;
  /** Milliseconds by which everything that is read from the cloud is late. */
  lateReads?: number;
  /** How many requests are late at the moment. */
  held?: number;
  /** Bytes of the uploads that got through. */
  uploaded: number;
}

/** What a test asks of Node, by its name. */
export type Asked = Readonly<Record<string, (question: Record<string, unknown>) => Promise<unknown>>>;

/**
 * A line to a server that lets pages of every origin in, as tests come from another one than the app does.
 * `POST /ask/<name>` asks Node something: JSON in, JSON out.
 */
export function engineProxy(target: URL, line: Line, asked: Asked): Server {
  return createServer((incoming, outgoing) => {
    allow(incoming, outgoing);
    const [, ask, name = ''] = (incoming.url ?? '').split('/');
    if (incoming.method === 'OPTIONS') outgoing.writeHead(204).end();
    else if (ask === 'ask') void answer(incoming, outgoing, asked[name]);
    else if (line.cut) incoming.socket.destroy();
    else hold(incoming, outgoing, target, line);
  });
}

function hold(incoming: IncomingMessage, outgoing: ServerResponse, target: URL, line: Line): void {
  const delay = delayOf(incoming, line);
  if (delay === 0) return carry(incoming, outgoing, target, line);
  line.held = (line.held ?? 0) + 1;
  setTimeout(() => {
    line.held!--;
    if (line.cut) incoming.socket.destroy();
    else carry(incoming, outgoing, target, line);
  }, delay);
}

function delayOf({ method, url }: IncomingMessage, { late, lateReads = 0 }: Line): number {
  if (method === 'PUT') return late;
  return method === 'GET' && url?.startsWith('/cloud/') === true ? lateReads : 0;
}

function allow({ headers }: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.setHeader('access-control-allow-origin', headers.origin ?? '*');
  outgoing.setHeader('access-control-allow-methods', 'GET, PUT, POST, DELETE');
  outgoing.setHeader('access-control-allow-headers', headers['access-control-request-headers'] ?? '*');
  outgoing.setHeader('access-control-expose-headers', '*');
  outgoing.setHeader('access-control-max-age', '600');
}

function carry(incoming: IncomingMessage, outgoing: ServerResponse, target: URL, line: Line): void {
  const { method, url, headers } = incoming;
  const { hostname, port } = target;
  const onward = request({ hostname, port, method, path: url, headers: { ...headers, host: target.host } });
  onward.on('response', (found) => {
    outgoing.writeHead(found.statusCode ?? 502, found.headers);
    found.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.on('data', (chunk: Buffer) => {
    if (method === 'PUT') line.uploaded += chunk.length;
  });
  incoming.on('aborted', () => onward.destroy());
  incoming.pipe(onward);
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  ask: Asked[string] | undefined,
): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  try {
    const found = await ask!(JSON.parse(Buffer.concat(parts).toString() || '{}') as Record<string, unknown>);
    outgoing.setHeader('content-type', 'application/json').end(JSON.stringify(found ?? null));
  } catch (error) {
    outgoing.writeHead(500).end(String(error));
  }
}
