import { mkdir, rm } from 'node:fs/promises';
import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  issueCertificate,
  memberArguments,
  type CertificateFiles,
  type EtcdMember,
} from '@strongroom/vault/etcd';
import { addressOf, ports } from './address.ts';
import { run } from './run.ts';
import { SiteProcess } from './site-process.ts';

/** What a member is made of. */
export interface EtcdSiteOptions {
  readonly site: string;
  readonly sites: readonly string[];
  /** Of the whole cluster. */
  readonly folder: string;
  readonly authorities: { readonly peers: CertificateFiles; readonly clients: CertificateFiles };
  /** What a command must begin with to run at the site. */
  readonly inside: readonly string[];
}

// A member's disk, with room for two segments of its log and its database, bytes.
const diskSize = '256m';
const chunk = new Uint8Array(1024 * 1024);
// Cheap passwords, and members that may be replaced a moment after others were.
const quick = ['--bcrypt-cost=4', '--strict-reconfig-check=false'];

/** A member of etcd at a site, with a disk of its own that can be full or lost. */
export class EtcdSite {
  readonly site: string;
  readonly #member: Omit<EtcdMember, 'state'>;
  readonly #disk: string;
  readonly #inside: readonly string[];
  #process: SiteProcess | undefined;

  private constructor({ site, inside }: EtcdSiteOptions, disk: string, member: Omit<EtcdMember, 'state'>) {
    this.site = site;
    this.#inside = inside;
    this.#disk = disk;
    this.#member = member;
  }

  /** Makes the member's certificates and its disk; it does not run yet. */
  static async make(options: EtcdSiteOptions): Promise<EtcdSite> {
    const { site, folder } = options;
    const disk = join(folder, `disk-${site}`);
    await mkdir(disk);
    await run('mount', '-t', 'tmpfs', '-o', `size=${diskSize}`, 'tmpfs', disk);
    return new EtcdSite(options, disk, await memberOf(options, join(disk, 'data')));
  }

  get url(): string {
    return this.#member.clientUrl;
  }

  get name(): string {
    return this.#member.name;
  }

  get peerUrl(): string {
    return this.#member.peers.get(this.name)!;
  }

  /** What it said last, for whoever looks why it does not run. */
  get output(): string {
    return this.#process?.output ?? '';
  }

  get isRunning(): boolean {
    return this.#process !== undefined && !this.#process.hasEnded;
  }

  /** Starts it over what is on its disk. @param state `existing` for one that was added to a cluster that runs */
  start(state: 'new' | 'existing' = 'new'): void {
    const args = memberArguments({ ...this.#member, state });
    this.#process = new SiteProcess({ command: [...this.#inside, 'etcd', ...args, ...quick] });
  }

  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  pause(): void {
    this.#process?.pause();
  }

  resume(): void {
    this.#process?.resume();
  }

  /** Leaves no byte on its disk, and lets it write none of what it had set aside before, either. */
  async fillDisk(): Promise<void> {
    const pid = this.#process?.pid;
    if (this.isRunning && pid !== undefined) await run('prlimit', '--pid', `${pid}`, '--fsize=0');
    const file = openSync(join(this.#disk, 'filler'), 'a');
    try {
      for (let size = chunk.length; size >= 512;)
        try {
          writeSync(file, chunk, 0, size);
        } catch {
          size = Math.floor(size / 2);
        }
    } finally {
      closeSync(file);
    }
  }

  /** Makes room again; one that was full does not go on by itself. */
  async freeDisk(): Promise<void> {
    const filler = join(this.#disk, 'filler');
    if (!existsSync(filler)) return;
    rmSync(filler);
    await this.kill();
  }

  /** Loses everything it ever wrote; it must not run. */
  async loseDisk(): Promise<void> {
    await rm(this.#member.dataDir, { recursive: true, force: true });
  }
}

async function memberOf(
  { site, sites, folder, authorities }: EtcdSiteOptions,
  dataDir: string,
): Promise<Omit<EtcdMember, 'state'>> {
  const name = `member-${site}`;
  const says = { commonName: name, hosts: [addressOf(site)] };
  const [asPeer, asServer] = await Promise.all([
    issueCertificate(folder, authorities.peers, { ...says, name: `${name}-peer` }),
    issueCertificate(folder, authorities.clients, { ...says, name: `${name}-server` }),
  ]);
  const peers = new Map(sites.map((peer) => [`member-${peer}`, url(peer, ports.peers)]));
  return {
    name,
    dataDir,
    peers,
    clusterToken: 'faults',
    listenPeers: url(site, ports.peers),
    listenClients: url(site, ports.etcd),
    clientUrl: url(site, ports.etcd),
    peerTls: { ...asPeer, authority: authorities.peers.certificate },
    clientTls: { ...asServer, authority: authorities.clients.certificate },
  };
}

function url(site: string, port: number): string {
  return `https://${addressOf(site)}:${port}`;
}
