import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions } from 'node:tls';
import { Code, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { VaultService } from '@strongroom/wire/vault';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueCertificate, makeAuthority } from '../../records/etcd/certificates.ts';
import { TestNode } from '../../testing/test-node.ts';

const folder = mkdtempSync(join(tmpdir(), 'mutual-tls-'));
let node: TestNode;

const pem = (name: string): string => readFileSync(join(folder, name), 'utf8');
const as = (name: string): ConnectionOptions => ({ cert: pem(`${name}.pem`), key: pem(`${name}.key`) });

beforeAll(async () => {
  const authority = await makeAuthority(folder, 'ca');
  const other = await makeAuthority(folder, 'other-ca');
  const hosts = ['127.0.0.1'];
  await issueCertificate(folder, authority, { name: 'node', commonName: 'vault node', hosts });
  await issueCertificate(folder, authority, { name: 'front-door', commonName: 'front door', hosts: [] });
  await issueCertificate(folder, other, { name: 'stranger', commonName: 'front door', hosts: [] });
  const tls = {
    certificate: join(folder, 'node.pem'),
    key: join(folder, 'node.key'),
    clientAuthority: join(folder, 'ca.pem'),
  };
  node = await TestNode.start({ config: { tls } });
});

afterAll(async () => {
  await node.remove();
  rmSync(folder, { recursive: true });
});

/** What a client with these certificates is told: the code of the answer. */
async function ask(options: ConnectionOptions): Promise<string> {
  const nodeOptions = { ca: pem('ca.pem'), ...options };
  const transport = createConnectTransport({ baseUrl: node.node.url, httpVersion: '2', nodeOptions });
  const error: unknown = await createClient(VaultService, transport)
    .serve({}, { timeoutMs: 5000 })
    .catch((error: unknown) => error);
  return Code[(error as { code: Code }).code] ?? 'no code';
}

describe('with certificates', () => {
  it('a front door is served', async () => {
    // Its request has no account token; it came through to where that matters.
    expect(await ask(as('front-door'))).toBe('PermissionDenied');
  });

  it('nobody is served without one, or with one of another authority', async () => {
    const before = await node.metric('requests_total', { kind: 'unopened', outcome: 'not-authorised' });
    for (const options of [{}, as('stranger')]) expect(await ask(options)).not.toBe('PermissionDenied');
    expect(await node.metric('requests_total', { kind: 'unopened', outcome: 'not-authorised' })).toBe(before);
    expect(await node.metric('connection_errors_total', { kind: 'tls' })).toBeGreaterThan(0);
  });

  it('nobody is served without encryption, with an older TLS, or over HTTP/1.1', async () => {
    const plain = createConnectTransport({
      baseUrl: node.node.url.replace('https', 'http'),
      httpVersion: '2',
    });
    await expect(createClient(VaultService, plain).serve({}, { timeoutMs: 3000 })).rejects.toBeInstanceOf(
      Error,
    );
    const port = Number(new URL(node.node.url).port);
    const old = connect({ port, ca: pem('ca.pem'), ...as('front-door'), maxVersion: 'TLSv1.2' });
    await expect(outcomeOf(old)).resolves.toBe('error');
    const { cert, key } = as('front-door');
    const http1 = request(node.node.url, { ca: pem('ca.pem'), cert, key });
    await expect(
      new Promise((resolve, reject) => http1.on('response', resolve).on('error', reject).end()),
    ).rejects.toBeInstanceOf(Error);
    expect(await ask(as('front-door'))).toBe('PermissionDenied');
  });
});

function outcomeOf(socket: ReturnType<typeof connect>): Promise<string> {
  return new Promise((resolve) => {
    socket.on('secureConnect', () => resolve('connected')).on('error', () => resolve('error'));
  });
}
