import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueCertificate, makeAuthority } from './certificates.ts';
import type { CertificateFiles } from './member.ts';

let folder: string;
let authority: CertificateFiles;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  authority = await makeAuthority(folder, 'authority');
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = ({ certificate }: CertificateFiles): X509Certificate =>
  new X509Certificate(readFileSync(certificate));
const serverAuth = '1.3.6.1.5.5.7.3.1';
const clientAuth = '1.3.6.1.5.5.7.3.2';

describe('an authority', () => {
  it('signs others, and its key is its owner’s alone', () => {
    expect(read(authority).ca).toBe(true);
    expect(statSync(authority.key).mode & 0o777).toBe(0o600);
  });

  it('is another one each time', async () => {
    const other = await makeAuthority(folder, 'other');
    const issued = await issueCertificate(folder, other, { name: 'x', commonName: 'x', hosts: [] });
    expect(read(issued).checkIssued(read(other))).toBe(true);
    expect(read(issued).checkIssued(read(authority))).toBe(false);
  });
});

describe('a certificate', () => {
  it('of a member is for both sides, under its hosts alone', async () => {
    const hosts = ['one.example', '192.0.2.1', '2001:db8::1'];
    const files = await issueCertificate(folder, authority, { name: 'one', commonName: 'one', hosts });
    const certificate = read(files);
    expect(certificate.verify(read(authority).publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage?.toSorted()).toEqual([serverAuth, clientAuth]);
    expect(certificate.checkHost('one.example')).toBe('one.example');
    expect(certificate.checkHost('two.example')).toBeUndefined();
    for (const ip of hosts.slice(1)) expect(certificate.checkIP(ip)).toBe(ip);
    expect(statSync(files.key).mode & 0o777).toBe(0o600);
  });

  it('of a client is no server’s', async () => {
    const client = { name: 'node-1', commonName: 'a vault node', hosts: [] };
    const certificate = read(await issueCertificate(folder, authority, client));
    expect(certificate.subject).toBe('CN=a vault node');
    expect(certificate.keyUsage).toEqual([clientAuth]);
    expect(certificate.subjectAltName).toBeUndefined();
  });

  it('cannot be made where nothing can be written', async () => {
    await expect(makeAuthority(join(folder, 'missing'), 'x')).rejects.toMatchObject({ code: 'wrong-usage' });
  });
});
