import { isStrongroomError, toHex, type StrongroomError } from '@strongroom/core';
import { Slot, type Directory } from '@strongroom/wire/vault';
import type { Device } from './device.ts';
import type { BackupState, LastSnapshot } from './device-state.ts';
import { isReminderDue } from './reminder.ts';
import { settleRotation } from './rotation.ts';
import { dropAll } from './vaults/owner-requests.ts';
import { ownerKeyOf } from './vaults/owner-key.ts';
import { guessesLeftAt, needVaults, slotAt, survey, waitUntilAt, type Survey } from './vaults/survey.ts';
import { named, type NamedPasskey } from './ways.ts';

/** How this device's backups stand. Holds no secret. */
export interface Status {
  readonly signedIn: boolean;
  readonly server: string | null;
  readonly directory: { readonly sha256: string; readonly pinnedBy: 'person' | 'first-seen' } | null;
  readonly encrypted: boolean;
  readonly cloud: string | null;
  readonly archiveId: string | null;
  readonly ways: {
    readonly password: boolean;
    readonly key64: BackupState['key64'];
    readonly passkeys: readonly NamedPasskey[];
  };
  /** When to ask for the password again; `null` without one, or until it is next typed right. */
  readonly reminder: { readonly askAt: number; readonly due: boolean } | null;
  readonly last: LastSnapshot | null;
  readonly unfinished: 'turning-on' | 'change-of-password' | 'change-of-key' | null;
  /** `null` when no password is used, or the vault cannot be reached. */
  readonly vault: VaultStatus | null;
  readonly vaultProblem: StrongroomError | null;
}

/** How the password stands at the vaults. Times are milliseconds since 1970. */
export interface VaultStatus {
  readonly threshold: number;
  readonly count: number;
  readonly answered: number;
  readonly operators: readonly string[];
  readonly registered: boolean;
  readonly locked: boolean;
  readonly guessesLeft: number;
  readonly guessLimit: number;
  readonly waitUntil: number | null;
  readonly failuresSinceOpening: number;
  readonly replacement: { readonly generation: string; readonly committableAt: number } | null;
}

/** Reads how this device's backups stand; asks the vaults when a password is used. */
export async function status(device: Device, signal?: AbortSignal): Promise<Status> {
  const { account, backup } = device.state;
  const asked = account === undefined ? { vault: null, vaultProblem: null } : await askVaults(device, signal);
  return {
    signedIn: account !== undefined,
    server: account?.server ?? null,
    directory: account ? { sha256: account.directorySha256, pinnedBy: account.directoryPinnedBy } : null,
    encrypted: backup !== undefined,
    cloud: backup?.cloud ?? null,
    archiveId: backup?.archiveId ?? null,
    ways: {
      password: backup?.password ?? false,
      key64: backup?.key64 ?? 'not-chosen',
      passkeys: named(backup?.passkeys),
    },
    reminder: reminderOf(device),
    last: backup?.last ?? null,
    unfinished: unfinishedOf(device),
    ...asked,
  };
}

function reminderOf({ state: { backup }, ports }: Device): Status['reminder'] {
  if (backup?.reminder === undefined || !backup.password) return null;
  const { reminder } = backup;
  return { askAt: reminder.askAt, due: isReminderDue(reminder, ports.now()) };
}

function unfinishedOf({ state: { pending, rotation } }: Device): Status['unfinished'] {
  if (pending?.enabling !== undefined) return 'turning-on';
  if (rotation?.key64 !== undefined) return 'change-of-key';
  return pending === undefined ? null : 'change-of-password';
}

/** Objects to a replacement of this account's registration by another key. Answers whether there was one. */
export async function cancelReplacement(device: Device, signal?: AbortSignal): Promise<boolean> {
  await settleRotation(device, { signal });
  const { directory, links } = await device.vaults(signal);
  const view = await survey(directory, links, signal);
  needVaults(view, directory.threshold);
  const contested = view.descriptions.flatMap((at) => slotAt(at, Slot.CONTESTED) ?? [])[0];
  if (contested === undefined) return false;
  const owner = await ownerKeyOf(device.backupKey());
  const { errors } = await dropAll(view, owner, new Uint8Array(contested.generation), signal);
  if (errors.length > 0) throw errors[0];
  return true;
}

async function askVaults(
  device: Device,
  signal: AbortSignal | undefined,
): Promise<Pick<Status, 'vault' | 'vaultProblem'>> {
  try {
    const { directory, links } = await device.vaults(signal);
    return { vault: summarize(directory, await survey(directory, links, signal)), vaultProblem: null };
  } catch (error) {
    if (!isStrongroomError(error) || error.code === 'cancelled') throw error;
    return { vault: null, vaultProblem: error };
  }
}

function summarize({ threshold, vaults }: Directory, { descriptions }: Survey): VaultStatus {
  const described = descriptions.map((description) => description.described);
  const contested = descriptions.flatMap((at) => slotAt(at, Slot.CONTESTED) ?? [])[0];
  // What so many vouch for, so that one that lies can neither frighten nor calm.
  const vouching = Math.min(threshold, described.length);
  const waitUntil = waitUntilAt(
    vouching,
    described.map((at) => at.waitUntil),
  );
  const open = described.filter((at) => !at.locked);
  return {
    threshold,
    count: vaults.length,
    answered: descriptions.length,
    operators: vaults.map(({ operator }) => operator),
    registered: descriptions.some((at) => slotAt(at, Slot.LIVE) !== undefined),
    locked: described.length > 0 && open.length < threshold && described.some((at) => at.locked),
    guessesLeft: guessesLeftAt(
      vouching,
      described.map((at) => at.guessesLeft),
    ),
    guessLimit: Math.min(...described.map((at) => at.policy?.guessLimit ?? 0)),
    waitUntil: waitUntil === 0 ? null : waitUntil,
    failuresSinceOpening: Math.max(...described.map((at) => at.failuresSinceOpening)),
    replacement: contested
      ? { generation: toHex(contested.generation), committableAt: Number(contested.committableAt) }
      : null,
  };
}
