import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import {
  authorityName,
  fingerprint,
  issueServerCertificate,
  makeLocalAuthority,
  type KeyPair,
} from './certificates.ts';
import { isPermitted } from './name-constraints.ts';

const day = 86_400_000;
// So long before a certificate ends another one takes its place, milliseconds.
const renewedBefore = 30 * day;

/** What this machine is called on its network. */
export interface LocalNames {
  readonly hostname: string;
  /** IPv4 and IPv6. */
  readonly addresses: readonly string[];
}

/** A server's certificate, and the authority that phones are told to trust. PEM texts. */
export interface LocalTls {
  readonly server: KeyPair;
  readonly authority: string;
  /** Where the authority's certificate is kept. */
  readonly authorityFile: string;
  /** Of the authority's certificate, as phones show it. */
  readonly sha256: string;
  /** For which names and addresses the certificate is. */
  readonly names: readonly string[];
}

/** All addresses of this machine: of both families, where it has both. */
export function everyAddress(): string {
  const found = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return found.some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0';
}

/** The names of this machine, as they are now. */
export function localNames(): LocalNames {
  const found = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const name = hostname().toLowerCase();
  return {
    hostname: /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/.test(name) ? name : 'localhost',
    // An address of one link alone means nothing to a browser.
    addresses: found
      .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
      .map(({ address }) => address),
  };
}

/**
 * The authority and the certificate in a folder; makes what is missing, what ends soon, and what is for other names than
 * this machine has now.
 * @param now milliseconds since 1970
 */
export function openLocalTls(folder: string, names: LocalNames, now: number): LocalTls {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const authority = keep(folder, 'ca', {
    isFit: (kept) => lasts(kept, now) && isAuthority(kept),
    make: () => makeLocalAuthority(names.hostname, now),
  });
  const known = namesFor(authority.certificate, names);
  const server = keep(folder, 'server', {
    isFit: (kept) => lasts(kept, now) && isFor(kept, known) && isSignedBy(kept, authority.certificate),
    make: () => issueServerCertificate(authority, known, now),
  });
  const authorityFile = join(folder, 'ca.pem');
  const sha256 = fingerprint(authority.certificate);
  return { server, authority: authority.certificate, authorityFile, sha256, names: known };
}

// A machine may get another name; an authority vouches for the one it was made with.
function namesFor(authority: string, { hostname: name, addresses }: LocalNames): string[] {
  const { subject } = new X509Certificate(authority);
  const madeFor = subject.slice(`CN=${authorityName('')}`.length);
  // What a phone finds most surely comes first: it is the one that people are shown.
  const [old, recent] = [4, 6].map((family) => addresses.filter((address) => isIP(address) === family));
  const all = ['localhost', '127.0.0.1', '::1', ...old!, `${name}.local`, name, ...recent!];
  return [...new Set(all)].filter((one) => isPermitted(one, madeFor));
}

function keep(
  folder: string,
  name: string,
  { isFit, make }: { isFit: (certificate: string) => boolean; make: () => KeyPair },
): KeyPair {
  const file = join(folder, `${name}.pem`);
  const keyFile = join(folder, `${name}.key`);
  if (existsSync(file) && existsSync(keyFile)) {
    const kept = { certificate: readFileSync(file, 'utf8'), key: readFileSync(keyFile, 'utf8') };
    // A crash may have come between the two files.
    if (isPair(kept) && isFit(kept.certificate)) return kept;
  }
  const made = make();
  write(keyFile, made.key);
  write(file, made.certificate);
  return made;
}

// Whole or not at all.
function write(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}

function isPair({ certificate, key }: KeyPair): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function lasts(certificate: string, now: number): boolean {
  const { validToDate, validFromDate } = new X509Certificate(certificate);
  return validFromDate.getTime() <= now && validToDate.getTime() > now + renewedBefore;
}

function isAuthority(certificate: string): boolean {
  const { ca, subject } = new X509Certificate(certificate);
  return ca && subject.startsWith(`CN=${authorityName('')}`);
}

function isFor(certificate: string, names: readonly string[]): boolean {
  const x509 = new X509Certificate(certificate);
  const { subjectAltName = '' } = x509;
  const all = names.every(
    (name) => (isIP(name) === 0 ? x509.checkHost(name) : x509.checkIP(name)) !== undefined,
  );
  return all && subjectAltName.split(', ').length === names.length;
}

function isSignedBy(certificate: string, authority: string): boolean {
  const { publicKey } = new X509Certificate(authority);
  return new X509Certificate(certificate).verify(publicKey);
}
