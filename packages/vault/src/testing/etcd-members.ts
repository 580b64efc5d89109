import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret } from '@strongroom/core';
import { issueCertificate, makeAuthority } from '../records/etcd/certificates.ts';
import type { EtcdTls } from '../records/etcd/connection.ts';
import type { CertificateFiles, EtcdMember } from '../records/etcd/member.ts';
import { freePort } from './free-port.ts';

/** A member on this machine. */
export interface LocalMember extends Omit<EtcdMember, 'state'> {
  /** The address that others know it by where they reach it through a `PeerNetwork`. */
  readonly host: string;
  readonly peerPort: number;
}

/** Everything that a cluster on this machine is made of before it starts. */
export interface LocalMembers {
  readonly members: readonly LocalMember[];
  /** Of clients. */
  readonly tls: EtcdTls;
}

interface Authorities {
  readonly peers: CertificateFiles;
  readonly clients: CertificateFiles;
}

// Quick enough for tests, milliseconds.
const timing = { heartbeat: 50, election: 500 };

/**
 * Makes certificates and addresses, in a folder that is the cluster's own.
 * @param apart whether members reach each other by their `host`, rather than directly
 */
export async function makeMembers(folder: string, count: number, apart: boolean): Promise<LocalMembers> {
  const authorities = {
    peers: await makeAuthority(folder, 'peer-authority'),
    clients: await makeAuthority(folder, 'client-authority'),
  };
  const indexes = Array.from({ length: count }, (_, i) => i + 1);
  const ports = await Promise.all(indexes.map(freePort));
  const peers = new Map(
    indexes.map((i) => [nameOf(i), `https://${apart ? hostOf(i) : '127.0.0.1'}:${ports[i - 1]}`]),
  );
  const made = indexes.map((i) => makeMember(folder, authorities, i, ports[i - 1]!, peers));
  return { members: await Promise.all(made), tls: await clientTls(folder, authorities.clients) };
}

async function makeMember(
  folder: string,
  { peers: peerAuthority, clients: clientAuthority }: Authorities,
  index: number,
  peerPort: number,
  peers: ReadonlyMap<string, string>,
): Promise<LocalMember> {
  const [name, host] = [nameOf(index), hostOf(index)];
  const says = { commonName: name, hosts: [host, '127.0.0.1'] };
  const asPeer = await issueCertificate(folder, peerAuthority, { ...says, name: `${name}-peer` });
  const asServer = await issueCertificate(folder, clientAuthority, { ...says, name: `${name}-server` });
  const clientUrl = `https://127.0.0.1:${await freePort()}`;
  return {
    name,
    host,
    peerPort,
    peers,
    clientUrl,
    ...timing,
    dataDir: join(folder, name),
    clusterToken: folder,
    listenPeers: `https://127.0.0.1:${peerPort}`,
    listenClients: clientUrl,
    peerTls: { ...asPeer, authority: peerAuthority.certificate },
    clientTls: { ...asServer, authority: clientAuthority.certificate },
  };
}

async function clientTls(folder: string, authority: CertificateFiles): Promise<EtcdTls> {
  const client = { name: 'client', commonName: 'a client', hosts: [] };
  const { certificate, key } = await issueCertificate(folder, authority, client);
  return {
    authority: await readFile(authority.certificate, 'utf8'),
    certificate: await readFile(certificate, 'utf8'),
    key: new Secret(await readFile(key, 'utf8')),
  };
}

function nameOf(index: number): string {
  return `member-${index}`;
}

// An address for documentation (RFC 5737): etcd asks nobody what it means, and nothing else has it.
function hostOf(index: number): string {
  return `192.0.2.${index}`;
}
