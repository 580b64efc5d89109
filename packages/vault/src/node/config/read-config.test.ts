import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex, randomBytes } from '@strongroom/core';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../rules/policy.ts';
import { nodeConfig } from '../../testing/test-node.ts';
import { parseVaultNodeConfig, readVaultNodeConfig } from './read-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'vault-config-'));
const path = join(folder, 'vault.json');
const publicKey = toHex(randomBytes(32));
const least = nodeConfig({ acme: [publicKey] });

const file = (name: string, content: string, mode = 0o600): void => {
  writeFileSync(join(folder, name), content);
  chmodSync(join(folder, name), mode);
};

beforeAll(() => {
  for (const name of ['node.pem', 'ca.pem']) file(name, name, 0o644);
  for (const name of ['node.key', 'hsm.pin', 'password']) file(name, `${name}\n`);
  file('open.key', 'a key', 0o640);
  file('two-lines', 'a\nb\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

const parse = (changes: object): ReturnType<typeof parseVaultNodeConfig> =>
  parseVaultNodeConfig({ ...least, ...changes }, path);
const tls = { certificate: 'node.pem', key: 'node.key', clientAuthority: 'ca.pem' };
const etcd = { kind: 'etcd', endpoints: ['https://127.0.0.1:2379'] };
const etcdFiles = { authority: 'ca.pem', certificate: 'node.pem', key: 'node.key' };
const pkcs11 = { kind: 'pkcs11', module: '/usr/lib/hsm.so', pinFile: 'hsm.pin' };

/** The code of what is thrown; `wrong-usage`, too, when nothing is: what was given may be right. */
function codeOf(run: () => unknown): unknown {
  try {
    run();
    return 'wrong-usage';
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

describe('a configuration', () => {
  it('says what must be said; the rest has defaults', () => {
    const config = parse({});
    expect(config).toMatchObject({ site: 'a', tls: undefined, policy: { ...defaultPolicy } });
    expect(config.store).toEqual({ kind: 'sqlite', path: join(folder, 'records.db') });
    expect(config.hsm).toEqual({ kind: 'software', folder: join(folder, 'hsm') });
    expect([...config.frontDoors.keys()]).toEqual(['acme']);
    expect(config.limits).toEqual({
      requestBytes: 40_000,
      concurrency: 256,
      queue: 1024,
      connections: 512,
      deadline: 5000,
      perTenantPerSecond: 1000,
      failedBeginsPerTenantPerHour: 10_000,
      drain: 20_000,
    });
  });

  it('names certificates and keys by paths from its own folder', () => {
    const { tls: read } = parse({ tls, listen: { host: '0.0.0.0', port: 7501 } });
    expect([read?.certificate, read?.key.reveal(), read?.clientAuthority]).toEqual([
      'node.pem',
      'node.key\n',
      'ca.pem',
    ]);
    expect(JSON.stringify(read)).not.toContain('node.key\\n');
  });

  it('may have an etcd cluster and a PKCS#11 token', () => {
    const store = { ...etcd, ...etcdFiles, user: 'vault', passwordFile: 'password', prefix: 'a/' };
    const config = parse({ store, hsm: { ...pkcs11, token: 'strongroom-a', sessions: 8 } });
    expect(config.store).toMatchObject({
      prefix: 'a/',
      tls: { authority: 'ca.pem' },
      user: { name: 'vault' },
    });
    expect(config.store.kind === 'etcd' && config.store.user?.password.reveal()).toBe('password');
    expect(config.hsm).toMatchObject({
      token: { label: 'strongroom-a' },
      pinFile: join(folder, 'hsm.pin'),
      sessions: 8,
    });
    expect(parse({ hsm: { ...pkcs11, tokenSerial: '42' } }).hsm).toMatchObject({ token: { serial: '42' } });
    expect(parse({ store: { ...etcd, endpoints: ['http://[::1]:2379'] } }).store).toMatchObject({
      tls: undefined,
    });
  });

  it('has times in seconds', () => {
    const { policy, limits } = parse({
      policy: { guessLimit: 5, waits: [1, 2.5], failureLimit: 50, replacementDelay: 3600 },
      limits: { deadlineSeconds: 0.5, drainSeconds: 0 },
    });
    expect(policy).toMatchObject({
      guessLimit: 5,
      waits: [1000n, 2500n],
      failureLimit: 50,
      replacementDelay: 3_600_000n,
    });
    expect(limits).toMatchObject({ deadline: 500, drain: 0 });
  });
});

describe('a wrong configuration is refused with the name of the field', () => {
  const wrong: readonly (readonly [object, string])[] = [
    [{ surprise: 1 }, '"surprise" is not a field'],
    [{ site: undefined }, '"site" must be a name'],
    [{ site: 'A' }, '"site" must be a name'],
    [{ listen: undefined }, '"listen" is missing'],
    [{ listen: [] }, '"listen" must be an object'],
    [{ listen: { host: '127.0.0.1' } }, '"listen.port" must be a whole number from 0 to 65535'],
    [{ listen: { host: '127.0.0.1', port: '1' } }, '"listen.port" must be a whole number'],
    [{ listen: { host: '127.0.0.1', port: 65_536 } }, '"listen.port" must be a whole number'],
    [{ listen: { host: 'a b', port: 1 } }, '"listen.host" must be a host name'],
    [{ listen: { host: '127.0.0.1', port: 1, tls: true } }, '"listen.tls" is not a field'],
    [{ listen: { host: '0.0.0.0', port: 1 } }, '"tls" is needed'],
    [{ listen: { host: '127.0.0.1.evil.example', port: 1 } }, '"tls" is needed'],
    [{ tls: { ...tls, clientAuthority: undefined } }, '"tls.clientAuthority" must be a path'],
    [{ tls: { ...tls, certificate: 'gone.pem' } }, '"tls.certificate" names'],
    [{ tls: { ...tls, certificate: '.' } }, 'is not the file it should be'],
    [{ tls: { ...tls, key: 'open.key' } }, '"tls.key" names'],
    [{ tls: { ...tls, key: 'open.key' } }, 'which others may read: run chmod 600 on it'],
    [{ store: { kind: 'mysql' } }, '"store.kind" must be one of: sqlite, etcd'],
    [{ store: { kind: '__proto__' } }, '"store.kind" must be one of'],
    [{ store: { kind: 'sqlite', path: '' } }, '"store.path" must be a path'],
    [{ store: { kind: 'sqlite', path: 'a', endpoints: [] } }, '"store.endpoints" is not a field'],
    [{ store: etcd }, '"store.endpoints[0]" needs https:// and certificates'],
    [{ store: { ...etcd, endpoints: [] } }, '"store.endpoints" must be a list of 1 to 16'],
    [{ store: { ...etcd, endpoints: ['ftp://a'] } }, '"store.endpoints[0]" must be an address'],
    [{ store: { ...etcd, endpoints: ['http://10.0.0.1:2379'] } }, 'needs https:// and certificates'],
    [{ store: { ...etcd, ...etcdFiles, endpoints: ['http://127.0.0.1:1'] } }, 'must begin with https://'],
    [{ store: { ...etcd, authority: 'ca.pem' } }, 'needs "authority", "certificate" and "key" together'],
    [{ store: { ...etcd, ...etcdFiles, user: 'vault' } }, 'needs "user" and "passwordFile" together'],
    [{ store: { ...etcd, ...etcdFiles, user: 'v', passwordFile: 'two-lines' } }, 'does not hold one line'],
    [{ store: { ...etcd, ...etcdFiles, user: 'v', passwordFile: 'open.key' } }, 'others may read'],
    [{ hsm: { kind: 'software' } }, '"hsm.folder" must be a path'],
    [{ hsm: pkcs11 }, 'needs either "token" (its label) or "tokenSerial"'],
    [{ hsm: { ...pkcs11, token: 'a', tokenSerial: 'b' } }, 'needs either'],
    [{ hsm: { ...pkcs11, token: 'a', pinFile: 'open.key' } }, '"hsm.pinFile" names'],
    [{ hsm: { ...pkcs11, token: 'a', pin: '1234' } }, '"hsm.pin" is not a field'],
    [{ frontDoors: {} }, '"frontDoors" must be an object with 1 to 1000 fields'],
    [{ frontDoors: { 'a b': [publicKey] } }, '"frontDoors.a b" is not a name'],
    [{ frontDoors: { acme: [] } }, '"frontDoors.acme" must be a list of 1 to 16'],
    [{ frontDoors: { acme: ['00'] } }, '"frontDoors.acme[0]" must be 64 hexadecimal digits'],
    [{ policy: { guessLimit: 0 } }, '"policy.guessLimit" must be a whole number from 1 to 100'],
    [{ policy: { waits: [-1] } }, '"policy.waits[0]" must be a number of seconds'],
    [{ policy: { wait: [1] } }, '"policy.wait" is not a field'],
    [{ limits: { concurrency: 1.5 } }, '"limits.concurrency" must be a whole number'],
    [{ limits: { concurrency: Number.NaN } }, '"limits.concurrency" must be a whole number'],
    [{ limits: { requestBytes: 10 } }, '"limits.requestBytes" must be a whole number from 8192'],
    [{ limits: null }, '"limits" must be an object'],
  ];
  it.for(wrong)('%j: %s', ([changes, why]) => {
    expect(() => parse(changes)).toThrow(expect.objectContaining({ code: 'wrong-usage' }) as Error);
    expect(() => parse(changes)).toThrow(why);
  });

  it('and never quotes a value, which may be a secret that was put in the wrong place', () => {
    for (const changes of [
      { tls: 'hunter2' },
      { hsm: { ...pkcs11, token: ['hunter2'] } },
      { site: 'hunter2!' },
    ])
      expect(() => parse(changes)).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining('hunter2') }) as Error,
      );
    writeFileSync(path, '{"pin": hunter2}');
    expect(() => readVaultNodeConfig(path)).toThrow(/^The configuration \S+ is not JSON\.$/);
  });

  it('whatever JSON it is', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom(...Object.keys(least), 'policy', 'limits', 'tls'),
        (json, field) => {
          for (const given of [json, { ...least, [field]: json }])
            expect(codeOf(() => parseVaultNodeConfig(given, path))).toBe('wrong-usage');
        },
      ),
    );
  });

  it('when there is no file', () => {
    expect(() => readVaultNodeConfig(join(folder, 'gone.json'))).toThrow('cannot be read');
    writeFileSync(path, JSON.stringify(least));
    expect(readVaultNodeConfig(path).site).toBe('a');
  });
});
