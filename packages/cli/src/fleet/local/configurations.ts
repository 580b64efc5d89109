import { mkdir, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { doorNames, type Layout } from './layout.ts';
import { authorities, filesOf } from './make-tls.ts';
import { clientUrl } from './members.ts';
import { softhsmModule } from './programs.ts';
import type { FleetSettings, SitePorts } from './settings.ts';

/** The messaging service that the front doors speak for. */
export const tenant = 'strongroom';

const host = '127.0.0.1';

/** The label of a site's token. */
export function tokenLabel(site: string): string {
  return `strongroom ${site}`;
}

/** What is set otherwise than usual, as it stands in the configuration files: for tests. */
export interface Overrides {
  readonly vault?: object;
  readonly door?: object;
}

/** Writes the configurations of all vault nodes. @param doorKey the front doors' public key, hex */
export async function writeVaultConfigs(
  layout: Layout,
  settings: FleetSettings,
  { doorKey, overrides }: { doorKey: string; overrides: Overrides },
): Promise<void> {
  for (const ports of settings.sites) {
    const config = { ...vaultConfig(layout, settings, ports), frontDoors: { [tenant]: [doorKey] } };
    await mkdir(layout.at('sites', ports.site, 'vault'), { recursive: true, mode: 0o700 });
    await write(layout.site(ports.site), layout.vaultConfig(ports.site), { ...config, ...overrides.vault });
  }
}

/** Writes the configurations of the front doors. @param vaultId hex */
export async function writeDoorConfigs(
  layout: Layout,
  settings: FleetSettings,
  { vaultId, overrides }: { vaultId: string; overrides: Overrides },
): Promise<void> {
  for (const [at, { door, listen, admin }] of settings.doors.entries()) {
    const folder = layout.door(door);
    const from = (path: string): string => relative(folder, path);
    const config = {
      listen: { host, port: listen },
      admin: { host, port: admin },
      database: from(layout.database),
      tenant,
      tokenKeyFile: from(layout.doorKey),
      directoryFile: from(layout.directory),
      vaults: [{ vaultId, nodes: nodesFor(layout, settings, at) }],
      codes: { kind: 'file', path: from(layout.outbox) },
      cloud: from(layout.cloud),
    };
    await write(folder, layout.doorConfig(door), { ...config, ...overrides.door });
  }
}

function vaultConfig(layout: Layout, settings: FleetSettings, ports: SitePorts): object {
  const { site, vault, admin } = ports;
  const from = (path: string): string => relative(layout.site(site), path);
  const node = filesOf(layout, `${site}-node`);
  const etcd = filesOf(layout, `${site}-etcd-client`);
  return {
    site,
    listen: { host, port: vault },
    admin: { host, port: admin },
    tls: {
      certificate: from(node.certificate),
      key: from(node.key),
      clientAuthority: from(filesOf(layout, authorities.nodes).certificate),
    },
    store: {
      kind: 'etcd',
      endpoints: nearestFirst(settings.sites, site).map(clientUrl),
      authority: from(filesOf(layout, authorities.clients).certificate),
      certificate: from(etcd.certificate),
      key: from(etcd.key),
      user: 'vault',
      passwordFile: from(layout.password('vault')),
    },
    hsm: hsmConfig(settings, site),
  };
}

function hsmConfig({ hsm }: FleetSettings, site: string): object {
  if (hsm === 'software') return { kind: 'software', folder: 'vault/hsm' };
  return { kind: 'pkcs11', module: softhsmModule(), token: tokenLabel(site), pinFile: 'vault/hsm.pin' };
}

// Front doors begin at different sites, as they would in different data centers.
function nodesFor(layout: Layout, { sites }: FleetSettings, at: number): readonly object[] {
  const folder = layout.door(doorNames[at]!);
  const client = filesOf(layout, `door-${doorNames[at]}`);
  const from = (path: string): string => relative(folder, path);
  return nearestFirst(sites, sites[at % sites.length]!.site).map(({ site, vault }) => ({
    site,
    url: `https://${host}:${vault}`,
    certificateAuthority: from(filesOf(layout, authorities.nodes).certificate),
    certificate: from(client.certificate),
    key: from(client.key),
  }));
}

function nearestFirst(sites: readonly SitePorts[], own: string): readonly SitePorts[] {
  const at = sites.findIndex(({ site }) => site === own);
  return [...sites.slice(at), ...sites.slice(0, at)];
}

async function write(folder: string, path: string, config: object): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(path, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
}
