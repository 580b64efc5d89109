import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { RemoteNode, VaultPool } from '@strongroom/chatd/node';
import { randomBytes, toHex, type Bytes } from '@strongroom/core';
import { toRpcError } from '@strongroom/protocol';
import type { Vault } from '@strongroom/vault';
import { TestDevice, TestVaults } from '@strongroom/vault/testing';
import { VaultEvent, VaultService, type ServeRequest, type ServeResponse } from '@strongroom/wire/vault';

/** What a node does with a request: `mute` applies it and dies before it answers; `late` applies it when all is over. */
export type NodeMode = 'well' | 'mute' | 'late';

/** What the nodes told a front door, each event once, as it keeps them. */
class ToldEvents {
  readonly events: VaultEvent[] = [];
  readonly #ids = new Set<string>();

  add({ event, eventId }: ServeResponse): void {
    const id = toHex(eventId);
    if (event === VaultEvent.UNSPECIFIED || this.#ids.has(id)) return;
    if (id !== '') this.#ids.add(id);
    this.events.push(event);
  }
}

/** One node of a vault over HTTP/2. */
class ServedNode {
  mode: NodeMode = 'well';
  readonly #vault: Vault;
  readonly #told: ToldEvents;
  readonly #server: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #held: (() => Promise<unknown>)[] = [];

  constructor(vault: Vault, told: ToldEvents) {
    this.#vault = vault;
    this.#told = told;
    const serve = (request: ServeRequest): Promise<ServeResponse> => this.#serve(request);
    this.#server = createServer(
      connectNodeAdapter({ routes: (router) => router.service(VaultService, { serve }) }),
    );
    this.#server.on('session', (session) => {
      this.#sessions.add(session);
      session.on('close', () => this.#sessions.delete(session));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Applies what came in and was not applied. */
  async wakeUp(): Promise<void> {
    for (const apply of this.#held.splice(0)) await apply();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#die();
    await closed;
  }

  async #serve(request: ServeRequest): Promise<ServeResponse> {
    if (this.mode === 'late') this.#held.push(() => this.#apply(request).catch(() => undefined));
    else if (this.mode === 'mute') await this.#apply(request);
    else return this.#apply(request);
    this.#die();
    return new Promise(() => {});
  }

  async #apply(request: ServeRequest): Promise<ServeResponse> {
    try {
      const response = await this.#vault.serve(request);
      this.#told.add(response);
      return response;
    } catch (error) {
      throw toRpcError(error);
    }
  }

  #die(): void {
    for (const session of this.#sessions) session.destroy();
  }
}

/** A vault with two nodes over one store, a pool before them, and a device whose requests go through it. */
export class PoolNodes {
  readonly first: ServedNode;
  readonly second: ServedNode;
  /** What happened at either node, in order. */
  readonly events: VaultEvent[];
  readonly device: TestDevice;
  readonly #vaults: TestVaults;
  readonly #urls: readonly string[];

  private constructor(
    vaults: TestVaults,
    nodes: readonly [ServedNode, ServedNode],
    urls: readonly string[],
    events: VaultEvent[],
  ) {
    [this.first, this.second] = nodes;
    this.events = events;
    this.#vaults = vaults;
    this.#urls = urls;
    const { directory, tenant } = vaults;
    const relay = (id: Bytes) => (vaultId: Uint8Array, sealed: Uint8Array) =>
      this.#relay(id, vaultId, sealed);
    this.device = new TestDevice({ directory, tenant, relay, accountId: randomBytes(16) });
  }

  static async open(): Promise<PoolNodes> {
    const vaults = await TestVaults.open();
    const told = new ToldEvents();
    const nodes = [
      new ServedNode(vaults.vault(1), told),
      new ServedNode(await vaults.openAgain(1), told),
    ] as const;
    const urls = await Promise.all(nodes.map((node) => node.listen()));
    return new PoolNodes(vaults, nodes, urls, told.events);
  }

  /** Lets the first node be so for what a function sends, which the second one then answers. */
  async sendingTwice<T>(mode: NodeMode, send: () => Promise<T>): Promise<T> {
    this.first.mode = mode;
    const result = await send();
    this.first.mode = 'well';
    await this.first.wakeUp();
    return result;
  }

  advance(milliseconds: number): void {
    this.#vaults.clock.advance(milliseconds);
  }

  async close(): Promise<void> {
    await Promise.all([this.first.close(), this.second.close()]);
  }

  async #relay(accountId: Bytes, vaultId: Uint8Array, sealed: Uint8Array): Promise<Bytes> {
    // A new one each time: to it, the first node is well.
    const pool = new VaultPool(this.#urls.map((url, i) => new RemoteNode({ site: `${i}`, url })));
    const request = await this.#vaults.serveRequest(accountId, vaultId, sealed);
    const { sealedAnswer } = await pool.serve(request).finally(() => pool.close());
    return new Uint8Array(sealedAnswer);
  }
}
