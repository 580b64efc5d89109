import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  privateDecrypt,
  publicEncrypt,
  sign,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { copyBytes, fromUtf8, utf8, wipe, type Bytes } from '@strongroom/core';
import { refused } from '../wrapped-key.ts';
import { encodeTransportKey, RSA_BITS, type OaepHash, type TransportKey } from '../transport-key.ts';
import type { KeyFiles } from './key-files.ts';

const generate = promisify(generateKeyPair);
const wrappingFile = 'transport-wrapping.pem';
const signingFile = 'transport-signing.pem';
const oaepHash: OaepHash = 'sha256';
const padding = constants.RSA_PKCS1_OAEP_PADDING;

/** The transport key pair of a software HSM. */
export interface TransportPair {
  readonly publicKey: Bytes;
  readonly wrapping: KeyObject;
  readonly signing: KeyObject;
}

/** Opens the transport key pair in the files; makes it when there is none. */
export async function openTransportPair(files: KeyFiles): Promise<TransportPair> {
  const wrapping = await openPrivateKey(files, wrappingFile, async () => {
    const { privateKey } = await generate('rsa', { modulusLength: RSA_BITS });
    return privateKey;
  });
  const signing = await openPrivateKey(files, signingFile, async () => {
    const { privateKey } = await generate('ec', { namedCurve: 'P-256' });
    return privateKey;
  });
  const publicKeys = { wrapping: createPublicKey(wrapping), signing: createPublicKey(signing) };
  return { publicKey: encodeTransportKey({ oaepHash, ...publicKeys }), wrapping, signing };
}

/** ECDSA with SHA-256: r and s, 32 bytes each. */
export function signWith({ signing }: TransportPair, message: Uint8Array): Bytes {
  return copyBytes(sign('sha256', message, { key: signing, dsaEncoding: 'ieee-p1363' }));
}

/** RSA-OAEP for a peer. */
export function wrapFor({ wrapping, oaepHash: hash }: TransportKey, key: Uint8Array): Bytes {
  return copyBytes(publicEncrypt({ key: wrapping, padding, oaepHash: hash }, key));
}

/** Opens RSA-OAEP that was made for this pair. @throws StrongroomError `hsm` `refused` */
export function unwrap({ wrapping }: TransportPair, ciphertext: Uint8Array): Bytes {
  try {
    const opened = privateDecrypt({ key: wrapping, padding, oaepHash }, ciphertext);
    const key = copyBytes(opened);
    wipe(opened);
    return key;
  } catch (cause) {
    throw refused('It does not open.', cause);
  }
}

async function openPrivateKey(
  files: KeyFiles,
  name: string,
  make: () => Promise<KeyObject>,
): Promise<KeyObject> {
  const stored = files.read(name);
  if (stored !== undefined) return createPrivateKey(fromUtf8(stored));
  const pem = (await make()).export({ type: 'pkcs8', format: 'pem' });
  files.create(name, utf8(pem));
  // Another process may have been first: what is stored counts.
  return createPrivateKey(fromUtf8(files.read(name)!));
}
