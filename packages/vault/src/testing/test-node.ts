import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { create } from '@bufbuild/protobuf';
import { createClient, type Client } from '@connectrpc/connect';
import { createConnectTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { randomBytes, toHex, type Bytes } from '@strongroom/core';
import { issueAccountToken, signingKeyFromSeed, type SigningKey } from '@strongroom/protocol';
import {
  DirectorySchema,
  ServeRequestSchema,
  VaultService,
  type Directory,
  type ServeRequest,
} from '@strongroom/wire/vault';
import { pino } from 'pino';
import {
  parseVaultNodeConfig,
  startVaultNode,
  type VaultNode,
  type VaultNodeOptions,
} from '../node/index.ts';
import { TestClock } from './clock.ts';
import type { TestRelay } from './test-vaults.ts';

/** What a test node is made of; what is missing gets a default. */
export interface TestNodeOptions extends Partial<Omit<VaultNodeOptions, 'config' | 'log'>> {
  /** Fields of its configuration. */
  readonly config?: object;
  /** Holds its records and its HSM's keys: another node's, to be another one of the same vault. */
  readonly folder?: string;
  readonly tokenKey?: SigningKey;
  readonly clock?: TestClock;
}

/** A vault node with a store and an HSM of its own in a temporary folder, asked over HTTP/2 as front doors ask. */
export class TestNode {
  readonly tenant = 'acme';
  readonly folder: string;
  readonly tokenKey: SigningKey;
  readonly clock: TestClock;
  readonly node: VaultNode;
  readonly directory: Directory;
  readonly client: Client<typeof VaultService>;
  /** Lines of its log. */
  readonly logged: readonly string[];
  readonly #session: Http2SessionManager;

  private constructor(
    node: VaultNode,
    { folder, tokenKey, clock, logged }: Pick<TestNode, 'folder' | 'tokenKey' | 'clock' | 'logged'>,
  ) {
    this.node = node;
    this.folder = folder;
    this.tokenKey = tokenKey;
    this.clock = clock;
    this.logged = logged;
    const vaults = [node.vault.describe(1, 'operator 1')];
    this.directory = create(DirectorySchema, { epoch: 1n, threshold: 1, vaults });
    this.#session = new Http2SessionManager(node.url);
    this.client = this.#clientOver(this.#session);
  }

  static async start(options: TestNodeOptions = {}): Promise<TestNode> {
    const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'vault-node-'));
    const tokenKey = options.tokenKey ?? (await signingKeyFromSeed(randomBytes(32)));
    const clock = options.clock ?? new TestClock();
    const logged: string[] = [];
    const config = parseVaultNodeConfig(
      { ...nodeConfig({ acme: [toHex(tokenKey.publicKey)] }), ...options.config },
      join(folder, 'vault.json'),
    );
    const node = await startVaultNode({
      now: clock.now,
      ...options,
      config,
      log: pino({ level: 'trace' }, collect(logged)),
    });
    return new TestNode(node, { folder, tokenKey, clock, logged });
  }

  /** Another node of the same vault. */
  beside(options: TestNodeOptions = {}): Promise<TestNode> {
    const { folder, tokenKey, clock } = this;
    return TestNode.start({ folder, tokenKey, clock, ...options });
  }

  /** A relay for an account's devices, which asks this node. */
  relay(accountId: Bytes): TestRelay {
    return async (vaultId, sealedRequest) => {
      const { sealedAnswer } = await this.client.serve(
        await this.serveRequest(accountId, vaultId, sealedRequest),
      );
      return new Uint8Array(sealedAnswer);
    };
  }

  /** What the front door says to a vault. */
  async serveRequest(
    accountId: Uint8Array,
    vaultId: Uint8Array,
    sealedRequest: Uint8Array,
  ): Promise<ServeRequest> {
    const { tenant, tokenKey, clock } = this;
    const fields = { tenant, accountId, vaultId, sealedRequest, now: clock.now() };
    return create(ServeRequestSchema, { token: await issueAccountToken(tokenKey, fields), sealedRequest });
  }

  /** The body of an admin page, and its status. */
  async admin(
    path: string,
    init: RequestInit = {},
  ): Promise<{ readonly status: number; readonly body: string }> {
    const response = await fetch(new URL(path, this.node.adminUrl), init);
    return { status: response.status, body: await response.text() };
  }

  /** The value of a metric with exactly these labels; 0 when it is not there. */
  async metric(name: string, labels: { readonly [label: string]: string } = {}): Promise<number> {
    const { body } = await this.admin('/metrics');
    const inside = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const series = `strongroom_vault_${name}${inside.length > 0 ? `{${inside.join(',')}}` : ''} `;
    const line = body.split('\n').find((line) => line.startsWith(series));
    return Number(line?.slice(series.length) ?? 0);
  }

  /** Ends the connection, stops the node and removes what it kept. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Ends the connection and stops the node. */
  async stop(): Promise<void> {
    await this.node.close();
    this.#session.abort();
  }

  #clientOver(sessionManager: Http2SessionManager): Client<typeof VaultService> {
    const options = { httpVersion: '2', baseUrl: this.node.url, sessionManager } as const;
    return createClient(VaultService, createConnectTransport(options));
  }
}

/** The least that a node must be told, on free ports of this machine. */
export function nodeConfig(frontDoors: { readonly [tenant: string]: readonly string[] }): object {
  const anyPort = { host: '127.0.0.1', port: 0 };
  return {
    site: 'a',
    listen: anyPort,
    admin: anyPort,
    store: { kind: 'sqlite', path: 'records.db' },
    hsm: { kind: 'software', folder: 'hsm' },
    frontDoors,
  };
}

function collect(lines: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
}
