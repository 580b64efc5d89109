import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallOptions } from '@connectrpc/connect';
import { randomBytes, Secret, toHex } from '@strongroom/core';
import type { EtcdConnection } from '../records/etcd/connection.ts';
import type { EtcdStoreOptions } from '../records/etcd/etcd-options.ts';
import { memberArguments } from '../records/etcd/member.ts';
import { provision } from '../records/etcd/provision.ts';
import { makeMembers, type LocalMember, type LocalMembers } from './etcd-members.ts';
import { EtcdOperator } from './etcd-operator.ts';
import { EtcdProcess } from './etcd-process.ts';
import { PeerNetwork } from './peer-network.ts';
import { until } from './until.ts';

/** What a cluster is made of; what is missing gets a default. */
export interface EtcdClusterOptions {
  /** 1. */
  readonly members?: 1 | 3 | 5;
  /** Makes `isolate` possible: members reach each other through this process. */
  readonly network?: boolean;
  /** Where the members' folder is made; in memory, where there is a place for it. */
  readonly within?: string;
  /** Further arguments of every member. */
  readonly arguments?: readonly string[];
}

const prefix = 'strongroom/';

/**
 * A real etcd cluster on this machine: TLS, users, and members that can be killed, paused and cut off. Members have
 * the indexes 1 to n.
 */
export class EtcdCluster {
  readonly #options: EtcdClusterOptions;
  readonly #folder: string;
  readonly #made: LocalMembers;
  readonly #network: PeerNetwork | undefined;
  readonly #operator: EtcdOperator;
  readonly #processes = new Map<number, EtcdProcess>();
  readonly #passwords = { root: newPassword(), vault: newPassword() };

  private constructor(
    options: EtcdClusterOptions,
    folder: string,
    made: LocalMembers,
    network: PeerNetwork | undefined,
  ) {
    this.#options = options;
    this.#folder = folder;
    this.#made = made;
    this.#network = network;
    this.#operator = new EtcdOperator(made.tls, this.#passwords.root);
  }

  /** Starts a cluster and waits until it serves. @throws Error that says what to install when etcd is missing */
  static async start(options: EtcdClusterOptions = {}): Promise<EtcdCluster> {
    const { members = 1, network: apart = false } = options;
    const { within = existsSync('/dev/shm') ? '/dev/shm' : tmpdir() } = options;
    const folder = await mkdtemp(join(within, 'strongroom-etcd-'));
    const made = await makeMembers(folder, members, apart);
    const ports = new Map(made.members.map(({ host, peerPort }) => [host, peerPort]));
    const network = apart ? await PeerNetwork.start(ports) : undefined;
    const cluster = new EtcdCluster(options, folder, made, network);
    try {
      await cluster.#startAll();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** `https://127.0.0.1:port` of each member. */
  get endpoints(): readonly string[] {
    return this.#made.members.map(({ clientUrl }) => clientUrl);
  }

  /** The endpoint of one member. */
  endpoint(index: number): string {
    return this.#member(index).clientUrl;
  }

  /** What a store needs that serves a vault: all endpoints, a certificate, the vault's user, a prefix of its own. */
  storeOptions(): EtcdStoreOptions {
    return {
      endpoints: this.endpoints,
      tls: this.#made.tls,
      user: { name: 'vault', password: this.#passwords.vault },
      prefix: `${prefix}${toHex(randomBytes(4))}/`,
    };
  }

  /** The same for the user who may do everything. */
  rootOptions(): EtcdStoreOptions {
    return { ...this.storeOptions(), user: { name: 'root', password: this.#passwords.root } };
  }

  /** Asks a member as root. */
  asRoot<T>(
    index: number,
    request: (connection: EtcdConnection, options: CallOptions) => Promise<T>,
  ): Promise<T> {
    return this.#operator.asRoot(this.endpoint(index), request);
  }

  /** The member that leads; waits for an election to end. */
  leader(): Promise<number> {
    return until('a leader', async () => {
      const leading = await Promise.all(this.endpoints.map((endpoint) => this.#operator.leads(endpoint)));
      const index = leading.indexOf(true) + 1;
      return index === 0 ? undefined : index;
    });
  }

  /** The members that do not lead, ascending. */
  async followers(): Promise<readonly number[]> {
    const leader = await this.leader();
    return this.#indexes().filter((index) => index !== leader);
  }

  /** Kills a member in the middle of whatever it does. */
  async kill(index: number): Promise<void> {
    await this.#processes.get(index)?.kill();
    this.#processes.delete(index);
  }

  /** Starts a member again that was killed, over what it had on its disk. */
  async restart(index: number): Promise<void> {
    await this.kill(index);
    this.#run(index, 'new');
    await this.#serves(index);
  }

  /** A member keeps its connections and answers nothing. */
  pause(index: number): void {
    this.#processes.get(index)?.pause();
  }

  resume(index: number): void {
    this.#processes.get(index)?.resume();
  }

  /** Cuts a member off from the others, though clients reach it; needs `network`. */
  isolate(index: number): void {
    if (this.#network === undefined) throw new RangeError('this cluster was started without `network`');
    this.#network.isolate(this.#member(index).host);
  }

  /** Joins what was cut off. */
  heal(): void {
    this.#network?.heal();
  }

  /** A member's disk is lost: it leaves, and an empty one takes its place. */
  async replaceEmpty(index: number): Promise<void> {
    await this.kill(index);
    const { name, dataDir, peers } = this.#member(index);
    await rm(dataDir, { recursive: true, force: true });
    await this.asRoot(await this.leader(), async ({ cluster }, options) => {
      const { members } = await cluster.memberList({}, options);
      const { id } = members.find((member) => member.name === name)!;
      await cluster.memberRemove({ id }, options);
      await cluster.memberAdd({ peerUrls: [peers.get(name)!] }, options);
    });
    this.#run(index, 'existing');
    await this.#serves(index);
  }

  /** Kills all members and removes what they wrote. */
  async stop(): Promise<void> {
    await Promise.all(this.#indexes().map((index) => this.kill(index)));
    await this.#network?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #startAll(): Promise<void> {
    for (const index of this.#indexes()) this.#run(index, 'new');
    await Promise.all(this.#indexes().map((index) => this.#serves(index)));
    await provision({
      endpoint: this.endpoint(1),
      tls: this.#made.tls,
      rootPassword: this.#passwords.root,
      user: { name: 'vault', password: this.#passwords.vault },
      prefix,
    });
  }

  #run(index: number, state: 'new' | 'existing'): void {
    const member = this.#member(index);
    // Cheap passwords, and members that may be replaced a moment after others were: for tests alone.
    const quick = ['--bcrypt-cost=4', '--strict-reconfig-check=false'];
    const environment = this.#network?.environmentOf(member.host) ?? {};
    const args = [...memberArguments({ ...member, state }), ...quick, ...(this.#options.arguments ?? [])];
    this.#processes.set(index, new EtcdProcess(args, environment));
  }

  #serves(index: number): Promise<unknown> {
    return until(`member ${index} of etcd`, async () => {
      const failure = this.#processes.get(index)?.failure;
      if (failure !== undefined) throw new Error(failure);
      const status = await this.#operator.status(this.endpoint(index));
      return status?.leader === 0n ? undefined : status;
    });
  }

  #member(index: number): LocalMember {
    return this.#made.members[index - 1]!;
  }

  #indexes(): readonly number[] {
    return this.#made.members.map((_, i) => i + 1);
  }
}

function newPassword(): Secret<string> {
  return new Secret(toHex(randomBytes(16)));
}
