import { createServer, type RequestListener, type Server } from 'node:http';
import { createSecureServer as createHttp2Server, type ServerHttp2Session } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { Server as TlsServer, type SecureContextOptions } from 'node:tls';

/** PEM texts of the door's own certificate. */
export interface DoorTls {
  readonly certificate: string;
  readonly key: string;
}

/** What a door's server is made of. */
export interface DoorServerOptions {
  /** Without it HTTP is spoken. */
  readonly tls?: DoorTls;
  /** Whether HTTP/2 is spoken with those that can, so that a browser's streams share a connection. With TLS alone. */
  readonly http2?: boolean;
  /** Until a caller must have sent its whole request, milliseconds; 300,000. */
  readonly requestTimeout?: number;
  /** Connections at once; as many as the system bears. */
  readonly connections?: number;
}

// Requests at once on one connection of HTTP/2.
const maxConcurrentStreams = 100;

/** The server below a front door: HTTP/1.1 or, over TLS, HTTP/2 beside it. */
export class DoorServer {
  readonly server: Server;
  readonly #sessions = new Set<ServerHttp2Session>();

  constructor(handler: RequestListener, options: DoorServerOptions) {
    this.server = this.#make(handler, options);
    if (options.connections !== undefined) this.server.maxConnections = options.connections;
  }

  /** Shows another certificate from the next connection on. It does nothing where HTTP is spoken. */
  renew(tls: DoorTls): void {
    const server: unknown = this.server;
    if (server instanceof TlsServer) server.setSecureContext(contextOf(tls));
  }

  /** Lets connections of HTTP/2 end after what is under way on them. */
  closeIdle(): void {
    for (const session of this.#sessions) session.close();
  }

  /** Cuts everything off. */
  cutOff(): void {
    for (const session of this.#sessions) session.destroy();
    this.server.closeAllConnections?.();
  }

  #make(
    handler: RequestListener,
    { tls, http2 = false, requestTimeout = 300_000 }: DoorServerOptions,
  ): Server {
    const limits = { requestTimeout };
    if (tls === undefined) return createServer(limits, handler);
    if (!http2) return createHttpsServer({ ...limits, ...contextOf(tls) }, handler);
    const server = createHttp2Server({
      ...limits,
      ...contextOf(tls),
      allowHTTP1: true,
      settings: { maxConcurrentStreams },
    });
    server.on('session', (session) => this.#keep(session, requestTimeout));
    // Requests of HTTP/2 come in the shape of HTTP/1.1's, which is all that is used of them.
    server.on('request', handler as never);
    return server as unknown as Server;
  }

  #keep(session: ServerHttp2Session, silence: number): void {
    this.#sessions.add(session);
    session.once('close', () => this.#sessions.delete(session));
    session.setTimeout(silence, () => session.close());
  }
}

function contextOf({ certificate, key }: DoorTls): SecureContextOptions {
  return { cert: certificate, key, minVersion: 'TLSv1.3' };
}
