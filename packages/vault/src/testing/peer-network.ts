import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * The network between the members of a cluster, so that a test can cut it. Each member speaks to the others through a
 * proxy of its own (HTTP CONNECT), which thereby knows both ends of every connection.
 */
export class PeerNetwork {
  readonly #ports: ReadonlyMap<string, number>;
  readonly #proxies = new Map<string, Server>();
  readonly #links = new Set<{ from: string; to: string; sockets: readonly Duplex[] }>();
  readonly #cut = new Set<string>();

  private constructor(ports: ReadonlyMap<string, number>) {
    this.#ports = ports;
  }

  /** @param ports on which the members listen for each other, by the address that each is known by */
  static async start(ports: ReadonlyMap<string, number>): Promise<PeerNetwork> {
    const network = new PeerNetwork(ports);
    for (const host of ports.keys()) await network.#startProxy(host);
    return network;
  }

  /** What the process of a member must have in its environment. */
  environmentOf(host: string): { HTTPS_PROXY: string } {
    const { port } = this.#proxies.get(host)!.address() as AddressInfo;
    return { HTTPS_PROXY: `http://127.0.0.1:${port}` };
  }

  /** Cuts a member off from all others, in both directions. */
  isolate(host: string): void {
    this.#cut.add(host);
    for (const link of this.#links)
      if (!this.#isOpen(link.from, link.to)) for (const socket of link.sockets) socket.destroy();
  }

  /** Joins what was cut. */
  heal(): void {
    this.#cut.clear();
  }

  async stop(): Promise<void> {
    for (const { sockets } of this.#links) for (const socket of sockets) socket.destroy();
    const closed = [...this.#proxies.values()].map(
      (proxy) => new Promise((resolve) => proxy.close(() => resolve(undefined))),
    );
    await Promise.all(closed);
  }

  #isOpen(from: string, to: string): boolean {
    return !this.#cut.has(from) && !this.#cut.has(to);
  }

  async #startProxy(from: string): Promise<void> {
    const proxy = createServer();
    proxy.on('connect', (request, socket) => this.#join(from, request, socket));
    this.#proxies.set(from, proxy);
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  }

  #join(from: string, { url = '' }: IncomingMessage, near: Duplex): void {
    near.on('error', () => {});
    const to = url.slice(0, url.lastIndexOf(':'));
    const port = this.#ports.get(to);
    if (port === undefined || !this.#isOpen(from, to)) near.destroy();
    else this.#pipe(from, to, near, connect(port, '127.0.0.1'));
  }

  #pipe(from: string, to: string, near: Duplex, far: Socket): void {
    const link = { from, to, sockets: [near, far] };
    this.#links.add(link);
    far.on('connect', () => near.write('HTTP/1.1 200 OK\r\n\r\n'));
    far.on('error', () => {});
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const)
      one.on('close', () => {
        other.destroy();
        this.#links.delete(link);
      });
    near.pipe(far).pipe(near);
  }
}
