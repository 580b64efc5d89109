import { readFile } from 'node:fs/promises';
import { randomBytes, Secret, toHex } from '@strongroom/core';
import {
  issueCertificate,
  makeAuthority,
  provision,
  type CertificateFiles,
  type EtcdTls,
} from '@strongroom/vault/etcd';
import { EtcdOperator, until } from '@strongroom/vault/testing';
import { EtcdSite } from './etcd-site.ts';
import type { SiteNetwork } from './network.ts';

/** What a vault node needs to reach the cluster. */
export interface EtcdClientFiles extends CertificateFiles {
  readonly authority: string;
  readonly user: string;
  readonly password: string;
  readonly prefix: string;
}

const prefix = 'strongroom/';

/** A cluster of etcd with a member at each site, and its operator. */
export class EtcdFleet {
  readonly sites: ReadonlyMap<string, EtcdSite>;
  readonly client: EtcdClientFiles;
  readonly #tls: EtcdTls;
  readonly #rootPassword = newPassword();
  readonly #operator: EtcdOperator;

  private constructor(sites: readonly EtcdSite[], client: EtcdClientFiles, tls: EtcdTls) {
    this.sites = new Map(sites.map((site) => [site.site, site]));
    this.client = client;
    this.#tls = tls;
    this.#operator = new EtcdOperator(tls, this.#rootPassword);
  }

  /** Starts a cluster that serves. */
  static async start(folder: string, sites: readonly string[], network: SiteNetwork): Promise<EtcdFleet> {
    const authorities = {
      peers: await makeAuthority(folder, 'peer-authority'),
      clients: await makeAuthority(folder, 'etcd-authority'),
    };
    const made = sites.map((site) =>
      EtcdSite.make({ site, sites, folder, authorities, inside: network.inside(site) }),
    );
    const client = await clientFiles(folder, authorities.clients);
    const fleet = new EtcdFleet(await Promise.all(made), client, await readTls(client));
    for (const site of fleet.sites.values()) site.start();
    for (const site of sites) await fleet.serves(site);
    await fleet.#provision();
    return fleet;
  }

  get endpoints(): readonly string[] {
    return [...this.sites.values()].map(({ url }) => url);
  }

  site(name: string): EtcdSite {
    return this.sites.get(name)!;
  }

  /** Waits until a member knows a leader. */
  async serves(name: string): Promise<void> {
    const site = this.site(name);
    await until(`etcd at ${name}`, async () => {
      if (!site.isRunning) throw new Error(`etcd at ${name} does not run: ${site.output}`);
      const status = await this.#operator.status(site.url);
      return status === undefined || status.leader === 0n ? undefined : status;
    });
  }

  /** The site whose member leads, if any does. */
  async leader(): Promise<string | undefined> {
    for (const [name, { url }] of this.sites) if (await this.#operator.leads(url)) return name;
    return undefined;
  }

  /** What an operator does when a member's disk is lost: removes the member, adds an empty one, starts it. */
  async replaceEmpty(name: string): Promise<void> {
    const lost = this.site(name);
    await lost.kill();
    await lost.loseDisk();
    const other = [...this.sites.values()].find((site) => site !== lost && site.isRunning);
    if (other === undefined) throw new Error('no other member runs');
    await this.#operator.asRoot(other.url, async ({ cluster }, options) => {
      const { members } = await cluster.memberList({}, options);
      const id = members.find((member) => member.peerUrls.includes(lost.peerUrl))?.id;
      if (id !== undefined) await cluster.memberRemove({ id }, options);
      await cluster.memberAdd({ peerUrls: [lost.peerUrl] }, options);
    });
    lost.start('existing');
  }

  async #provision(): Promise<void> {
    await provision({
      endpoint: this.endpoints[0]!,
      tls: this.#tls,
      rootPassword: this.#rootPassword,
      user: { name: this.client.user, password: new Secret(this.client.password) },
      prefix,
    });
  }
}

async function clientFiles(folder: string, authority: CertificateFiles): Promise<EtcdClientFiles> {
  const says = { name: 'etcd-client', commonName: 'a vault node', hosts: [] };
  const files = await issueCertificate(folder, authority, says);
  const password = newPassword().reveal();
  return { ...files, authority: authority.certificate, user: 'vault', password, prefix };
}

async function readTls({ authority, certificate, key }: EtcdClientFiles): Promise<EtcdTls> {
  return {
    authority: await readFile(authority, 'utf8'),
    certificate: await readFile(certificate, 'utf8'),
    key: new Secret(await readFile(key, 'utf8')),
  };
}

function newPassword(): Secret<string> {
  return new Secret(toHex(randomBytes(16)));
}
