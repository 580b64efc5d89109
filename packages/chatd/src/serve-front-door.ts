import type { AddressInfo } from 'node:net';
import { createContextValues } from '@connectrpc/connect';
import { fastifyConnectPlugin } from '@connectrpc/connect-fastify';
import { StrongroomError } from '@strongroom/core';
import { fastify, type FastifyInstance } from 'fastify';
import { callerAddress } from './caller-address.ts';
import { DoorServer, type DoorServerOptions, type DoorTls } from './door-server.ts';
import type { FrontDoor } from './front-door.ts';

export type { DoorTls } from './door-server.ts';

/** Where a front door listens, and what else it serves. */
export interface ServeOptions extends DoorServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Addresses or networks of balancers, whose word for the caller's address is taken. */
  readonly trustedProxies?: readonly string[];
  /** The longest request to the front door's own service, bytes; 65,536. */
  readonly requestBytes?: number;
  /** Adds routes beside the service; several in their order. */
  readonly mount?: Mount | readonly Mount[];
}

/** Adds routes beside the service. */
export type Mount = (app: FastifyInstance) => void;

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

// How often the front door looks what is due, milliseconds: so late does a stream hear of what another process recorded.
const tendEvery = 1000;

/** Serves a front door over HTTP. @throws StrongroomError `wrong-usage` when the port cannot be used */
export async function serveFrontDoor(frontDoor: FrontDoor, options: ServeOptions): Promise<ListeningDoor> {
  const { host, port, tls, mount = [] } = options;
  const { app, server } = makeApp(options);
  await app.register(fastifyConnectPlugin, {
    routes: frontDoor.routes,
    readMaxBytes: options.requestBytes ?? most,
    writeMaxBytes: most,
    contextValues: ({ ip }) => createContextValues().set(callerAddress, ip),
  });
  for (const add of typeof mount === 'function' ? [mount] : mount) add(app);
  await listen(app, host, port);
  const tending = setInterval(() => frontDoor.tend(), tendEvery).unref();
  const { port: bound } = app.server.address() as AddressInfo;
  const scheme = tls === undefined ? 'http' : 'https';
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    renew: (renewed) => server.renew(renewed),
    close: async (grace) => {
      clearInterval(tending);
      // Nobody would end them otherwise.
      frontDoor.endStreams();
      await closeWithin(app, server, grace);
    },
  };
}

function makeApp(options: ServeOptions): { app: FastifyInstance; server: DoorServer } {
  const { trustedProxies, http2 = false } = options;
  const servers: DoorServer[] = [];
  const app = fastify({
    // Fastify's own request log would hold addresses and object names.
    logger: false,
    forceCloseConnections: http2 ? false : 'idle',
    trustProxy: trustedProxies === undefined ? false : [...trustedProxies],
    serverFactory: (handler) => {
      const made = new DoorServer(handler, options);
      servers.push(made);
      return made.server;
    },
  });
  return { app, server: servers[0]! };
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    throw new StrongroomError('wrong-usage', { why: `Port ${port} of ${host} cannot be used.` }, { cause });
  }
}

async function closeWithin(app: FastifyInstance, server: DoorServer, grace: number): Promise<void> {
  const cutOff = setTimeout(() => server.cutOff(), grace);
  server.closeIdle();
  await app.close();
  clearTimeout(cutOff);
}
