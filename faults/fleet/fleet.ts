import { chmodSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { randomBytes, toHex } from '@strongroom/core';
import { RemoteNode, VaultPool, type NodeTls } from '@strongroom/chatd/node';
import { signingKeyFromSeed, type SigningKey } from '@strongroom/protocol';
import { issueCertificate, makeAuthority, type CertificateFiles } from '@strongroom/vault/etcd';
import { DirectorySchema, type Directory } from '@strongroom/wire/vault';
import { addressOf } from './address.ts';
import { EtcdFleet } from './etcd-fleet.ts';
import { FrontDoor } from './front-door.ts';
import { privateFolder, SiteNetwork } from './network.ts';
import { VaultSite } from './vault-site.ts';

/** What a fleet is made of. */
export interface FleetOptions {
  readonly sites: readonly string[];
  readonly policy: object;
  readonly bug?: string | undefined;
}

/** A fleet on this machine: at each site a member of etcd and a vault node, and two front doors over all nodes. */
export class Fleet {
  readonly network: SiteNetwork;
  readonly etcd: EtcdFleet;
  readonly vaults: ReadonlyMap<string, VaultSite>;
  readonly doors: readonly FrontDoor[];
  readonly directory: Directory;

  private constructor(parts: Pick<Fleet, 'network' | 'etcd' | 'vaults' | 'doors' | 'directory'>) {
    this.network = parts.network;
    this.etcd = parts.etcd;
    this.vaults = parts.vaults;
    this.doors = parts.doors;
    this.directory = parts.directory;
  }

  /** Starts a fleet of which every node serves. */
  static async start({ sites, policy, bug }: FleetOptions): Promise<Fleet> {
    const network = await SiteNetwork.start(sites);
    const folder = await mkdtemp(join(privateFolder, 'fleet-'));
    const etcd = await EtcdFleet.start(folder, sites, network);
    writeFileSync(join(folder, 'etcd.password'), `${etcd.client.password}\n`, { mode: 0o600 });
    const authority = await makeAuthority(folder, 'vault-authority');
    const tokenKey = await signingKeyFromSeed(randomBytes(32));
    const frontDoor = toHex(tokenKey.publicKey);
    const vaults = await Promise.all(
      sites.map(async (site) => {
        const tls = { ...(await nodeCertificate(folder, authority, site)), authority: authority.certificate };
        const inside = network.inside(site);
        return new VaultSite({ site, sites, folder, inside, etcd, tls, frontDoor, policy, bug });
      }),
    );
    const directory = await startAll(vaults, bug);
    const doors = openDoors(vaults, await doorTls(folder, authority), tokenKey);
    const byName = new Map(vaults.map((vault) => [vault.site, vault]));
    return new Fleet({ network, etcd, vaults: byName, doors, directory });
  }

  /** Where the nodes have recorded what they did. */
  get histories(): readonly string[] {
    return [...this.vaults.values()].map(({ history }) => history);
  }

  get vaultId(): Uint8Array {
    return this.directory.vaults[0]!.vaultId;
  }

  vault(site: string): VaultSite {
    return this.vaults.get(site)!;
  }

  /** Ends every process. What was recorded stays as long as the mounts of this process. */
  async stop(): Promise<void> {
    for (const door of this.doors) door.close();
    await Promise.all([...this.vaults.values(), ...this.etcd.sites.values()].map((one) => one.kill()));
  }
}

// The first one makes the vault; with a bug, all start again to have it, now that the vault has a name.
async function startAll(vaults: readonly VaultSite[], bug: string | undefined): Promise<Directory> {
  const [first] = vaults;
  first!.start();
  const vault = await first!.serves();
  if (bug !== undefined) await first!.kill();
  for (const node of vaults) if (!node.isRunning) node.start(vault.vaultId);
  for (const node of vaults) await node.serves();
  return create(DirectorySchema, { epoch: 1n, threshold: 1, vaults: [vault] });
}

async function nodeCertificate(
  folder: string,
  authority: CertificateFiles,
  site: string,
): Promise<CertificateFiles> {
  const files = await issueCertificate(folder, authority, {
    name: `vault-${site}`,
    commonName: `the vault node at ${site}`,
    hosts: [addressOf(site)],
  });
  chmodSync(files.key, 0o600);
  return files;
}

async function doorTls(folder: string, authority: CertificateFiles): Promise<NodeTls> {
  const says = { name: 'front-door', commonName: 'a front door', hosts: [] };
  const { certificate, key } = await issueCertificate(folder, authority, says);
  return {
    authority: await readFile(authority.certificate, 'utf8'),
    certificate: await readFile(certificate, 'utf8'),
    key: await readFile(key, 'utf8'),
  };
}

// Each has its nodes in another order, so that two devices of one account are served at two sites.
function openDoors(vaults: readonly VaultSite[], tls: NodeTls, tokenKey: SigningKey): readonly FrontDoor[] {
  return [vaults, vaults.toReversed()].map((nodes) => {
    const pool = new VaultPool(nodes.map(({ site, url }) => new RemoteNode({ site, url, tls })));
    pool.start();
    return new FrontDoor(pool, tokenKey);
  });
}
