import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseFrontDoorConfig, readFrontDoorConfig } from './read-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'front-door-config-'));
const path = join(folder, 'chatd.json');
const write = (name: string, text: string, mode = 0o600): void => {
  writeFileSync(join(folder, name), text, { mode });
  chmodSync(join(folder, name), mode);
};

beforeAll(() => {
  write('ca.pem', 'an authority');
  write('door.pem', 'a certificate');
  write('door.key', 'a key');
  write('open.key', 'a key', 0o644);
  write('token.key', '00'.repeat(32));
});
afterAll(() => rmSync(folder, { recursive: true }));

const node = {
  site: 'a',
  url: 'https://vault-a.example:7501',
  certificateAuthority: 'ca.pem',
  certificate: 'door.pem',
  key: 'door.key',
};
const plain = { url: 'http://127.0.0.1:7501' };
const least = {
  listen: { host: '127.0.0.1', port: 7420 },
  admin: { host: '127.0.0.1', port: 7421 },
  database: 'front-door.db',
  tenant: 'acme',
  tokenKeyFile: 'token.key',
  directoryFile: 'directory.bin',
  vaults: [{ vaultId: 'AB'.repeat(16), nodes: [node] }],
  codes: { kind: 'file', path: 'outbox.log' },
};
const parse = (changes: object = {}) => parseFrontDoorConfig({ ...least, ...changes }, path);
const withNode = (...nodes: object[]) => parse({ vaults: [{ vaultId: 'ab'.repeat(16), nodes }] });

describe('a front door’s configuration', () => {
  it('is completed, with paths that begin at its file, and what they hold', () => {
    const config = parse();
    expect(config).toMatchObject({
      tls: undefined,
      trustedProxies: [],
      database: join(folder, 'front-door.db'),
      codes: { kind: 'file', path: join(folder, 'outbox.log') },
      cloud: undefined,
      limits: { requestBytes: 65_536, drain: 6000, notice: 0, concurrency: 512 },
    });
    const [vault] = config.vaults;
    expect(vault).toMatchObject({ vaultId: 'ab'.repeat(16), nodes: [{ site: 'a', url: node.url }] });
    expect(vault!.nodes[0]!.tls).toMatchObject({ authority: 'an authority', certificate: 'a certificate' });
    expect(vault!.nodes[0]!.tls!.key.reveal()).toBe('a key');
    expect(JSON.stringify(config)).not.toContain('a key');
  });

  it('may say more', () => {
    const tls = { certificate: 'door.pem', key: 'door.key' };
    const more = {
      tls,
      listen: { host: '0.0.0.0', port: 443 },
      trustedProxies: ['10.0.0.0/8', '::1'],
      codes: { kind: 'log' },
      cloud: 'cloud',
      limits: { drainSeconds: 0.5, codesPerAddressPerHour: 3 },
    };
    expect(parse(more)).toMatchObject({
      cloud: join(folder, 'cloud'),
      trustedProxies: ['10.0.0.0/8', '::1'],
      limits: { drain: 500, codesPerAddressPerHour: 3, perDevicePerMinute: 120 },
    });
  });

  it('names nodes by host and port that have no site', () => {
    const [one, two] = withNode(plain, { url: 'http://[::1]:7502', readyUrl: 'http://[::1]:7602/readyz' })
      .vaults[0]!.nodes;
    expect([one!.site, two!.site, two!.readyUrl]).toEqual([
      '127.0.0.1:7501',
      '[::1]:7502',
      'http://[::1]:7602/readyz',
    ]);
  });

  it.each<[string, object]>([
    ['"tenat" is not a field', { tenat: 'acme' }],
    ['"listen" is missing', { listen: undefined }],
    ['"listen.port" must be', { listen: { host: '127.0.0.1', port: 65_536 } }],
    ['"listen.host" must be', { listen: { host: 'not a host', port: 1 } }],
    ['"tls" is needed', { listen: { host: '0.0.0.0', port: 1 } }],
    ['"tls.key" names', { tls: { certificate: 'door.pem', key: 'open.key' } }],
    ['"tls.certificate" names', { tls: { certificate: 'nowhere.pem', key: 'door.key' } }],
    ['"tokenKeyFile" names', { tokenKeyFile: 'open.key' }],
    ['"database" must be a path', { database: 7 }],
    ['"tenant" must be', { tenant: 'a tenant' }],
    ['"trustedProxies[1]" must be', { trustedProxies: ['10.0.0.1', '10.0.0.0/33'] }],
    ['"trustedProxies[0]" must be', { trustedProxies: ['balancer.example'] }],
    ['"codes.kind" must be one of: log, file', { codes: { kind: 'sms' } }],
    ['"codes.path" must be a path', { codes: { kind: 'file' } }],
    ['"codes.path" is not a field', { codes: { kind: 'log', path: 'x' } }],
    ['"limits.concurrency" must be', { limits: { concurrency: 0 } }],
    ['"limits.requestBytes" must be', { limits: { requestBytes: 32_768 } }],
    ['"vaults" must be a list', { vaults: [] }],
    ['"vaults[0].vaultId" must be', { vaults: [{ vaultId: 'ab', nodes: [node] }] }],
    ['"vaults[0].nodes" must be', { vaults: [{ vaultId: 'ab'.repeat(16), nodes: [] }] }],
    ['"vaults" names a vault twice', { vaults: [...least.vaults, ...least.vaults] }],
  ])('is refused with %s', (why, changes) => {
    expect(() => parse(changes)).toThrow(expect.objectContaining({ code: 'wrong-usage' }) as Error);
    expect(() => parse(changes)).toThrow(why);
  });

  it.each<[string, object[]]>([
    ['"vaults[0].nodes" names a node twice', [plain, plain]],
    ['"vaults[0].nodes[0].url" needs https', [{ url: 'http://vault-a.example:7501' }]],
    ['"vaults[0].nodes[0].url" needs https', [{ ...node, url: 'http://127.0.0.1:7501' }]],
    ['"vaults[0].nodes[0]" needs "certificateAuthority"', [{ ...node, key: undefined }]],
    ['"vaults[0].nodes[1].url" must be', [plain, { url: 'http://user:word@127.0.0.1:7501' }]],
    ['"vaults[0].nodes[0].url" must be', [{ url: 'http://127.0.0.1:7501/vault' }]],
    ['"vaults[0].nodes[0].site" must be', [{ ...plain, site: 'A B' }]],
  ])('is refused with %s', (why, nodes) => {
    expect(() => withNode(...nodes)).toThrow(why);
  });

  it('is refused when it cannot be read or is no JSON, of which nothing is quoted', () => {
    expect(() => readFrontDoorConfig(join(folder, 'nowhere'))).toThrow('cannot be read');
    write('chatd.json', '{"tokenKey": "hunter2"');
    expect(() => readFrontDoorConfig(path)).toThrow(/^(?!.*hunter2).*is not JSON/);
    write('chatd.json', JSON.stringify(least));
    expect(readFrontDoorConfig(path)).toEqual(parse());
  });
});
