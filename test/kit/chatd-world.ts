import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { createClient, type Client } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { fromHex, randomBytes, toHex, type Bytes } from '@strongroom/core';
import { ready } from '@strongroom/opaque';
import { signDirectory, signingKeyFromSeed } from '@strongroom/protocol';
import { freePort, TestDevice } from '@strongroom/vault/testing';
import { FrontDoorService } from '@strongroom/wire/front-door';
import {
  DirectorySchema,
  DirectoryVaultSchema,
  SignedDirectorySchema,
  type Directory,
} from '@strongroom/wire/vault';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const command = path('../../packages/cli/src/main.ts');
const nodeProgram = path('vault-node-process.ts');
const host = '127.0.0.1';
const anyPort = { host, port: 0 };

/** A program that runs, and what it said when it was up. */
export interface Running {
  readonly process: ChildProcess;
  readonly said: Readonly<Record<string, string>>;
  /** The configuration it was started with. */
  readonly config: string;
}

/** Vault nodes of one vault and a `strongroom chatd` in front of them, each a process. */
export class ChatdWorld {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'chatd-world-'));
  readonly nodes: Running[] = [];
  #door: Running | undefined;
  #directory: Directory | undefined;

  static async open(nodes: number): Promise<ChatdWorld> {
    await ready();
    const world = new ChatdWorld();
    const tokenKey = await world.#writeKey('token.key');
    for (let i = 0; i < nodes; i++) world.nodes.push(await world.#startNode(i, tokenKey));
    await world.#writeDirectory();
    world.#door = await world.#startDoor();
    return world;
  }

  get door(): Running {
    return this.#door!;
  }

  /** What a front door's operator reads. */
  async metrics(): Promise<string> {
    return (await fetch(`${this.door.said['admin']}/metrics`)).text();
  }

  /** Starts a node again that ended, where it was. */
  async restart(index: number): Promise<void> {
    this.nodes[index] = await this.#start(nodeProgram, [this.nodes[index]!.config]);
  }

  /** A device that signed in, whose requests go through the front door. */
  async signIn(phone: string): Promise<TestDevice> {
    const client = this.#client();
    await client.startSignIn({ phone });
    const code = readFileSync(join(this.folder, 'outbox.log'), 'utf8').trim().slice(-6);
    const { publicKey: devicePublicKey } = await signingKeyFromSeed(randomBytes(32));
    const signedIn = await client.finishSignIn({ phone, code, devicePublicKey, deviceName: 'a phone' });
    const headers = { authorization: `Bearer ${signedIn.session!.token}` };
    const relay = () => async (vaultId: Uint8Array, sealedRequest: Uint8Array) => {
      const { sealedAnswer } = await client.relay({ vaultId, sealedRequest }, { headers });
      return new Uint8Array(sealedAnswer);
    };
    const accountId = new Uint8Array(signedIn.accountId);
    return new TestDevice({ directory: this.#directory!, tenant: signedIn.tenant, relay, accountId });
  }

  async close(): Promise<void> {
    const running = [...this.nodes, this.#door].flatMap((one) => one ?? []);
    await Promise.all(running.map(({ process }) => end(process, 'SIGKILL')));
    rmSync(this.folder, { recursive: true });
  }

  #client(): Client<typeof FrontDoorService> {
    const transport = createConnectTransport({ baseUrl: this.door.said['url']!, httpVersion: '1.1' });
    return createClient(FrontDoorService, transport);
  }

  async #writeKey(name: string): Promise<Bytes> {
    const seed = randomBytes(32);
    writeFileSync(join(this.folder, name), toHex(seed), { mode: 0o600 });
    return (await signingKeyFromSeed(seed)).publicKey;
  }

  async #startNode(index: number, tokenKey: Bytes): Promise<Running> {
    // Where it is found again when it was stopped.
    const [listen, admin] = [
      { host, port: await freePort() },
      { host, port: await freePort() },
    ];
    return this.#start(nodeProgram, [this.#writeNode(index, tokenKey, listen, admin)]);
  }

  #writeNode(index: number, tokenKey: Bytes, listen: object, admin: object): string {
    return this.#write(`node-${index}.json`, {
      site: `site-${index}`,
      listen,
      admin,
      store: { kind: 'sqlite', path: 'records.db' },
      hsm: { kind: 'software', folder: 'hsm' },
      frontDoors: { acme: [toHex(tokenKey)] },
    });
  }

  async #writeDirectory(): Promise<void> {
    const [vault] = this.nodes.map(({ said }) =>
      fromBinary(DirectoryVaultSchema, fromHex(said['description']!)),
    );
    this.#directory = create(DirectorySchema, { epoch: 1n, threshold: 1, vaults: [vault!] });
    const signed = await signDirectory(this.#directory, [await signingKeyFromSeed(randomBytes(32))]);
    writeFileSync(join(this.folder, 'directory.bin'), toBinary(SignedDirectorySchema, signed));
  }

  #startDoor(): Promise<Running> {
    const nodes = this.nodes.map(({ said }, i) => ({
      site: `site-${i}`,
      url: said['url'],
      readyUrl: `${said['adminUrl']}/readyz`,
    }));
    const config = this.#write('chatd.json', {
      listen: anyPort,
      admin: anyPort,
      database: 'front-door.db',
      tenant: 'acme',
      tokenKeyFile: 'token.key',
      directoryFile: 'directory.bin',
      vaults: [{ vaultId: toHex(this.#directory!.vaults[0]!.vaultId), nodes }],
      codes: { kind: 'file', path: 'outbox.log' },
      cloud: 'cloud',
      limits: { perDevicePerMinute: 100_000, perAddressPerSecond: 10_000 },
    });
    return this.#start(command, ['chatd', '--json', '--config', config], config);
  }

  async #start(program: string, args: readonly string[], config = args[0]!): Promise<Running> {
    const child = spawn(process.execPath, ['--conditions=source', program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let complaints = '';
    child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    for await (const line of createInterface({ input: child.stdout }))
      return { process: child, said: JSON.parse(line) as Record<string, string>, config };
    throw new Error(`it did not start: ${complaints}`);
  }

  #write(name: string, config: object): string {
    const file = join(this.folder, name);
    writeFileSync(file, JSON.stringify(config));
    return file;
  }
}

/** Sends a signal and waits for the process to end: its exit code, null when it was killed. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return ended;
}
