import { StrongroomError } from '@strongroom/core';
import type { Reminder } from './reminder.ts';

/** What a device remembers. Byte strings are lower-case hex, times milliseconds since 1970. */
export interface DeviceState {
  readonly version: 1;
  readonly account?: AccountState;
  /** The account that this device signed out of while it had a backup: 16 bytes. */
  readonly signedOutOf?: string;
  readonly backup?: BackupState;
  /** A registration or change that was begun and not finished. */
  readonly pending?: PendingRegistration;
  /** Unencrypted backups of this device that may still be in clouds. */
  readonly plain?: readonly PlainState[];
  /** A change of the backup key that was begun and not finished. */
  readonly rotation?: PendingRotation;
}

/** The account this device is signed in to. */
export interface AccountState {
  readonly server: string;
  readonly tenant: string;
  /** 16 bytes. */
  readonly accountId: string;
  /** 16 bytes. */
  readonly deviceId: string;
  /** Secret: the seed of the Ed25519 device key, 32 bytes. */
  readonly deviceKeySeed: string;
  /** SHA-256 of the trusted list of vaults. */
  readonly directorySha256: string;
  /** Whether the person gave that hash, or the first list seen was trusted. */
  readonly directoryPinnedBy: 'person' | 'first-seen';
  /** Secret. */
  readonly session?: { readonly token: string; readonly expiresAt: number };
}

/** Encrypted backups that this device can read and write. */
export interface BackupState {
  readonly archiveId: string;
  readonly cloud: string;
  /** Secret: the backup key, 32 bytes. */
  readonly key: string;
  /** Secret: the keys that this backup had before, 32 bytes each. Vaults that missed a change know their owners. */
  readonly earlierKeys?: readonly string[];
  /** Whether a password opens it, too. */
  readonly password: boolean;
  /** Whether the 64-digit key is a way the person chose, and has shown to be kept. */
  readonly key64: 'kept' | 'unconfirmed' | 'not-chosen';
  /** Passkeys that open it, too, as far as this device knows. */
  readonly passkeys?: readonly PasskeyState[];
  /** When to ask for the password again: days. Absent until it is next typed right. */
  readonly reminder?: Reminder;
  /** Tells this device from others that write to the same archive, 16 bytes. */
  readonly writerId: string;
  /** Counts the devices that wrote to this archive one after the other; 0 until this one does. */
  readonly writerEpoch: number;
  readonly last?: LastSnapshot;
  /** Whether the vault knows of the last snapshot. */
  readonly marked?: boolean;
  /** Names of packs that a check found damaged; nothing in them is used by the next snapshot. */
  readonly damagedPacks?: readonly string[];
}

/** A passkey as the descriptor lists it, and what only this device knows of it. */
export interface PasskeyState {
  readonly credentialId: string;
  readonly relyingParty: string;
  /** 32 bytes; also the salt of the wrapped key. */
  readonly prfInput: string;
  /** 60 bytes. */
  readonly wrappedKey: string;
  /** For people. Unknown where another device has added it. */
  readonly name?: string;
}

/** The snapshot this device made or restored last. */
export interface LastSnapshot {
  readonly number: number;
  readonly hash: string;
  readonly name: string;
  readonly at: number;
  readonly files: number;
  readonly bytes: number;
}

/** Unencrypted backups in one cloud. */
export interface PlainState {
  readonly cloud: string;
  /** What their objects' names begin with, 16 bytes; no encrypted archive has it. */
  readonly archiveId: string;
  /** The last one that was finished. */
  readonly last?: { readonly at: number; readonly files: number; readonly bytes: number };
}

/** A registration on its way into the vaults. */
export interface PendingRegistration {
  readonly generation: string;
  readonly directoryEpoch: number;
  /** Set while turning on: the key that the registration protects. Secret. */
  readonly enabling?: { readonly key: string };
  /** When a contested registration may be committed. */
  readonly contestedUntil?: number;
}

/**
 * A change of the backup key on its way. Until it is finished `backup` is as it was: the present key opens, and every
 * snapshot that is made is there under both keys.
 */
export interface PendingRotation {
  /** Secret: the key that takes the place of the present one, 32 bytes. */
  readonly key: string;
  /** How the person keeps the new key as 64 digits; absent while they are being asked, when nothing is changed yet. */
  readonly key64?: BackupState['key64'];
  /** Passkeys that wrap the new key. */
  readonly passkeys?: readonly PasskeyState[];
  /** The password's registration for the new key, from when the vaults may know of it. */
  readonly registration?: Pick<PendingRegistration, 'generation' | 'directoryEpoch'>;
}

/** Where a device keeps its state. `save` replaces it whole and is durable when it returns. */
export interface DeviceStore {
  load(): Promise<DeviceState | undefined>;
  save(state: DeviceState): Promise<void>;
}

/**
 * Reads a stored state.
 * @param text JSON; none when it could not be opened
 * @param path names it to a person
 * @throws StrongroomError `newer-version`, `profile-damaged`
 */
export function readDeviceState(text: string | undefined, path: string): DeviceState {
  const state = text === undefined ? undefined : parseJson(text);
  const version = versionOf(state);
  if (version !== undefined && version > 1)
    throw new StrongroomError('newer-version', { object: path, version });
  if (!isDeviceState(state)) throw new StrongroomError('profile-damaged', { path });
  return state;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own error would quote the text, which holds keys.
    return undefined;
  }
}

function versionOf(state: unknown): number | undefined {
  const version =
    typeof state === 'object' && state !== null && 'version' in state ? state.version : undefined;
  return Number.isSafeInteger(version) ? Number(version) : undefined;
}

/** Whether stored state is what this version of the program wrote: its byte strings whole, its fields of their kinds. */
export function isDeviceState(value: unknown): value is DeviceState {
  if (!isRecord(value) || value['version'] !== 1) return false;
  const { account, signedOutOf, backup, pending, plain, rotation } = value;
  return (
    (account === undefined || isAccount(account)) &&
    (signedOutOf === undefined || isHex(signedOutOf, 16)) &&
    (backup === undefined || isBackup(backup)) &&
    (pending === undefined || isPending(pending)) &&
    (plain === undefined || (Array.isArray(plain) && plain.every(isPlain))) &&
    (rotation === undefined || isRotation(rotation))
  );
}

function isAccount(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { server, tenant, accountId, deviceId, deviceKeySeed, directorySha256, session } = value;
  return (
    [server, tenant].every((text) => typeof text === 'string') &&
    [accountId, deviceId].every((id) => isHex(id, 16)) &&
    [deviceKeySeed, directorySha256].every((bytes) => isHex(bytes, 32)) &&
    (session === undefined || (isRecord(session) && typeof session['token'] === 'string'))
  );
}

function isBackup(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { archiveId, cloud, key, earlierKeys, writerId, writerEpoch, last, damagedPacks } = value;
  const { passkeys, reminder } = value;
  return (
    typeof cloud === 'string' &&
    [archiveId, writerId].every((id) => isHex(id, 16)) &&
    isHex(key, 32) &&
    (earlierKeys === undefined ||
      (Array.isArray(earlierKeys) && earlierKeys.every((earlier) => isHex(earlier, 32)))) &&
    (passkeys === undefined || arePasskeys(passkeys)) &&
    (reminder === undefined || isReminder(reminder)) &&
    Number.isSafeInteger(writerEpoch) &&
    (damagedPacks === undefined || Array.isArray(damagedPacks)) &&
    (last === undefined ||
      (isRecord(last) && Number.isSafeInteger(last['number']) && isHex(last['hash'], 32)))
  );
}

function arePasskeys(value: unknown): boolean {
  return Array.isArray(value) && value.every(isPasskey);
}

function isPasskey(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { credentialId, relyingParty, prfInput, wrappedKey, name } = value;
  return (
    typeof credentialId === 'string' &&
    /^(?:[0-9a-f]{2})+$/.test(credentialId) &&
    typeof relyingParty === 'string' &&
    isHex(prfInput, 32) &&
    isHex(wrappedKey, 60) &&
    (name === undefined || typeof name === 'string')
  );
}

function isReminder(value: unknown): boolean {
  return isRecord(value) && [value['step'], value['askAt']].every(Number.isSafeInteger);
}

function isPending(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { generation, enabling } = value;
  return (
    isHex(generation, 16) && (enabling === undefined || (isRecord(enabling) && isHex(enabling['key'], 32)))
  );
}

function isPlain(value: unknown): boolean {
  return isRecord(value) && typeof value['cloud'] === 'string' && isHex(value['archiveId'], 16);
}

function isRotation(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { key, passkeys, registration } = value;
  return (
    isHex(key, 32) &&
    (passkeys === undefined || arePasskeys(passkeys)) &&
    (registration === undefined || isPending(registration))
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isHex(value: unknown, bytes: number): boolean {
  return typeof value === 'string' && value.length === 2 * bytes && /^[0-9a-f]*$/.test(value);
}
