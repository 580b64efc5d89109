import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { isIP } from 'node:net';
import { concat, randomBytes, utf8, type Bytes } from '@strongroom/core';
import { addressBytes } from './addresses.ts';
import { bits, integer, objectId, octets, sequence, set, tagged, time, utf8String, yes } from './der.ts';
import { nameConstraints } from './name-constraints.ts';

const day = 86_400_000;
const authorityDays = 3650;
/** Days that a server's certificate is good for. Phones take no more than 825 of an authority that a person trusts. */
export const SERVER_DAYS = 397;

/** A certificate and its key: PEM texts. */
export interface KeyPair {
  readonly certificate: string;
  /** Secret: PKCS #8. */
  readonly key: string;
}

/** What a certificate says: RFC 5280 section 4.1. */
interface Content {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly from: number;
  readonly days: number;
  readonly extensions: readonly Bytes[];
}

/** An authority for the machines of a local network, ECDSA P-256. @param now milliseconds since 1970 */
export function makeLocalAuthority(hostname: string, now: number): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = authorityName(hostname);
  const extensions = [
    // It signs servers and no other authority.
    extension('2.5.29.19', sequence(yes, integer(Uint8Array.of(0))), 'critical'),
    // keyCertSign
    extension('2.5.29.15', bits(Uint8Array.of(0x04), 2), 'critical'),
    extension('2.5.29.30', nameConstraints(hostname), 'critical'),
    extension('2.5.29.14', octets(keyId(publicKey))),
  ];
  const content = { subject, issuer: subject, publicKey, from: now - day, days: authorityDays, extensions };
  return { certificate: signed(content, privateKey), key: pemOf(privateKey) };
}

/** A certificate for a server of these names and addresses. */
export function issueServerCertificate(authority: KeyPair, names: readonly string[], now: number): KeyPair {
  const issuer = new X509Certificate(authority.certificate);
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const extensions = [
    extension('2.5.29.19', sequence(), 'critical'),
    // digitalSignature
    extension('2.5.29.15', bits(Uint8Array.of(0x80), 7), 'critical'),
    // serverAuth
    extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', sequence(...names.map(generalName))),
    extension('2.5.29.14', octets(keyId(publicKey))),
    extension('2.5.29.35', sequence(tagged(0x80, keyId(issuer.publicKey)))),
  ];
  const content: Content = {
    subject: 'localhost',
    issuer: issuer.subject.replace(/^CN=/, ''),
    publicKey,
    from: now - day,
    days: SERVER_DAYS,
    extensions,
  };
  return { certificate: signed(content, createPrivateKey(authority.key)), key: pemOf(privateKey) };
}

/** What an authority for a hostname is called. */
export function authorityName(hostname: string): string {
  return `Strongroom on ${hostname}`;
}

/** SHA-256 of a certificate as phones and computers show it: pairs of upper-case digits. */
export function fingerprint(certificate: string): string {
  return new X509Certificate(certificate).fingerprint256;
}

const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'));

function signed(content: Content, key: KeyObject): string {
  const { subject, issuer, publicKey, from, days, extensions } = content;
  const toBeSigned = sequence(
    // Version 3.
    tagged(0xa0, integer(Uint8Array.of(2))),
    integer(concat(Uint8Array.of(1), randomBytes(16))),
    ecdsaWithSha256,
    commonName(issuer),
    sequence(time(from), time(from + days * day)),
    commonName(subject),
    spkiOf(publicKey),
    tagged(0xa3, sequence(...extensions)),
  );
  const certificate = sequence(toBeSigned, ecdsaWithSha256, bits(sign('sha256', toBeSigned, key)));
  const lines = Buffer.from(certificate)
    .toString('base64')
    .match(/.{1,64}/g)!;
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function commonName(text: string): Bytes {
  return sequence(set(sequence(objectId('2.5.4.3'), utf8String(text))));
}

function extension(id: string, value: Bytes, critical?: 'critical'): Bytes {
  return sequence(objectId(id), ...(critical ? [yes] : []), octets(value));
}

function generalName(name: string): Bytes {
  return isIP(name) === 0 ? tagged(0x82, utf8(name)) : tagged(0x87, addressBytes(name));
}

// RFC 5280 section 4.2.1.2, method 1: of the key's bits, which end what is exported.
function keyId(key: KeyObject): Bytes {
  const point = spkiOf(key).subarray(-65);
  return new Uint8Array(createHash('sha1').update(point).digest());
}

function spkiOf(key: KeyObject): Bytes {
  return new Uint8Array(key.export({ type: 'spki', format: 'der' }));
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' });
}
