import { createHash } from 'node:crypto';
import type { Handle } from 'pkcs11js';
import { copyBytes, equalBytes, wipe, type Bytes } from '@strongroom/core';
import { hsmError } from '../hsm-error.ts';
import { keyCheckUnder } from '../sealing.ts';
import { encodeTransportKey, type OaepHash, type TransportKey } from '../transport-key.ts';
import { refused } from '../wrapped-key.ts';
import { ckrOf, isStale } from './ckr.ts';
import { makeWrappingPair, oaep, tryOaepHash } from './oaep.ts';
import { findObjects } from './objects.ts';
import { P256, readP256Key, readRsaKey } from './public-keys.ts';
import { deriver, sealingKeyTemplate, settle } from './sealing-keys.ts';
import type { Session } from './sessions.ts';

const wrappingLabel = (hash: OaepHash): string => `strongroom transport ${hash}`;
const signingLabel = 'strongroom transport signing';
const oaepHashes: readonly OaepHash[] = ['sha256', 'sha1'];
// More than P-256 gives: some tokens ask for room to spare.
const roomForSignature = 256;

/** The transport key pair in a token. */
export interface TransportPair {
  readonly publicKey: Bytes;
  readonly oaepHash: OaepHash;
  readonly unwrapping: Handle;
  readonly signing: Handle;
}

/**
 * Finds the transport key pair in the token; makes what is missing of it. A pair that somebody made with these labels
 * and the tool of the token's maker is used: that way it can have a CKA_UNWRAP_TEMPLATE, without which whoever is
 * logged in may unwrap a key into one that can be read.
 */
export async function openTransportPair(session: Session): Promise<TransportPair> {
  const wrapping = findWrapping(session) ?? (await makeWrapping(session));
  const signing = findPair(session, signingLabel) ?? (await makeSigning(session));
  const publicKeys: TransportKey = {
    oaepHash: wrapping.oaepHash,
    wrapping: readRsaKey(session, wrapping.publicKey),
    signing: readP256Key(session, signing.publicKey),
  };
  return {
    publicKey: encodeTransportKey(publicKeys),
    oaepHash: wrapping.oaepHash,
    unwrapping: wrapping.privateKey,
    signing: signing.privateKey,
  };
}

/** ECDSA with SHA-256: r and s, 32 bytes each. */
export async function signWith(
  { module, p11, handle }: Session,
  { signing }: TransportPair,
  message: Uint8Array,
): Promise<Bytes> {
  const digest = createHash('sha256').update(message).digest();
  module.C_SignInit(handle, { mechanism: p11.CKM_ECDSA }, signing);
  const signature = await module.C_SignAsync(handle, digest, Buffer.alloc(roomForSignature));
  // Touching the digest here keeps it alive while the thread reads it, which pkcs11js does not.
  wipe(digest);
  return copyBytes(signature);
}

/**
 * Unwraps a sealing key into the token, to stay there once it has shown to be the one that was wrapped.
 * @param check the check of that key, 16 bytes
 * @throws StrongroomError `hsm` `refused` when it does not open, or is another one
 */
export async function takeOver(
  session: Session,
  pair: TransportPair,
  epoch: number,
  { ciphertext, check }: { readonly ciphertext: Uint8Array; readonly check: Uint8Array },
): Promise<void> {
  const trial = await unwrap(session, pair, ciphertext, epoch, false);
  const found = await keyCheckUnder(deriver(session, trial), epoch);
  session.module.C_DestroyObject(session.handle, trial);
  if (!equalBytes(found, check)) throw refused('It is another key than it says.');
  settle(session, await unwrap(session, pair, ciphertext, epoch, true), epoch);
}

async function unwrap(
  session: Session,
  { oaepHash, unwrapping }: TransportPair,
  ciphertext: Uint8Array,
  epoch: number,
  isKept: boolean,
): Promise<Handle> {
  const { module, p11, handle } = session;
  const template = sealingKeyTemplate(session, epoch, isKept);
  const input = Buffer.from(ciphertext);
  try {
    return await module.C_UnwrapKeyAsync(handle, oaep(p11, oaepHash), unwrapping, input, template);
  } catch (cause) {
    if (ckrOf(cause) === undefined || isStale(cause)) throw cause;
    throw refused(`It does not open in this token (${ckrOf(cause)}).`, cause);
  } finally {
    // Touching the input here keeps it alive while the thread reads it, which pkcs11js does not.
    wipe(input);
  }
}

type Pair = { readonly publicKey: Handle; readonly privateKey: Handle };
type WrappingPair = Pair & { readonly oaepHash: OaepHash };

function findWrapping(session: Session): WrappingPair | undefined {
  for (const oaepHash of oaepHashes) {
    const pair = findPair(session, wrappingLabel(oaepHash));
    if (pair !== undefined) return { ...pair, oaepHash };
  }
  return undefined;
}

async function makeWrapping(session: Session): Promise<WrappingPair> {
  const oaepHash = await tryOaepHash(session);
  return { ...(await makeWrappingPair(session, true, wrappingLabel(oaepHash))), oaepHash };
}

function makeSigning({ module, p11, handle }: Session): Promise<Pair> {
  const common = [
    { type: p11.CKA_TOKEN, value: true },
    { type: p11.CKA_LABEL, value: signingLabel },
  ];
  return module.C_GenerateKeyPairAsync(
    handle,
    { mechanism: p11.CKM_EC_KEY_PAIR_GEN },
    [
      ...common,
      { type: p11.CKA_PRIVATE, value: false },
      { type: p11.CKA_EC_PARAMS, value: P256 },
      { type: p11.CKA_VERIFY, value: true },
      { type: p11.CKA_MODIFIABLE, value: false },
    ],
    [
      ...common,
      { type: p11.CKA_PRIVATE, value: true },
      { type: p11.CKA_SENSITIVE, value: true },
      { type: p11.CKA_EXTRACTABLE, value: false },
      { type: p11.CKA_SIGN, value: true },
      { type: p11.CKA_DERIVE, value: false },
      { type: p11.CKA_MODIFIABLE, value: false },
    ],
  );
}

function findPair(session: Session, label: string): Pair | undefined {
  const { p11 } = session;
  const publicKey = findOne(session, p11.CKO_PUBLIC_KEY, label);
  const privateKey = findOne(session, p11.CKO_PRIVATE_KEY, label);
  return publicKey && privateKey && { publicKey, privateKey };
}

function findOne(session: Session, kind: number, label: string): Handle | undefined {
  const { p11 } = session;
  const [object, another] = findObjects(session, [
    { type: p11.CKA_CLASS, value: kind },
    { type: p11.CKA_LABEL, value: label },
    { type: p11.CKA_TOKEN, value: true },
  ]);
  if (another !== undefined)
    throw hsmError(
      'refused',
      `The token holds several keys named "${label}". Remove all but the right pair.`,
    );
  return object;
}
