import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { randomBytes, toHex } from '@strongroom/core';
import { VaultService } from '@strongroom/wire/vault';
import { afterAll, afterEach, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'vault-command-'));
const anyPort = { host: '127.0.0.1', port: 0 };
const config = {
  site: 'a',
  listen: anyPort,
  admin: anyPort,
  store: { kind: 'sqlite', path: 'records.db' },
  hsm: { kind: 'software', folder: 'hsm' },
  frontDoors: { acme: [toHex(randomBytes(32))] },
};

let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));
afterAll(() => rmSync(folder, { recursive: true }));

function start(changes: object = {}, env: NodeJS.ProcessEnv = {}): ChildProcess {
  const path = join(folder, 'vault.json');
  writeFileSync(path, JSON.stringify({ ...config, ...changes }));
  const args = ['--conditions=source', main, 'vault', '--json', '--config', path];
  child = spawn(process.execPath, args, { env: { ...process.env, ...env } });
  return child;
}

/** What the command says when it is ready. */
async function ready({
  stdout,
}: ChildProcess): Promise<Record<'site' | 'url' | 'admin' | 'vaultId', string>> {
  const [line] = (await once(stdout!, 'data')) as [Buffer];
  return JSON.parse(line.toString()) as never;
}

describe('strongroom vault', () => {
  it('serves until it is stopped, and logs lines of JSON', async () => {
    const node = start();
    const logged = text(node.stderr!);
    const { site, admin, vaultId } = await ready(node);
    expect([site, vaultId.length]).toEqual(['a', 32]);
    expect(await (await fetch(`${admin}/readyz`)).text()).toBe('ready\n');
    node.kill('SIGTERM');
    expect(await once(node, 'exit')).toEqual([0, null]);
    const lines = (await logged).trim().split('\n');
    const messages = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages).toEqual(['starting', 'ready', 'draining', 'drained', 'stopped']);
  });

  it('stops at once when it is told twice, though a request is under way', async () => {
    const node = start();
    const logged = createInterface({ input: node.stderr! })[Symbol.asyncIterator]();
    const { url } = await ready(node);
    const session = connect(url).on('error', () => undefined);
    const headers = { ':method': 'POST', ':path': '/strongroom.v1.VaultService/Serve' };
    const stream = session
      .request({ ...headers, 'content-type': 'application/proto' })
      .on('error', () => undefined);
    stream.write('the rest does not come');
    await once(session, 'remoteSettings');
    await new Promise((resolve) => session.ping(resolve));
    node.kill('SIGTERM');
    while (!String((await logged.next()).value).includes('draining'));
    node.kill('SIGTERM');
    expect(await once(node, 'exit')).toEqual([130, null]);
    session.destroy();
  });

  it('names the field that is wrong', async () => {
    const node = start({ listen: { ...anyPort, port: 'any' } });
    const said = text(node.stdout!);
    expect(await once(node, 'exit')).toEqual([2, null]);
    expect(await said).toContain('listen.port');
  });

  it('sends traces where OpenTelemetry’s variables say', async () => {
    const received = Promise.withResolvers<string>();
    const collector = createServer((request, response) => {
      const sent = buffer(request).then((body) => `${request.url} ${body.toString('latin1')}`);
      received.resolve(sent);
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const node = start({}, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    const { url } = await ready(node);
    const client = createClient(VaultService, createConnectTransport({ baseUrl: url, httpVersion: '2' }));
    await client.serve({}).catch(() => undefined);
    node.kill('SIGTERM');
    const sent = await received.promise;
    expect(sent).toContain('/v1/traces');
    expect(sent).toContain('vault.serve');
    expect(sent).toContain('strongroom-vault');
    expect(await once(node, 'exit')).toEqual([0, null]);
    collector.close();
  });
});
