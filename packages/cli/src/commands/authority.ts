import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StrongroomError } from '@strongroom/core';

/** An authority that a person trusts for one profile, beside those that the system knows: a PEM text. */
export type Authority = string;

/** Reads an authority's certificate. @throws StrongroomError `wrong-usage` */
export function readAuthority(path: string): Authority {
  const why = `--ca takes the certificate of an authority in PEM, as \`strongroom up --https\` makes it; ${path} is none.`;
  try {
    const authority = readFileSync(path, 'utf8');
    const { X509Certificate } = process.getBuiltinModule('node:crypto');
    if (new X509Certificate(authority).ca) return authority;
  } catch (cause) {
    throw new StrongroomError('wrong-usage', { why }, { cause });
  }
  throw new StrongroomError('wrong-usage', { why });
}

/** Trusts an authority until the process ends. */
export function trustAuthority(authority: Authority): void {
  // Loaded when it is needed: most profiles have none.
  const { getCACertificates, setDefaultCACertificates } = process.getBuiltinModule('node:tls');
  setDefaultCACertificates([...getCACertificates('default'), authority]);
}

/** Keeps the authority of a profile's server with the profile. */
export function keepAuthority(profile: string, authority: Authority): void {
  writeFileSync(fileOf(profile), authority, { mode: 0o600, flush: true });
}

/** Trusts the authority that a profile keeps, if it does. */
export function trustAuthorityOf(profile: string): void {
  if (existsSync(fileOf(profile))) trustAuthority(readFileSync(fileOf(profile), 'utf8'));
}

function fileOf(profile: string): string {
  return join(profile, 'ca.pem');
}
