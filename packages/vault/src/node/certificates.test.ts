import { X509Certificate } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { expiryOf } from '@strongroom/core/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { issueCertificate, makeAuthority } from '../records/etcd/certificates.ts';
import { TestNode } from '../testing/test-node.ts';
import type { VaultNodeConfig } from './config/config.ts';
import { parseVaultNodeConfig } from './config/read-config.ts';

const patience = { timeout: 20_000 };
const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
const tls = { certificate: 'node.pem', key: 'node.key', clientAuthority: 'authority.pem' };
let node: TestNode | undefined;

const path = (name: string): string => join(folder, name);
const pem = (name: string): string => readFileSync(path(name), 'utf8');
const use = (name: string): void => {
  for (const end of ['pem', 'key']) copyFileSync(path(`${name}.${end}`), path(`node.${end}`));
};

beforeAll(async () => {
  const hosts = ['127.0.0.1'];
  for (const authority of ['first', 'second']) {
    const files = await makeAuthority(folder, `${authority}-ca`);
    await issueCertificate(folder, files, { name: `${authority}-node`, commonName: 'node', hosts });
    await issueCertificate(folder, files, { name: `${authority}-door`, commonName: 'door', hosts: [] });
  }
});
afterEach(() => node?.remove());
afterAll(() => rmSync(folder, { recursive: true }));

/** A node whose configuration can be read again. */
async function start(rereadEvery = 3_600_000): Promise<TestNode> {
  use('first-node');
  copyFileSync(path('first-ca.pem'), path('authority.pem'));
  const files = Object.fromEntries(Object.entries(tls).map(([name, file]) => [name, path(file)]));
  const config = { tls: files };
  const reread = (): VaultNodeConfig => parseVaultNodeConfig({ ...least, ...config }, path('vault.json'));
  const least = {
    site: 'a',
    listen: { host: '127.0.0.1', port: 0 },
    admin: { host: '127.0.0.1', port: 0 },
    store: { kind: 'sqlite', path: 'records.db' },
    hsm: { kind: 'software', folder: 'hsm' },
    frontDoors: { acme: ['00'.repeat(32)] },
  };
  node = await TestNode.start({ config, reread, rereadEvery });
  return node;
}

/** Whose certificate the node shows, and whether it takes this client's. */
function handshake({ node: { url } }: TestNode, client: 'first' | 'second'): Promise<string> {
  const port = Number(new URL(url).port);
  const [cert, key] = [pem(`${client}-door.pem`), pem(`${client}-door.key`)];
  const socket = connect({ port, cert, key, rejectUnauthorized: false, ALPNProtocols: ['h2'] });
  return new Promise((resolve) => {
    const shown = (): string => String(socket.getPeerX509Certificate()?.issuer);
    // In TLS 1.3 the client hears of being refused after its own handshake; an HTTP/2 server speaks first.
    socket.once('data', () => resolve(`${shown()}, accepted`));
    socket.on('error', () => resolve('refused')).on('close', () => resolve('refused'));
  }).finally(() => socket.destroy()) as Promise<string>;
}

describe('certificates that were exchanged', () => {
  it('are used when the node is told so, its own and that of who may ask', async () => {
    const running = await start();
    expect(await handshake(running, 'first')).toBe('CN=first-ca, accepted');
    expect(await handshake(running, 'second')).toBe('refused');
    use('second-node');
    copyFileSync(path('second-ca.pem'), path('authority.pem'));
    expect(await handshake(running, 'first')).toBe('CN=first-ca, accepted');
    running.node.reload();
    expect(await handshake(running, 'second')).toBe('CN=second-ca, accepted');
    expect(await handshake(running, 'first')).toBe('refused');
    expect(running.logged.join('')).toContain('new certificates are in use');
  });

  it('are found by the node itself after a while', async () => {
    const running = await start(20);
    use('second-node');
    await expect.poll(() => handshake(running, 'first'), patience).toBe('CN=second-ca, accepted');
    const told = running.logged.filter((line) => line.includes('new certificates are in use'));
    expect(told).toHaveLength(1);
  });

  it('change nothing when they make no sense, and say so without what is in them', async () => {
    const running = await start();
    copyFileSync(path('second-node.key'), path('node.key'));
    running.node.reload();
    rmSync(path('node.pem'));
    running.node.reload();
    expect(await handshake(running, 'first')).toBe('CN=first-ca, accepted');
    const told = running.logged.filter((line) => line.includes('could not be read again'));
    expect(told).toHaveLength(2);
    expect(told[0]).toContain('cannot be used');
    expect(told[1]).toContain('tls.certificate');
    expect(running.logged.join('')).not.toContain('PRIVATE');
  });

  it('are counted down to', async () => {
    const running = await start();
    const until = (name: string): number => new X509Certificate(pem(name)).validToDate.getTime() / 1000;
    const of = (file: string): Promise<number> => running.metric('certificate_expires_seconds', { file });
    expect(await of('tls.certificate')).toBe(until('first-node.pem'));
    expect(await of('tls.clientAuthority')).toBe(until('first-ca.pem'));
    expect(await of('store.certificate')).toBe(0);
    // Of a chain, the one that ends first; what cannot be read counts for nothing.
    const [node, ca] = ['first-node.pem', 'first-ca.pem'] as const;
    const chain = `${pem(node)}some words\n${pem(ca)}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`;
    expect(expiryOf(chain)).toBe(1000 * Math.min(until(node), until(ca)));
    expect(expiryOf('no certificate')).toBeUndefined();
  });
});
