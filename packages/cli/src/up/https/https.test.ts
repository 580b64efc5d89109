import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { issueServerCertificate, makeLocalAuthority, SERVER_DAYS, type KeyPair } from './certificates.ts';
import { localNames, openLocalTls } from './local-tls.ts';
import { isPermitted } from './name-constraints.ts';

const now = Date.now();
const day = 86_400_000;
const names = { hostname: 'annas-laptop', addresses: ['192.168.1.5', 'fd00::5'] };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-tls-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a client makes of a server that is called so: `ok`, or the code of an error. */
async function handshake({ certificate, key }: KeyPair, ca: string, servername: string): Promise<string> {
  const server = createServer({ cert: certificate, key });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, ca, servername }, () => {
        socket.destroy();
        resolve('ok');
      });
      socket.on('error', ({ code, message }: NodeJS.ErrnoException) =>
        resolve(code === undefined || code === 'UNSPECIFIED' ? message : code),
      );
    });
  } finally {
    server.close();
  }
}

describe('the authority of a machine', () => {
  it('vouches for a server of its names', async () => {
    const authority = makeLocalAuthority('annas-laptop', now);
    const server = issueServerCertificate(authority, ['localhost', 'annas-laptop.local'], now);
    expect(await handshake(server, authority.certificate, 'localhost')).toBe('ok');
    expect(await handshake(server, authority.certificate, 'annas-laptop.local')).toBe('ok');
    expect(await handshake(server, authority.certificate, 'elsewhere.local')).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
  });

  it.for(['example.org', 'localhost.example.org', 'bank.com'])(
    'is believed by nobody when it vouches for %s',
    async (name) => {
      const authority = makeLocalAuthority('annas-laptop', now);
      const server = issueServerCertificate(authority, [name], now);
      expect(await handshake(server, authority.certificate, name)).toBe('permitted subtree violation');
      expect(isPermitted(name, 'annas-laptop')).toBe(false);
    },
  );

  it('is one of servers, that of no other authority', () => {
    const { certificate } = makeLocalAuthority('annas-laptop', now);
    const x509 = new X509Certificate(certificate);
    expect([x509.ca, x509.subject]).toEqual([true, 'CN=Strongroom on annas-laptop']);
    const server = issueServerCertificate(makeLocalAuthority('x', now), ['localhost'], now);
    expect(new X509Certificate(server.certificate).ca).toBe(false);
  });

  it('makes certificates that phones take: not longer than 398 days, for servers', () => {
    const { certificate } = issueServerCertificate(makeLocalAuthority('x', now), ['localhost'], now);
    const { validFromDate, validToDate, keyUsage } = new X509Certificate(certificate);
    expect((validToDate.getTime() - validFromDate.getTime()) / day).toBe(SERVER_DAYS);
    expect(SERVER_DAYS).toBeLessThanOrEqual(398);
    expect(keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });
});

describe('addresses', () => {
  it.for(['127.0.0.1', '10.1.2.3', '172.31.255.1', '192.168.0.1', '::1', 'fd12::1', 'fe80::1'])(
    '%s is local',
    (address) => expect(isPermitted(address, 'x')).toBe(true),
  );
  it.for(['8.8.8.8', '172.32.0.1', '192.169.0.1', '2001:db8::1'])('%s is not', (address) =>
    expect(isPermitted(address, 'x')).toBe(false),
  );
});

const open = (at = now, called = names) => openLocalTls(folder, called, at);

describe('the folder with certificates', () => {
  it('is readable by its owner alone', () => {
    open();
    for (const file of ['ca.pem', 'ca.key', 'server.pem', 'server.key'])
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  });

  it('is used again as it is', () => {
    expect(open()).toEqual(open(now + day));
  });

  it('names this machine as others find it, and nothing outside', () => {
    const { names: all } = open(now, { ...names, addresses: ['8.8.8.8', 'fd00::5', '192.168.1.5'] });
    expect(all).toEqual([
      'localhost',
      '127.0.0.1',
      '::1',
      '192.168.1.5',
      'annas-laptop.local',
      'annas-laptop',
      'fd00::5',
    ]);
  });

  it('gets another certificate for another address, by the same authority', () => {
    const first = open();
    const second = open(now, { ...names, addresses: ['192.168.7.7'] });
    expect(second.sha256).toBe(first.sha256);
    const certificate = new X509Certificate(second.server.certificate);
    expect([certificate.checkIP('192.168.7.7'), certificate.checkIP('192.168.1.5')]).toEqual([
      '192.168.7.7',
      undefined,
    ]);
  });

  it('gets another certificate a month before the old one ends', () => {
    const first = open();
    expect(open(now + (SERVER_DAYS - 32) * day).server).toEqual(first.server);
    const second = open(now + (SERVER_DAYS - 30) * day);
    expect(second.server).not.toEqual(first.server);
    expect(second.sha256).toBe(first.sha256);
  });

  it('heals when a crash or a hand left half of it', () => {
    const first = open();
    writeFileSync(join(folder, 'server.key'), readFileSync(join(folder, 'ca.key')));
    const second = open();
    expect(second.server.certificate).not.toBe(first.server.certificate);
    writeFileSync(join(folder, 'ca.pem'), 'not a certificate');
    const third = open();
    expect(third.sha256).not.toBe(first.sha256);
    const issuer = new X509Certificate(third.authority);
    expect(new X509Certificate(third.server.certificate).verify(issuer.publicKey)).toBe(true);
  });
});

it('this machine has a name that a certificate can have', () => {
  expect(localNames().hostname).toMatch(/^[a-z0-9.-]+$/);
});
