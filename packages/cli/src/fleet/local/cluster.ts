import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CallOptions } from '@connectrpc/connect';
import { Secret, StrongroomError } from '@strongroom/core';
import { EtcdConnection, provision, type EtcdTls } from '@strongroom/vault/etcd';
import type { Layout } from './layout.ts';
import { clientUrl, memberFolder, operatorTls, peerUrl } from './members.ts';
import { readLine, type FleetSettings, type SitePorts } from './settings.ts';

/** What a member of etcd is, as it says itself; `alone`: it knows of no leader. */
export type MemberRole = 'leader' | 'follower' | 'alone' | 'down';

/** Every key of the vault begins with it. */
const prefix = 'strongroom/';
const timeoutMs = 5000;
const statusTimeout = 1000;
// etcd changes its members only when all others were connected for five seconds; milliseconds.
const changeWithin = 20_000;
const tryEvery = 500;

/** The etcd cluster of a fleet, as its operator asks it. */
export class Cluster {
  readonly #layout: Layout;
  readonly #settings: FleetSettings;
  #tls: EtcdTls | undefined;

  constructor(layout: Layout, settings: FleetSettings) {
    this.#layout = layout;
    this.#settings = settings;
  }

  /** What a site's member is at the moment. */
  async role(ports: SitePorts): Promise<MemberRole> {
    try {
      return await this.#connected(ports, async ({ maintenance }) => {
        const { leader, header } = await maintenance.status({}, { timeoutMs: statusTimeout });
        if (leader === 0n) return 'alone';
        return leader === header?.memberId ? 'leader' : 'follower';
      });
    } catch {
      return 'down';
    }
  }

  /** Makes etcd's users, and turns authentication on; a second time is fine. */
  async provision(): Promise<void> {
    const [first] = this.#settings.sites;
    if (await this.#isProvisioned(first!)) return;
    await provision({
      endpoint: clientUrl(first!),
      tls: this.tls,
      rootPassword: this.#password('root'),
      user: { name: 'vault', password: this.#password('vault') },
      prefix,
    });
  }

  /** Whether a member that had a database has none any more. */
  isEmpty(site: string): boolean {
    return !existsSync(join(memberFolder(this.#layout, this.#settings, site), 'member', 'wal'));
  }

  /**
   * Takes members that lost their databases out of the cluster, so that empty ones can take their places. What is left
   * of the databases is removed: a member must not come back that forgot what it agreed to.
   */
  async removeLost(sites: readonly string[]): Promise<void> {
    for (const site of sites) {
      await rm(memberFolder(this.#layout, this.#settings, site), { recursive: true, force: true });
      await this.#change(async ({ cluster }, options) => {
        const { members } = await cluster.memberList({}, options);
        const id = members.find((member) => isOf(member, this.#ports(site)))?.id;
        if (id !== undefined) await cluster.memberRemove({ id }, options);
      });
    }
  }

  /** Announces a member that begins empty. @returns the sites that are members now, in which it has to be started */
  async addEmpty(site: string): Promise<readonly SitePorts[]> {
    return this.#change(async ({ cluster }, options) => {
      const url = peerUrl(this.#ports(site));
      const before = await cluster.memberList({}, options);
      const known = before.members.some(({ peerUrls }) => peerUrls.includes(url));
      if (!known) await cluster.memberAdd({ peerUrls: [url] }, options);
      const { members } = await cluster.memberList({}, options);
      return this.#settings.sites.filter((ports) => members.some((member) => isOf(member, ports)));
    });
  }

  /** Who the operator is to etcd. */
  get tls(): EtcdTls {
    this.#tls ??= operatorTls(this.#layout);
    return this.#tls;
  }

  // Any member that serves, again and again: an election or a member that just came back passes.
  async #change<T>(work: (connection: EtcdConnection, options: CallOptions) => Promise<T>): Promise<T> {
    for (const end = performance.now() + changeWithin; ; await pause(tryEvery)) {
      try {
        return await this.#asRoot(work);
      } catch (cause) {
        if (performance.now() < end) continue;
        const why =
          'etcd does not change its members now: a majority must be up, and every other member that still has its data. Heal those first.';
        throw new StrongroomError('wrong-usage', { why }, { cause });
      }
    }
  }

  async #asRoot<T>(work: (connection: EtcdConnection, options: CallOptions) => Promise<T>): Promise<T> {
    const ports = await this.#serving();
    return this.#connected(ports, async (connection) => {
      const credentials = { name: 'root', password: this.#password('root').reveal() };
      const { token } = await connection.auth.authenticate(credentials, { timeoutMs });
      return work(connection, { headers: { token }, timeoutMs });
    });
  }

  async #serving(): Promise<SitePorts> {
    for (const ports of this.#settings.sites) {
      const role = await this.role(ports);
      if (role === 'leader' || role === 'follower') return ports;
    }
    throw new StrongroomError('unavailable', { answered: 0, needed: 1 });
  }

  async #isProvisioned(ports: SitePorts): Promise<boolean> {
    const credentials = { name: 'root', password: this.#password('root').reveal() };
    return this.#connected(ports, async ({ auth }) =>
      auth.authenticate(credentials, { timeoutMs }).then(
        () => true,
        () => false,
      ),
    );
  }

  async #connected<T>(ports: SitePorts, use: (connection: EtcdConnection) => Promise<T>): Promise<T> {
    const connection = new EtcdConnection(clientUrl(ports), this.tls);
    try {
      return await use(connection);
    } finally {
      connection.close();
    }
  }

  #ports(site: string): SitePorts {
    return this.#settings.sites.find((ports) => ports.site === site)!;
  }

  #password(user: 'root' | 'vault'): Secret<string> {
    return new Secret(readLine(this.#layout.password(user)));
  }
}

// A member that has not started yet has no name.
function isOf(
  member: { readonly name: string; readonly peerUrls: readonly string[] },
  ports: SitePorts,
): boolean {
  return member.name === ports.site || member.peerUrls.includes(peerUrl(ports));
}
