import { listenOn, urlOf, type ListenConfig } from '@strongroom/core/node';
import {
  constants,
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { StrongroomError } from '@strongroom/core';
import type { TlsConfig } from '../config/config.ts';

/** What an HTTP/2 server is told. Times in milliseconds. */
export interface Http2ServerOptions {
  readonly listen: ListenConfig;
  readonly tls: TlsConfig | undefined;
  readonly connections: number;
  /** Requests at once over one connection. */
  readonly streams: number;
  readonly handshakeTime: number;
  /** A connection over which nothing comes or goes for so long is closed. */
  readonly idleTime: number;
  readonly onRequest: (request: Http2ServerRequest, response: Http2ServerResponse) => void;
  readonly onConnectionError: (kind: 'tls' | 'session' | 'dropped') => void;
}

/** A server for HTTP/2 alone, over TLS with client certificates; without TLS for this machine. */
export class Http2Listener {
  readonly url: string;
  readonly #server: Http2Server | Http2SecureServer;
  readonly #open: Open;

  private constructor(url: string, server: Http2Server | Http2SecureServer, open: Open) {
    this.url = url;
    this.#server = server;
    this.#open = open;
  }

  /** @throws StrongroomError `wrong-usage` when the address cannot be used, or the certificate makes no sense */
  static async listen(options: Http2ServerOptions): Promise<Http2Listener> {
    const server = makeServer(options);
    server.maxConnections = options.connections;
    server.on('request', options.onRequest);
    const open = keepOpen(server, options);
    countErrors(server, options);
    const url = await startListening(server, options);
    return new Http2Listener(url, server, open);
  }

  /**
   * Shows another certificate, and believes another authority, from the next connection on.
   * @throws StrongroomError `wrong-usage` for what makes no sense: then everything stays as it was
   */
  renew(tls: TlsConfig): void {
    const server = this.#server;
    if ('setSecureContext' in server) sensibly(() => server.setSecureContext(contextOf(tls)));
  }

  /**
   * Takes no more connections and lets what is under way end. What has not after so many milliseconds is reset, and
   * connections that are still there after twice as many are cut off.
   */
  async close(grace: number): Promise<void> {
    const { sessions, streams } = this.#open;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const session of sessions) session.close();
    const timers = [
      // Each one: some clients wait on for ever for streams of a connection that ends.
      setTimeout(() => streams.forEach((stream) => stream.close(constants.NGHTTP2_CANCEL)), grace),
      setTimeout(() => sessions.forEach((session) => session.destroy()), 2 * grace),
    ];
    await closed;
    for (const timer of timers) clearTimeout(timer);
  }
}

interface Open {
  readonly sessions: ReadonlySet<ServerHttp2Session>;
  readonly streams: ReadonlySet<ServerHttp2Stream>;
}

function makeServer({ tls, streams, handshakeTime }: Http2ServerOptions): Http2Server | Http2SecureServer {
  const settings = { maxConcurrentStreams: streams, enablePush: false };
  if (tls === undefined) return createServer({ settings });
  return sensibly(() =>
    createSecureServer({
      settings,
      ...contextOf(tls),
      requestCert: true,
      rejectUnauthorized: true,
      handshakeTimeout: handshakeTime,
    }),
  );
}

function contextOf({ certificate, key, clientAuthority }: TlsConfig): SecureContextOptions {
  return { cert: certificate, key: key.reveal(), ca: clientAuthority, minVersion: 'TLSv1.3' };
}

function sensibly<T>(run: () => T): T {
  try {
    return run();
  } catch (cause) {
    const why =
      'The certificate, key or client authority under "tls" cannot be used: they must be PEM, and the key the certificate\'s.';
    throw new StrongroomError('wrong-usage', { why }, { cause });
  }
}

function keepOpen(
  server: Http2Server | Http2SecureServer,
  { idleTime, handshakeTime }: Http2ServerOptions,
): Open {
  const sessions = new Set<ServerHttp2Session>();
  const streams = new Set<ServerHttp2Stream>();
  server.on('stream', (stream) => {
    streams.add(stream);
    stream.once('close', () => streams.delete(stream));
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.setTimeout(idleTime, () => {
      // Lets requests that wait for the store end; who does not answer even then is cut off.
      session.close();
      setTimeout(() => session.destroy(), handshakeTime).unref();
    });
  });
  return { sessions, streams };
}

function countErrors(
  server: Http2Server | Http2SecureServer,
  { onConnectionError }: Http2ServerOptions,
): void {
  server.on('tlsClientError', () => onConnectionError('tls'));
  server.on('sessionError', () => onConnectionError('session'));
  server.on('drop', () => onConnectionError('dropped'));
  // HTTP/1 over TLS: it has no business here.
  server.on('unknownProtocol', (socket: { destroy(): void }) => {
    onConnectionError('session');
    socket.destroy();
  });
}

async function startListening(
  server: Http2Server | Http2SecureServer,
  { listen, tls }: Http2ServerOptions,
): Promise<string> {
  await listenOn(server, listen, 'listen');
  return urlOf(tls === undefined ? 'http' : 'https', listen.host, server.address() as AddressInfo);
}
