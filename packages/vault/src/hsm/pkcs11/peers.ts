import type { Handle, Template } from 'pkcs11js';
import { equalBytes, type Bytes } from '@strongroom/core';
import { hsmError } from '../hsm-error.ts';
import { decodeTransportKey, encodeTransportKey, transportKeyId, type OaepHash } from '../transport-key.ts';
import { findObjects, hasFlags, readAttributes } from './objects.ts';
import { p256Attributes, readP256Key, readRsaKey, rsaAttributes } from './public-keys.ts';
import type { Session } from './sessions.ts';

// A peer is two public keys in the token, both with CKA_TRUSTED, which only the security officer can set. Their CKA_ID
// is the name of the peer's transport key. Objects without that mark count for nothing: any user can make them.

const wrappingLabel = (hash: OaepHash): string => `strongroom peer ${hash}`;
const signingLabel = 'strongroom peer signing';
const oaepHashes: readonly OaepHash[] = ['sha256', 'sha1'];

/** A trusted peer. */
export interface Peer {
  readonly publicKey: Bytes;
  readonly oaepHash: OaepHash;
  /** Its RSA key in this token. */
  readonly wrapping: Handle;
}

/**
 * Makes a peer trusted, in a session of the security officer.
 * @throws StrongroomError `hsm` `refused` for what is no transport key, or when the token does not mark keys as trusted
 */
export function addPeer(session: Session, transportKey: Uint8Array): void {
  const { oaepHash, wrapping, signing } = decodeTransportKey(transportKey);
  const { p11 } = session;
  const id = { type: p11.CKA_ID, value: Buffer.from(transportKeyId(transportKey)) };
  createTrusted(session, [
    id,
    { type: p11.CKA_LABEL, value: wrappingLabel(oaepHash) },
    { type: p11.CKA_WRAP, value: true },
    ...rsaAttributes(session, wrapping),
  ]);
  createTrusted(session, [
    id,
    { type: p11.CKA_LABEL, value: signingLabel },
    { type: p11.CKA_VERIFY, value: true },
    ...p256Attributes(session, signing),
  ]);
}

/** Removes a peer. */
export function removePeer(session: Session, transportKey: Uint8Array): void {
  const id = { type: session.p11.CKA_ID, value: Buffer.from(transportKeyId(transportKey)) };
  for (const label of [...oaepHashes.map(wrappingLabel), signingLabel]) {
    for (const object of findTrusted(session, [{ type: session.p11.CKA_LABEL, value: label }, id]))
      session.module.C_DestroyObject(session.handle, object);
  }
}

/** All trusted peers. */
export function listPeers(session: Session): readonly Peer[] {
  return oaepHashes.flatMap((oaepHash) =>
    findTrusted(session, [{ type: session.p11.CKA_LABEL, value: wrappingLabel(oaepHash) }]).flatMap(
      (wrapping) => readPeer(session, wrapping, oaepHash) ?? [],
    ),
  );
}

/** The trusted peer with a transport key, if there is one. */
export function findPeer(session: Session, transportKey: Uint8Array): Peer | undefined {
  return listPeers(session).find(({ publicKey }) => equalBytes(publicKey, transportKey));
}

// A peer counts when both its keys are there and make up the transport key that their CKA_ID names.
function readPeer(session: Session, wrapping: Handle, oaepHash: OaepHash): Peer | undefined {
  const { p11 } = session;
  const [id] = readAttributes(session, wrapping, [p11.CKA_ID]) as [Buffer];
  const [signing] = findTrusted(session, [
    { type: p11.CKA_LABEL, value: signingLabel },
    { type: p11.CKA_ID, value: id },
  ]);
  if (signing === undefined) return undefined;
  const keys = { wrapping: readRsaKey(session, wrapping), signing: readP256Key(session, signing) };
  const publicKey = encodeTransportKey({ oaepHash, ...keys });
  return equalBytes(transportKeyId(publicKey), id) ? { publicKey, oaepHash, wrapping } : undefined;
}

function findTrusted(session: Session, template: Template): readonly Handle[] {
  const { p11 } = session;
  const found = findObjects(session, [...trustedPublicKey(session), ...template]);
  // Asked again of each object, in case the token does not look at that attribute when it searches.
  return found.filter((object) => hasFlags(session, object, new Map([[p11.CKA_TRUSTED, true]])));
}

function createTrusted(session: Session, template: Template): void {
  const { module, p11, handle } = session;
  const named = template.filter(({ type }) => type === p11.CKA_ID || type === p11.CKA_LABEL);
  if (findTrusted(session, named).length > 0) return;
  const object = module.C_CreateObject(handle, [
    ...trustedPublicKey(session),
    { type: p11.CKA_PRIVATE, value: false },
    ...template,
    { type: p11.CKA_MODIFIABLE, value: false },
  ]);
  if (hasFlags(session, object, new Map([[p11.CKA_TRUSTED, true]]))) return;
  module.C_DestroyObject(handle, object);
  throw hsmError(
    'refused',
    'The token does not mark keys as trusted (CKA_TRUSTED). It cannot hand keys to another one.',
  );
}

function trustedPublicKey({ p11 }: Session): Template {
  return [
    { type: p11.CKA_CLASS, value: p11.CKO_PUBLIC_KEY },
    { type: p11.CKA_TOKEN, value: true },
    { type: p11.CKA_TRUSTED, value: true },
  ];
}
