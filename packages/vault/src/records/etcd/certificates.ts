import { execFile } from 'node:child_process';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StrongroomError } from '@strongroom/core';
import type { CertificateFiles } from './member.ts';

/** What a certificate says. */
export interface CertificateRequest {
  /** The name of its files, without `.pem` and `.key`. */
  readonly name: string;
  /**
   * etcd takes it for a user's name when a request comes without a token: an authority must sign nobody as a user,
   * least of all as root, unless that is what is meant.
   */
  readonly commonName: string;
  /** DNS names and IP addresses under which it is reached; none for a client. */
  readonly hosts: readonly string[];
}

const days = '3650';

/**
 * Makes a certificate authority: `name.pem`, and `name.key` which its owner alone can read.
 * @throws StrongroomError `wrong-usage` when the command openssl (3.0 or newer) is missing or refuses
 */
export function makeAuthority(folder: string, name: string): Promise<CertificateFiles> {
  return make(folder, name, name, [
    'basicConstraints=critical,CA:TRUE,pathlen:0',
    'keyUsage=critical,keyCertSign,cRLSign',
  ]);
}

/** Makes a key pair and a certificate signed by an authority; for a member, which is a client, too, or a client. */
export function issueCertificate(
  folder: string,
  { certificate, key }: CertificateFiles,
  { name, commonName, hosts }: CertificateRequest,
): Promise<CertificateFiles> {
  const usage = hosts.length > 0 ? 'serverAuth,clientAuth' : 'clientAuth';
  const names = hosts.map((host) => `${isIP(host) ? 'IP' : 'DNS'}:${host}`).join(',');
  const extensions = [
    'basicConstraints=critical,CA:FALSE',
    'keyUsage=critical,digitalSignature',
    `extendedKeyUsage=${usage}`,
    ...(hosts.length > 0 ? [`subjectAltName=${names}`] : []),
  ];
  return make(folder, name, commonName, extensions, ['-CA', certificate, '-CAkey', key]);
}

async function make(
  folder: string,
  name: string,
  commonName: string,
  extensions: readonly string[],
  issuer: readonly string[] = [],
): Promise<CertificateFiles> {
  const files = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  const subject = ['-subj', `/CN=${commonName}`, '-days', days];
  const keyPair = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-keyout', files.key];
  const says = extensions.flatMap((extension) => ['-addext', extension]);
  // The system's configuration would add extensions of its own.
  await openssl(
    'req',
    '-x509',
    '-config',
    '/dev/null',
    ...keyPair,
    ...subject,
    ...says,
    ...issuer,
    '-out',
    files.certificate,
  );
  return files;
}

async function openssl(...args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)('openssl', args);
  } catch (cause) {
    const why = 'A certificate could not be made: is openssl 3 installed, and the folder writable?';
    throw new StrongroomError('wrong-usage', { why }, { cause });
  }
}
