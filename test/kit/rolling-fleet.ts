import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { create, toBinary } from '@bufbuild/protobuf';
import { createClient, type Client } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { randomBytes, toHex, type Bytes } from '@strongroom/core';
import { signDirectory, signingKeyFromSeed } from '@strongroom/protocol';
import { openSoftwareHsm, Vault } from '@strongroom/vault';
import { EtcdStore, issueCertificate, makeAuthority } from '@strongroom/vault/etcd';
import { EtcdCluster, freePort, TestDevice } from '@strongroom/vault/testing';
import { FrontDoorService } from '@strongroom/wire/front-door';
import { DirectorySchema, SignedDirectorySchema, type Directory } from '@strongroom/wire/vault';

/** A process of ours, and where it is. */
export interface Member {
  readonly site: string;
  readonly config: string;
  readonly url: string;
  readonly admin: string;
  process: ChildProcess;
  /** Lines of its log. */
  readonly log: string[];
}

const host = '127.0.0.1';
const thisTree: string = join(import.meta.dirname, '../..');
const plenty = {
  perAddressPerSecond: 100_000,
  perDevicePerMinute: 100_000,
  codesPerAddressPerHour: 1000,
  codeTriesPerAddressPerHour: 1000,
};

/**
 * Three `strongroom vault` over etcd and one software HSM, two `strongroom chatd` in front, all with certificates: each
 * a process, which can be exchanged for one of another version while devices are at it.
 */
export class RollingFleet {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'rolling-fleet-'));
  readonly nodes: Member[] = [];
  readonly doors: Member[] = [];
  readonly #etcd: EtcdCluster;
  #directory: Directory | undefined;
  #vaultId = '';

  private constructor(etcd: EtcdCluster) {
    this.#etcd = etcd;
  }

  /** @param tree of sources that its vault nodes run */
  static async open(tree: string = thisTree): Promise<RollingFleet> {
    const fleet = new RollingFleet(await EtcdCluster.start());
    try {
      await fleet.#start(tree);
    } catch (error) {
      await fleet.close();
      throw error;
    }
    return fleet;
  }

  /** Ends a process as an operator does, and starts it again where it was. @returns with what it ended */
  async exchange(
    member: Member,
    command: 'vault' | 'chatd',
    tree: string = thisTree,
  ): Promise<number | null> {
    member.process.kill('SIGTERM');
    const [code] = (await once(member.process, 'exit')) as [number | null];
    Object.assign(member, { process: this.#spawn(command, member, tree) });
    await ready(member);
    return code;
  }

  /** A device that signed in at a door. */
  async signIn(phone: string, door: Member): Promise<TestDevice> {
    const client = this.#client(door);
    await client.startSignIn({ phone });
    const line = readFileSync(join(this.folder, 'outbox.log'), 'utf8')
      .split('\n')
      .findLast((one) => one.includes(phone))!;
    const { publicKey: devicePublicKey } = await signingKeyFromSeed(randomBytes(32));
    const signedIn = await client.finishSignIn({
      phone,
      code: line.trim().slice(-6),
      devicePublicKey,
      deviceName: 'a phone',
    });
    const headers = { authorization: `Bearer ${signedIn.session!.token}` };
    const relay = () => async (vaultId: Uint8Array, sealedRequest: Uint8Array) => {
      const { sealedAnswer } = await client.relay({ vaultId, sealedRequest }, { headers });
      return new Uint8Array(sealedAnswer);
    };
    const accountId = new Uint8Array(signedIn.accountId);
    return new TestDevice({ directory: this.#directory!, tenant: signedIn.tenant, relay, accountId });
  }

  /** What a process counts. */
  async metrics({ admin }: Member): Promise<string> {
    return (await fetch(`${admin}/metrics`)).text();
  }

  /** Whether a front door takes a node for well. */
  async isWell(door: Member, site: string): Promise<boolean> {
    return (await this.metrics(door)).includes(`site="${site}",state="well"} 1`);
  }

  /** What somebody without a certificate is told who asks a vault node. */
  askNodeWithout(node: Member): Promise<string> {
    return new Promise((resolve) => {
      const asking = request(node.url, { ca: this.pem('ca.pem') }, () => resolve('answered'));
      asking.on('error', () => resolve('refused')).end();
    });
  }

  pem(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  async close(): Promise<void> {
    const running = [...this.nodes, ...this.doors].map(({ process }) => process);
    for (const one of running) if (one.exitCode === null) one.kill('SIGKILL');
    await this.#etcd.stop();
    rmSync(this.folder, { recursive: true });
  }

  async #start(tree: string): Promise<void> {
    const tokenKey = await this.#writeKeys();
    await this.#foundVault();
    for (const site of ['a', 'b', 'c'])
      this.nodes.push(await this.#member('vault', site, tree, this.#nodeConfig(tokenKey)));
    const nodes = this.nodes.map(({ site, url, admin }) => ({
      site,
      url,
      readyUrl: `${admin}/readyz`,
      certificateAuthority: 'ca.pem',
      certificate: 'door-client.pem',
      key: 'door-client.key',
    }));
    for (const site of ['door-1', 'door-2'])
      this.doors.push(await this.#member('chatd', site, thisTree, this.#doorConfig(nodes)));
  }

  async #writeKeys(): Promise<Bytes> {
    const authority = await makeAuthority(this.folder, 'ca');
    const issue = (name: string, hosts: readonly string[]): Promise<unknown> =>
      issueCertificate(this.folder, authority, { name, commonName: name, hosts });
    await Promise.all([issue('node', [host]), issue('door', [host]), issue('door-client', [])]);
    const { tls, user } = this.#etcd.storeOptions();
    this.#secret('etcd-ca.pem', tls!.authority);
    this.#secret('etcd.pem', tls!.certificate);
    this.#secret('etcd.key', tls!.key.reveal());
    this.#secret('etcd.password', user!.password.reveal());
    const seed = randomBytes(32);
    this.#secret('token.key', toHex(seed));
    return (await signingKeyFromSeed(seed)).publicKey;
  }

  // Describes the vault as its operator would, before the first node runs.
  async #foundVault(): Promise<void> {
    const store = new EtcdStore({ ...this.#etcd.storeOptions(), prefix: 'strongroom/' });
    const hsm = openSoftwareHsm(join(this.folder, 'hsm'));
    const vault = await Vault.open({ store, hsm, frontDoors: new Map() });
    const vaults = [vault.describe(1, 'operator 1')];
    this.#vaultId = toHex(vaults[0]!.vaultId);
    this.#directory = create(DirectorySchema, { epoch: 1n, threshold: 1, vaults });
    const signed = await signDirectory(this.#directory, [await signingKeyFromSeed(randomBytes(32))]);
    writeFileSync(join(this.folder, 'directory.bin'), toBinary(SignedDirectorySchema, signed));
    await vault.close();
  }

  #nodeConfig(tokenKey: Bytes): object {
    return {
      tls: { certificate: 'node.pem', key: 'node.key', clientAuthority: 'ca.pem' },
      store: {
        kind: 'etcd',
        endpoints: this.#etcd.endpoints,
        authority: 'etcd-ca.pem',
        certificate: 'etcd.pem',
        key: 'etcd.key',
        user: 'vault',
        passwordFile: 'etcd.password',
      },
      hsm: { kind: 'software', folder: 'hsm' },
      frontDoors: { acme: [toHex(tokenKey)] },
    };
  }

  #doorConfig(nodes: readonly object[]): object {
    return {
      tls: { certificate: 'door.pem', key: 'door.key' },
      database: 'front-door.db',
      tenant: 'acme',
      tokenKeyFile: 'token.key',
      directoryFile: 'directory.bin',
      vaults: [{ vaultId: this.#vaultId, nodes }],
      codes: { kind: 'file', path: 'outbox.log' },
      limits: plenty,
    };
  }

  async #member(command: 'vault' | 'chatd', site: string, tree: string, config: object): Promise<Member> {
    const [port, adminPort] = [await freePort(), await freePort()];
    const places = { listen: { host, port }, admin: { host, port: adminPort } };
    const path = join(this.folder, `${site}.json`);
    writeFileSync(path, JSON.stringify({ ...(command === 'vault' && { site }), ...places, ...config }));
    const where = {
      site,
      config: path,
      url: `https://${host}:${port}`,
      admin: `http://${host}:${adminPort}`,
      log: [],
    };
    const member: Member = { ...where, process: this.#spawn(command, where, tree) };
    await ready(member);
    return member;
  }

  #spawn(command: string, { config, log }: Pick<Member, 'config' | 'log'>, tree: string): ChildProcess {
    const main = join(tree, 'packages/cli/src/main.ts');
    const args = ['--conditions=source', main, command, '--json', '--config', config];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
    return child;
  }

  #client({ url: baseUrl }: Member): Client<typeof FrontDoorService> {
    const nodeOptions = { ca: this.pem('ca.pem') };
    return createClient(
      FrontDoorService,
      createConnectTransport({ baseUrl, httpVersion: '1.1', nodeOptions }),
    );
  }

  #secret(name: string, content: string): void {
    writeFileSync(join(this.folder, name), content, { mode: 0o600 });
  }
}

/** Waits until a process says that it is ready. @throws Error with its log when it ends before */
async function ready({ admin, process, log, site }: Member): Promise<void> {
  for (;;) {
    const status = await fetch(`${admin}/readyz`).then(
      (response) => response.status,
      () => undefined,
    );
    if (status === 200) return;
    if (process.exitCode !== null) throw new Error(`${site} ended: ${log.slice(-5).join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
