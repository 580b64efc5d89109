import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { randomBytes, toHex } from '@strongroom/core';
import { signingKeyFromSeed } from '@strongroom/protocol';
import { issueCertificate, makeAuthority } from '@strongroom/vault/etcd';
import { DirectoryVaultSchema, ServeRequestSchema, VaultService } from '@strongroom/wire/vault';
import type { Serve } from '../client/batches.ts';
import { Clients, TENANT } from '../client/clients.ts';
import { drive } from '../process/drive.ts';
import type { NodeHandlers } from '../process/node-process.ts';
import { Remote } from '../process/remote.ts';
import type { VaultHandlers } from '../process/vault-process.ts';
import type { HsmPlace, StorePlace } from './places.ts';

/** A vault in a process of its own, and those who ask it. */
export interface Serving {
  readonly clients: Clients;
  readonly serve: Serve;
  /** Records where the time of what is served from now on goes. */
  readonly profile: () => Promise<void>;
  /** CPU profiles as JSON; empty where none are taken. */
  readonly profiled: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Serves by calls of `Vault.serve`, with no network. */
export async function openVault(store: StorePlace, hsm: HsmPlace): Promise<Serving> {
  const remote = new Remote<VaultHandlers>('./vault-process.ts');
  const tokenKey = await signingKeyFromSeed(randomBytes(32));
  const vault = await remote.ask('open', { store, hsm, tenant: TENANT, frontDoor: tokenKey.publicKey });
  return {
    clients: new Clients(fromBinary(DirectoryVaultSchema, vault), tokenKey),
    serve: (requests, inFlight) => remote.ask('serve', { requests, inFlight }),
    profile: () => remote.ask('profile'),
    profiled: () => remote.ask('profiled'),
    close: async () => {
      await remote.ask('close');
      await remote.end();
    },
  };
}

/** Serves as a complete node over TLS and HTTP/2, with its records in SQLite. */
export async function openNode(folder: string): Promise<Serving> {
  const remote = new Remote<NodeHandlers>('./node-process.ts');
  const tokenKey = await signingKeyFromSeed(randomBytes(32));
  const { authority, client, config } = await nodeConfig(folder, toHex(tokenKey.publicKey));
  const { url, vault } = await remote.ask('open', { config, file: join(folder, 'vault.json') });
  const session = new Http2SessionManager(url, {}, { ca: authority, ...client });
  const options = { httpVersion: '2', baseUrl: url, sessionManager: session } as const;
  const front = createClient(VaultService, createConnectTransport(options));
  const serve: Serve = async (requests, inFlight) => {
    const read = requests.map((request) => fromBinary(ServeRequestSchema, request));
    const answers: Uint8Array[] = [];
    const before = await remote.ask('cpu');
    const driven = await drive(read.length, inFlight, async (index) => {
      answers[index] = (await front.serve(read[index]!)).sealedAnswer;
    });
    return { ...driven, cpuSeconds: (await remote.ask('cpu')) - before, answers };
  };
  return {
    clients: new Clients(fromBinary(DirectoryVaultSchema, vault), tokenKey),
    serve,
    profile: async () => {},
    profiled: async () => '[]',
    close: async () => {
      session.abort();
      await remote.ask('close');
      await remote.end();
    },
  };
}

async function nodeConfig(
  folder: string,
  frontDoor: string,
): Promise<{ authority: string; client: { cert: string; key: string }; config: object }> {
  const authority = await makeAuthority(folder, 'authority');
  const says = { commonName: 'bench', hosts: ['127.0.0.1'] };
  const node = await issueCertificate(folder, authority, { ...says, name: 'node' });
  const client = await issueCertificate(folder, authority, { ...says, name: 'front-door' });
  const anyPort = { host: '127.0.0.1', port: 0 };
  return {
    authority: await readFile(authority.certificate, 'utf8'),
    client: { cert: await readFile(client.certificate, 'utf8'), key: await readFile(client.key, 'utf8') },
    config: {
      site: 'bench',
      listen: anyPort,
      admin: anyPort,
      tls: { certificate: node.certificate, key: node.key, clientAuthority: authority.certificate },
      store: { kind: 'sqlite', path: 'records.db' },
      hsm: { kind: 'software', folder: 'hsm' },
      frontDoors: { [TENANT]: [frontDoor] },
      limits: { perTenantPerSecond: 100_000, failedBeginsPerTenantPerHour: 1_000_000 },
    },
  };
}
