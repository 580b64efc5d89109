import type { Handle, Template } from 'pkcs11js';
import { concat, copyBytes, os2ip, wipe } from '@strongroom/core';
import { encodeEpoch } from '../epoch.ts';
import { epochExists, hsmError, noSuchEpoch } from '../hsm-error.ts';
import { KEY_CHECK_LENGTH, keyCheckUnder, type Derive } from '../sealing.ts';
import { findObjects, flagsOf, hasFlags, readAttributes } from './objects.ts';
import type { Session } from './sessions.ts';

// A sealing key is a generic secret of 32 bytes that does HMAC-SHA-256 and nothing else: every token has that mechanism,
// whereas AES-GCM differs from token to token (who makes the nonce, how much additional data, how much at once).
// It may sign, not derive: what CKM_AES_ECB_ENCRYPT_DATA and its like derive, whoever is logged in may make extractable.

const keyLength = 32;
const label = 'strongroom sealing key';
const destroyedLabel = 'strongroom destroyed key';
// More than SHA-256 gives: some tokens ask for room to spare.
const roomForMac = 128;

/** What makes a key one that leaves only wrapped under a key that the officer marked as trusted. */
function guards({ p11 }: Session): ReadonlyMap<number, boolean> {
  return new Map([
    [p11.CKA_SENSITIVE, true],
    [p11.CKA_EXTRACTABLE, true],
    [p11.CKA_WRAP_WITH_TRUSTED, true],
  ]);
}

function uses({ p11 }: Session): ReadonlyMap<number, boolean> {
  return new Map([
    [p11.CKA_SIGN, true],
    [p11.CKA_VERIFY, false],
    [p11.CKA_ENCRYPT, false],
    [p11.CKA_DECRYPT, false],
    [p11.CKA_WRAP, false],
    [p11.CKA_UNWRAP, false],
    [p11.CKA_DERIVE, false],
  ]);
}

function whichKey({ p11 }: Session, epoch?: number): Template {
  return [
    { type: p11.CKA_CLASS, value: p11.CKO_SECRET_KEY },
    { type: p11.CKA_LABEL, value: label },
    ...(epoch === undefined ? [] : [{ type: p11.CKA_ID, value: Buffer.from(encodeEpoch(epoch)) }]),
  ];
}

/**
 * What a sealing key is made with, or taken over with.
 * @param isKept whether it stays in the token, or is gone with the session
 */
export function sealingKeyTemplate(session: Session, epoch: number, isKept: boolean): Template {
  const { p11 } = session;
  return [
    ...whichKey(session, epoch),
    { type: p11.CKA_KEY_TYPE, value: p11.CKK_GENERIC_SECRET },
    { type: p11.CKA_TOKEN, value: isKept },
    { type: p11.CKA_PRIVATE, value: true },
    ...flagsOf(guards(session)),
    ...flagsOf(uses(session)),
    { type: p11.CKA_COPYABLE, value: false },
    // The last: after it SoftHSM lets nothing else be set.
    { type: p11.CKA_MODIFIABLE, value: false },
  ];
}

/** The epochs whose keys the token holds, ascending. */
export function listEpochs(session: Session): readonly number[] {
  const keys = findObjects(session, [...whichKey(session), { type: session.p11.CKA_TOKEN, value: true }]);
  const ids = keys.map((key) => os2ip(readAttributes(session, key, [session.p11.CKA_ID])[0]!));
  return [...new Set(ids)].toSorted((a, b) => a - b);
}

/**
 * The key of an epoch.
 * @throws StrongroomError `hsm`: `no-such-epoch`; `refused` when it could leave the token otherwise than it should
 */
export function sealingKey(session: Session, epoch: number): Handle {
  const key = findSealingKey(session, epoch);
  if (key === undefined) throw noSuchEpoch(epoch);
  return key;
}

/** The key of an epoch, if there is one. */
export function findSealingKey(session: Session, epoch: number): Handle | undefined {
  const name = `${label} ${epoch}`;
  const known = session.known.get(name);
  if (known !== undefined) return known;
  const [key, another] = findKept(session, epoch);
  if (key === undefined) return undefined;
  if (another !== undefined)
    throw hsmError(
      'refused',
      `The token holds several sealing keys of epoch ${epoch}. Remove all but the right one.`,
    );
  checkGuards(session, key, epoch);
  session.known.set(name, key);
  return key;
}

/** Makes the key of an epoch inside the token. @throws StrongroomError `hsm`: `epoch-exists`, `refused` */
export async function makeSealingKey(session: Session, epoch: number): Promise<void> {
  const { module, p11, handle } = session;
  if (findKept(session, epoch).length > 0) throw epochExists(epoch);
  const template = sealingKeyTemplate(session, epoch, true);
  template.splice(-1, 0, { type: p11.CKA_VALUE_LEN, value: keyLength });
  const mechanism = { mechanism: p11.CKM_GENERIC_SECRET_KEY_GEN };
  settle(session, await module.C_GenerateKeyAsync(handle, mechanism, template), epoch);
}

/** Checks a key that has just come into the token, and removes it again when it is not as it should be. */
export function settle(session: Session, key: Handle, epoch: number): void {
  try {
    checkGuards(session, key, epoch);
    // Another process may have been as fast.
    if (findKept(session, epoch).length > 1) throw epochExists(epoch);
  } catch (error) {
    session.module.C_DestroyObject(session.handle, key);
    throw error;
  }
}

/**
 * Destroys the key of an epoch, and remembers that this very key was. To be called with nobody else at the token.
 * @throws when the token keeps no data objects: the key is destroyed then, and not remembered
 */
export async function destroySealingKey(session: Session, epoch: number): Promise<void> {
  // Whatever is there of that epoch, also what could not be used.
  for (const key of findKept(session, epoch)) {
    try {
      remember(session, await keyCheckUnder(deriver(session, key), epoch));
    } finally {
      session.module.C_DestroyObject(session.handle, key);
    }
  }
}

/** Whether the key with this check was destroyed in this token. */
export function wasDestroyed(session: Session, check: Uint8Array): boolean {
  return findObjects(session, tombstone(session, check)).length > 0;
}

/** Works out HKDF-Expand in the token. */
export function deriver({ module, p11, handle }: Session, key: Handle): Derive {
  return async (info) => {
    // RFC 5869 section 2.3, for a single block.
    const input = Buffer.from(concat(info, Uint8Array.of(1)));
    module.C_SignInit(handle, { mechanism: p11.CKM_SHA256_HMAC }, key);
    const mac = await module.C_SignAsync(handle, input, Buffer.alloc(roomForMac));
    const derived = copyBytes(mac);
    // Touching the input here keeps it alive while the thread reads it, which pkcs11js does not.
    wipe(input, mac);
    return derived;
  };
}

function findKept(session: Session, epoch: number): readonly Handle[] {
  const kept = { type: session.p11.CKA_TOKEN, value: true };
  return findObjects(session, [...whichKey(session, epoch), kept]);
}

function checkGuards(session: Session, key: Handle, epoch: number): void {
  if (hasFlags(session, key, guards(session))) return;
  throw hsmError(
    'refused',
    `The token does not keep the sealing key of epoch ${epoch} as it must: sensitive, and extractable only under a trusted key (CKA_SENSITIVE, CKA_WRAP_WITH_TRUSTED). It is not used.`,
  );
}

function remember(session: Session, check: Uint8Array): void {
  if (wasDestroyed(session, check)) return;
  const { module, p11, handle } = session;
  module.C_CreateObject(handle, [
    ...tombstone(session, check),
    { type: p11.CKA_TOKEN, value: true },
    { type: p11.CKA_PRIVATE, value: true },
    { type: p11.CKA_MODIFIABLE, value: false },
  ]);
}

function tombstone({ p11 }: Session, check: Uint8Array): Template {
  return [
    { type: p11.CKA_CLASS, value: p11.CKO_DATA },
    { type: p11.CKA_LABEL, value: destroyedLabel },
    { type: p11.CKA_VALUE, value: Buffer.from(check.subarray(0, KEY_CHECK_LENGTH)) },
  ];
}
