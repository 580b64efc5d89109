import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer, Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { createContextValues } from '@connectrpc/connect';
import { fastifyConnectPlugin } from '@connectrpc/connect-fastify';
import { StrongroomError } from '@strongroom/core';
import { fastify, type FastifyInstance } from 'fastify';
import { callerAddress } from './caller-address.ts';
import type { FrontDoor } from './front-door.ts';

/** PEM texts of the door's own certificate. */
export interface DoorTls {
  readonly certificate: string;
  readonly key: string;
}

/** Where a front door listens, and what else it serves. */
export interface ServeOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Without it HTTP is spoken. */
  readonly tls?: DoorTls;
  /** Addresses or networks of balancers, whose word for the caller's address is taken. */
  readonly trustedProxies?: readonly string[];
  /** The longest request to the front door's own service, bytes; 65,536. */
  readonly requestBytes?: number;
  /** Until a caller must have sent its whole request, milliseconds; 300,000. */
  readonly requestTimeout?: number;
  /** Connections at once; as many as the system bears. */
  readonly connections?: number;
  /** Adds routes beside the service. */
  readonly mount?: (app: FastifyInstance) => void;
}

/** A front door that listens. */
export interface ListeningDoor {
  readonly url: string;
  /**
   * Shows another certificate from the next connection on. It does nothing where HTTP is spoken.
   * @throws Error for what makes no sense: then everything stays as it was
   */
  renew(tls: DoorTls): void;
  /** Takes no more requests, lets those under way end, and cuts them off after so many milliseconds. */
  close(grace: number): Promise<void>;
}

const most = 65_536;

/** Serves a front door over HTTP. @throws StrongroomError `wrong-usage` when the port cannot be used */
export async function serveFrontDoor(frontDoor: FrontDoor, options: ServeOptions): Promise<ListeningDoor> {
  const { host, port, tls, trustedProxies, requestBytes = most, mount } = options;
  const app = fastify({
    // Fastify's own request log would hold addresses and object names.
    logger: false,
    forceCloseConnections: 'idle',
    trustProxy: trustedProxies === undefined ? false : [...trustedProxies],
    serverFactory: (handler) => makeServer(handler, options),
  });
  await app.register(fastifyConnectPlugin, {
    routes: frontDoor.routes,
    readMaxBytes: requestBytes,
    writeMaxBytes: most,
    contextValues: ({ ip }) => createContextValues().set(callerAddress, ip),
  });
  mount?.(app);
  await listen(app, host, port);
  const { port: bound } = app.server.address() as AddressInfo;
  const scheme = tls === undefined ? 'http' : 'https';
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    renew: (renewed) => {
      if (app.server instanceof SecureServer) app.server.setSecureContext(contextOf(renewed));
    },
    close: (grace) => closeWithin(app, grace),
  };
}

function makeServer(
  handler: RequestListener,
  { tls, requestTimeout = 300_000, connections }: ServeOptions,
): Server {
  const limits = { requestTimeout };
  const server =
    tls === undefined
      ? createServer(limits, handler)
      : createSecureServer({ ...limits, ...contextOf(tls) }, handler);
  if (connections !== undefined) server.maxConnections = connections;
  return server;
}

function contextOf({ certificate, key }: DoorTls): SecureContextOptions {
  return { cert: certificate, key, minVersion: 'TLSv1.3' };
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    throw new StrongroomError('wrong-usage', { why: `Port ${port} of ${host} cannot be used.` }, { cause });
  }
}

async function closeWithin(app: FastifyInstance, grace: number): Promise<void> {
  const cutOff = setTimeout(() => app.server.closeAllConnections(), grace);
  await app.close();
  clearTimeout(cutOff);
}
