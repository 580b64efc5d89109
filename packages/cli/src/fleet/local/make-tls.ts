import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { issueCertificate, makeAuthority, type CertificateFiles } from '@strongroom/vault/etcd';
import { doorNames, type Layout } from './layout.ts';

/** The names of authorities: of etcd's members, of etcd's clients and members to them, of vault nodes and front doors. */
export const authorities = { peers: 'etcd-peers', clients: 'etcd-clients', nodes: 'nodes' } as const;

const hosts = ['127.0.0.1', 'localhost'];
// The client of etcd that is no vault node: who runs the fleet.
export const operatorCertificate = 'operator-etcd';

/** Makes all certificates of a fleet: three authorities, and for each site and front door what it needs. */
export async function makeTls(layout: Layout, sites: readonly string[]): Promise<void> {
  const { tls } = layout;
  await mkdir(tls, { recursive: true, mode: 0o700 });
  const { peers, clients, nodes } = authorities;
  await Promise.all(Object.values(authorities).map((name) => makeAuthority(tls, name)));
  const server = (authority: string, name: string): Promise<CertificateFiles> =>
    issueCertificate(tls, filesOf(layout, authority), { name, commonName: name, hosts });
  const client = (authority: string, name: string): Promise<CertificateFiles> =>
    issueCertificate(tls, filesOf(layout, authority), { name, commonName: name, hosts: [] });
  for (const site of sites) {
    await Promise.all([
      server(peers, `${site}-etcd-peer`),
      server(clients, `${site}-etcd`),
      client(clients, `${site}-etcd-client`),
      server(nodes, `${site}-node`),
    ]);
  }
  await client(clients, operatorCertificate);
  await Promise.all(doorNames.map((door) => client(nodes, `door-${door}`)));
}

/** The files of a certificate. */
export function filesOf({ tls }: Layout, name: string): CertificateFiles {
  return { certificate: join(tls, `${name}.pem`), key: join(tls, `${name}.key`) };
}
