import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { createClient, type Client } from '@connectrpc/connect';
import { connectNodeAdapter, createConnectTransport } from '@connectrpc/connect-node';
import { randomBytes, StrongroomError, toHex, type Bytes } from '@strongroom/core';
import { signDirectory, signingKeyFromSeed, toNotApplied } from '@strongroom/protocol';
import { FrontDoorService, type FinishSignInResponse } from '@strongroom/wire/front-door';
import {
  DirectorySchema,
  ServeResponseSchema,
  SignedDirectorySchema,
  VaultEvent,
  VaultService,
  type ServeRequest,
  type ServeResponse,
} from '@strongroom/wire/vault';
import { parseFrontDoorConfig } from './config/read-config.ts';
import { startFrontDoor, type RunningFrontDoor, type StartOptions } from './start-front-door.ts';

/** A vault node that gives the same answer to every request with a token. */
export class StubNode {
  answer: (request: ServeRequest) => Promise<ServeResponse> = async () =>
    create(ServeResponseSchema, { sealedAnswer: randomBytes(4144), event: VaultEvent.GUESS_COUNTED });
  readonly served: ServeRequest[] = [];
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #server: Http2Server;

  private constructor() {
    const serve = (request: ServeRequest): Promise<ServeResponse> => this.#serve(request);
    this.#server = createServer(
      connectNodeAdapter({ routes: (router) => router.service(VaultService, { serve }) }),
    );
    this.#server.on('session', (session) => {
      this.#sessions.add(session);
      session.on('close', () => this.#sessions.delete(session));
    });
  }

  static async start(port = 0): Promise<StubNode> {
    const node = new StubNode();
    await new Promise<void>((resolve) => node.#server.listen(port, '127.0.0.1', resolve));
    return node;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const session of this.#sessions) session.destroy();
    await closed;
  }

  async #serve(request: ServeRequest): Promise<ServeResponse> {
    if (request.token === undefined)
      throw toNotApplied(new StrongroomError('not-authorised', { why: 'there is no account token' }));
    this.served.push(request);
    return this.answer(request);
  }
}

/** A folder with all that front doors of one machine share, and the front doors that were started. */
export class TestMachine {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'front-doors-'));
  readonly vaultId: Bytes = randomBytes(16);
  readonly logged: string[] = [];
  readonly #doors: RunningFrontDoor[] = [];

  static async open(): Promise<TestMachine> {
    const machine = new TestMachine();
    const key = await signingKeyFromSeed(randomBytes(32));
    const vaults = [
      {
        index: 1,
        vaultId: machine.vaultId,
        hpkePublicKey: randomBytes(1216),
        akePublicKey: randomBytes(32),
        operator: 'us',
      },
    ];
    const signed = await signDirectory(create(DirectorySchema, { epoch: 1n, threshold: 1, vaults }), [key]);
    writeFileSync(join(machine.folder, 'directory.bin'), toBinary(SignedDirectorySchema, signed));
    writeFileSync(join(machine.folder, 'token.key'), `${toHex(randomBytes(32))}\n`, { mode: 0o600 });
    return machine;
  }

  async start(
    nodes: readonly StubNode[],
    changes: object = {},
    options: Partial<StartOptions> = {},
  ): Promise<RunningFrontDoor> {
    const json = {
      listen: { host: '127.0.0.1', port: 0 },
      admin: { host: '127.0.0.1', port: 0 },
      database: 'front-door.db',
      tenant: 'acme',
      tokenKeyFile: 'token.key',
      directoryFile: 'directory.bin',
      vaults: [
        { vaultId: toHex(this.vaultId), nodes: nodes.map(({ url }, i) => ({ site: `site-${i}`, url })) },
      ],
      codes: { kind: 'file', path: 'outbox.log' },
      ...changes,
    };
    const config = parseFrontDoorConfig(json, join(this.folder, 'chatd.json'));
    const log = (fields: object, message: string): void =>
      void this.logged.push(JSON.stringify([message, fields], (_, value: unknown) => spelled(value)));
    const door = await startFrontDoor({
      config,
      log: { info: log, error: log },
      print: () => {},
      ...options,
    });
    this.#doors.push(door);
    return door;
  }

  /** The code that was sent last. */
  get code(): string {
    return readFileSync(join(this.folder, 'outbox.log'), 'utf8').trim().slice(-6);
  }

  clientOf({ url }: RunningFrontDoor): Client<typeof FrontDoorService> {
    return createClient(FrontDoorService, createConnectTransport({ baseUrl: url, httpVersion: '1.1' }));
  }

  async signIn(client: Client<typeof FrontDoorService>, phone: string): Promise<FinishSignInResponse> {
    await client.startSignIn({ phone });
    const devicePublicKey = randomBytes(32);
    return client.finishSignIn({ phone, code: this.code, devicePublicKey, deviceName: 'the phone of Ada' });
  }

  async close(): Promise<void> {
    await Promise.all(this.#doors.map((door) => door.close()));
    rmSync(this.folder, { recursive: true });
  }
}

function spelled(value: unknown): unknown {
  if (value instanceof Error) return [value.stack, value.cause];
  return value instanceof Uint8Array ? toHex(value) : value;
}
