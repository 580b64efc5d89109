import { unwrapKey, wrapKey, type PasskeyWay, type UnlockWay } from '@strongroom/archive';
import {
  equalBytes,
  fromHex,
  isStrongroomError,
  StrongroomError,
  toHex,
  type Bytes,
  type Secret,
} from '@strongroom/core';
import type { BackupKey } from './backup-key.ts';
import type { Device } from './device.ts';
import type { PasskeyState } from './device-state.ts';
import { findOpenable } from './lost-descriptor.ts';

// WebAuthn level 3, section 10.1.4: the PRF extension. The platform's part (navigator.credentials, or what a phone has)
// is the caller's; what comes in is what the authenticator answered.

/** A passkey that is to open a backup. */
export interface Passkey {
  /** 1 to 1023 bytes. */
  readonly credentialId: Bytes;
  /** The relying party's id that the credential was made for. */
  readonly relyingParty?: string;
  /** 32 random bytes, drawn anew for each credential: `prf.eval.first`. */
  readonly prfInput: Bytes;
  /** 32 bytes: `prf.results.first`. */
  readonly prfOutput: Secret<Bytes>;
  /** For people, at most 100 characters. It stays on this device. */
  readonly name: string;
}

/** What an authenticator answered to the PRF input of one of its credentials. */
export interface PasskeyOutput {
  readonly credentialId: Bytes;
  /** 32 bytes. */
  readonly prfOutput: Secret<Bytes>;
}

/** What to ask an authenticator for. */
export interface PasskeyHint {
  /** 32 hexadecimal digits. */
  readonly archiveId: string;
  readonly credentialId: Bytes;
  readonly relyingParty: string;
  /** 32 bytes. */
  readonly prfInput: Bytes;
}

// The longest there are fit into a descriptor.
const mostPasskeys = 32;
const mostHints = 64;
const prfLength = 32;
const longestCredentialId = 1023;
const longestRelyingParty = 253;
const longestName = 100;
// Nonce, key and tag.
const wrappedLength = 12 + 32 + 16;

/**
 * The passkeys that archives in a cloud say they are opened by. Not authenticated: hints to ask an authenticator by. The
 * PRF output never leaves the device, so that whoever made a hint up learns nothing by it. Of those that do not look
 * like what a device writes, and of more than 64, none is given.
 * @throws StrongroomError `archive-missing`, and what the cloud throws
 */
export async function passkeysOf(
  device: Device,
  options: { readonly cloud: string; readonly archiveId?: string; readonly signal?: AbortSignal },
): Promise<PasskeyHint[]> {
  const found = await findOpenable(device.cloud(options.cloud), options.archiveId, options.signal);
  const hints = found.flatMap(({ archiveId, unlock }) =>
    passkeysIn(unlock ?? []).map((way) => hintOf(way, archiveId)),
  );
  return hints.slice(0, mostHints);
}

/** What to ask an authenticator for one of the passkeys of an archive. */
export function hintOf({ credentialId, relyingParty, salt }: PasskeyWay, archiveId: string): PasskeyHint {
  return { archiveId, credentialId, relyingParty, prfInput: salt };
}

/** The passkeys among ways to unlock, without those that no device wrote. */
export function passkeysIn(unlock: readonly UnlockWay[]): PasskeyWay[] {
  return unlock.filter((way) => way.way === 'passkey').filter(isWhole);
}

function isWhole({ credentialId, relyingParty, salt, wrappedKey }: PasskeyWay): boolean {
  return (
    isCredentialId(credentialId) &&
    relyingParty.length <= longestRelyingParty &&
    salt.length === prfLength &&
    wrappedKey.length === wrappedLength
  );
}

/** @throws StrongroomError `wrong-usage` when a passkey is not what an authenticator and a person give */
export function checkPasskey(passkey: Passkey): void {
  const { credentialId, relyingParty = '', prfInput, prfOutput, name } = passkey;
  need(isCredentialId(credentialId), `the credential id has 1 to ${longestCredentialId} bytes`);
  need(relyingParty.length <= longestRelyingParty, `the relying party has ${longestRelyingParty} characters`);
  need(prfInput.length === prfLength, `the PRF input has ${prfLength} bytes`);
  need(prfOutput.reveal().length === prfLength, `the PRF output has ${prfLength} bytes`);
  need(name.length <= longestName, `the name has at most ${longestName} characters`);
}

/** @throws StrongroomError `wrong-usage` when a backup with so many ways to unlock takes no further passkey */
export function needRoom(ways: number): void {
  if (ways >= mostPasskeys)
    throw new StrongroomError('wrong-usage', { why: `A backup has at most ${mostPasskeys} ways to unlock.` });
}

function isCredentialId({ length }: Bytes): boolean {
  return length > 0 && length <= longestCredentialId;
}

function need(holds: boolean, rule: string): void {
  if (!holds) throw new StrongroomError('wrong-usage', { why: `Of a passkey ${rule}.` });
}

/** Wraps the backup key for a passkey. The PRF input serves as the salt, too, and is kept as it. */
export async function wrapFor(
  passkey: Omit<Passkey, 'name'>,
  key: BackupKey,
  archiveId: string,
): Promise<PasskeyWay> {
  const { credentialId, relyingParty = '', prfInput, prfOutput } = passkey;
  const wrapped = await wrapKey(key, prfOutput, archiveId, prfInput);
  return { way: 'passkey', credentialId, relyingParty, ...wrapped };
}

/** The backup key that a passkey opens. @throws StrongroomError `wrong-key` */
export async function unwrapBy(
  ways: readonly PasskeyWay[],
  { credentialId, prfOutput }: PasskeyOutput,
  archiveId: string,
): Promise<BackupKey> {
  const way = ways.find((one) => equalBytes(one.credentialId, credentialId));
  if (way === undefined) throw new StrongroomError('wrong-key', { passkey: true });
  try {
    return await unwrapKey(way, prfOutput, archiveId);
  } catch (cause) {
    if (!isStrongroomError(cause, 'wrong-key')) throw cause;
    throw new StrongroomError('wrong-key', { passkey: true }, { cause });
  }
}

/** The archives in a cloud whose key a passkey gives, and that key. @throws StrongroomError `wrong-key` */
export async function keysByPasskey(
  found: readonly { readonly archiveId: string; readonly unlock: readonly UnlockWay[] | undefined }[],
  output: PasskeyOutput,
): Promise<{ readonly archiveId: string; readonly key: BackupKey }[]> {
  let wrong: unknown = new StrongroomError('wrong-key', { passkey: true });
  const opened = [];
  for (const { archiveId, unlock } of found) {
    try {
      opened.push({ archiveId, key: await unwrapBy(passkeysIn(unlock ?? []), output, archiveId) });
    } catch (error) {
      if (!isStrongroomError(error, 'wrong-key')) throw error;
      wrong = error;
    }
  }
  if (opened.length === 0) throw wrong;
  return opened;
}

/** A passkey as a device remembers it. */
export function toPasskeyState(way: PasskeyWay, name?: string): PasskeyState {
  return {
    credentialId: toHex(way.credentialId),
    relyingParty: way.relyingParty,
    prfInput: toHex(way.salt),
    wrappedKey: toHex(way.wrappedKey),
    ...(name !== undefined && { name }),
  };
}

/** A passkey as the descriptor lists it. */
export function toPasskeyWay({ credentialId, relyingParty, prfInput, wrappedKey }: PasskeyState): PasskeyWay {
  return {
    way: 'passkey',
    credentialId: fromHex(credentialId),
    relyingParty,
    salt: fromHex(prfInput),
    wrappedKey: fromHex(wrappedKey),
  };
}

/** What a device remembers of the passkeys in a descriptor: with the names that it knows. */
export function toPasskeyStates(
  unlock: readonly UnlockWay[],
  known: readonly PasskeyState[] = [],
): PasskeyState[] {
  const names = new Map(known.map(({ credentialId, name }) => [credentialId, name]));
  return passkeysIn(unlock).map((way) => toPasskeyState(way, names.get(toHex(way.credentialId))));
}
