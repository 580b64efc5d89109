import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '@strongroom/core';
import type { EtcdMember, EtcdTls, MemberTls } from '@strongroom/vault/etcd';
import type { Layout } from './layout.ts';
import { authorities, filesOf, operatorCertificate } from './make-tls.ts';
import type { FleetSettings, SitePorts } from './settings.ts';

// Quick enough that a leader's death is over within two seconds, calm enough for a busy machine; milliseconds.
const timing = { heartbeat: 60, election: 600 };

/** How clients reach a site's member. */
export function clientUrl({ clients }: SitePorts): string {
  return `https://127.0.0.1:${clients}`;
}

/** How other members reach a site's. */
export function peerUrl({ peers }: SitePorts): string {
  return `https://127.0.0.1:${peers}`;
}

/** Where a site's member keeps its database. */
export function memberFolder(layout: Layout, { memory }: FleetSettings, site: string): string {
  return memory === '' ? layout.memberOnDisk(site) : join(memory, site);
}

/** The member of a site. */
export function memberOf(
  layout: Layout,
  settings: FleetSettings,
  { ports, state, peers }: { ports: SitePorts; state: EtcdMember['state']; peers: readonly SitePorts[] },
): EtcdMember {
  const { site } = ports;
  return {
    name: site,
    dataDir: memberFolder(layout, settings, site),
    clusterToken: settings.token,
    peers: new Map(peers.map((peer) => [peer.site, peerUrl(peer)])),
    state,
    listenPeers: peerUrl(ports),
    listenClients: clientUrl(ports),
    clientUrl: clientUrl(ports),
    peerTls: memberTls(layout, authorities.peers, `${site}-etcd-peer`),
    clientTls: memberTls(layout, authorities.clients, `${site}-etcd`),
    ...timing,
  };
}

/** Who the fleet's operator is to etcd. */
export function operatorTls(layout: Layout): EtcdTls {
  const { certificate, key } = filesOf(layout, operatorCertificate);
  return {
    authority: readFileSync(filesOf(layout, authorities.clients).certificate, 'utf8'),
    certificate: readFileSync(certificate, 'utf8'),
    key: new Secret(readFileSync(key, 'utf8')),
  };
}

function memberTls(layout: Layout, authority: string, name: string): MemberTls {
  return { ...filesOf(layout, name), authority: filesOf(layout, authority).certificate };
}
