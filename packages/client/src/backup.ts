import {
  type Archive,
  writeSnapshot,
  type ChunkEngine,
  type Journal,
  type OnProgress,
  type PackCache,
  type OnWarning,
  type Source,
  type WriteResult,
} from '@strongroom/archive';
import { fromHex, isStrongroomError, toHex, type StrongroomError } from '@strongroom/core';
import { settlePending } from './change-password.ts';
import type { Device } from './device.ts';
import type { BackupState } from './device-state.ts';
import { toLast } from './last-snapshot.ts';
import { descriptorProblem } from './lost-descriptor.ts';
import { retirePlain, type Retirement } from './plain.ts';
import {
  completeRotation,
  isRotating,
  newKeyOf,
  openPresent,
  repeatUnderNewKey,
  settleRotation,
  writerOf,
} from './rotation.ts';
import { markAll } from './vaults/owner-requests.ts';
import { ownerKeyOf } from './vaults/owner-key.ts';
import { survey } from './vaults/survey.ts';
import { rememberedUnlock } from './ways.ts';

/** How a backup is made. */
export interface BackupOptions {
  readonly engine?: ChunkEngine;
  readonly journal?: Journal;
  /** What this device keeps of packs, so that it need not be fetched. */
  readonly cache?: PackCache;
  /** Go on writing to this backup although another device has taken it over. */
  readonly takeOver?: boolean;
  /** Go on although the cloud lost or rolled back what this device knows of. */
  readonly acceptLoss?: boolean;
  /** By default true. */
  readonly compress?: boolean;
  readonly progress?: OnProgress;
  readonly warn?: OnWarning;
  readonly signal?: AbortSignal;
}

/** A snapshot that was made, and what the vaults had to say. */
export interface BackupResult {
  readonly snapshot: WriteResult;
  /** Why the vaults could not be told of it; a later backup tells them. */
  readonly vaultProblem: StrongroomError | undefined;
  /** The password no longer opens anything, and a new one should be chosen. */
  readonly locked: boolean;
  /** What became of unencrypted backups from before; nothing when there were none. */
  readonly plain: Retirement | undefined;
}

/**
 * Makes an encrypted snapshot of a source. As long as there are unencrypted backups from before, every byte of the
 * encrypted ones is checked afterwards, and these are deleted.
 * @throws StrongroomError `not-enabled`, `other-writer`, `rolled-back`, and what the cloud throws
 */
export async function backup(device: Device, source: Source, options: BackupOptions): Promise<BackupResult> {
  device.requireBackup();
  const { engine: _, takeOver: __, signal, ...rest } = options;
  await goOnRotating(device, options);
  const archive = await openPresent(device, options, device.requireBackup().damagedPacks);
  if (isRotating(device)) await archive.keys.learn([newKeyOf(device)]);
  const snapshot = await writeSnapshot(archive, source, {
    ...rest,
    ...writerOf(device, options),
    now: device.ports.now,
    ...(isRotating(device) && { warn: withoutOtherKeys(options.warn) }),
  });
  await device.updateBackup({
    writerEpoch: snapshot.writer.epoch,
    last: toLast(snapshot),
    marked: false,
    ...earlierKeysIn(archive, device),
  });
  await mendDescriptor(device, archive, options);
  await repeatWhileRotating(device, options);
  const told = await tellVaults(device, signal);
  return { snapshot, ...told, plain: await retirePlain(device, options) };
}

// What can be finished without the person is. The rest waits: a backup is made whether or not it can be.
async function goOnRotating(device: Device, options: BackupOptions): Promise<void> {
  if (!isRotating(device)) return;
  if (!device.requireBackup().password) return completeRotation(device, options);
  try {
    await settleRotation(device, options);
  } catch (error) {
    if (!isStrongroomError(error) || error.code === 'cancelled') throw error;
  }
}

// As long as nobody can tell which of the two keys a password gives, every snapshot is there under both.
async function repeatWhileRotating(device: Device, options: BackupOptions): Promise<void> {
  if (!isRotating(device)) return;
  await repeatUnderNewKey(device, options);
  const message =
    'The change of the backup key is not finished, so this backup can be opened with the present key, too. Finish it: `strongroom key rotate`.';
  options.warn?.({ code: 'other-key', path: '', message });
}

// What is there under the new key is the device's own.
function withoutOtherKeys(warn: OnWarning | undefined): OnWarning {
  return (warning) => {
    if (warning.code !== 'other-key') warn?.(warning);
  };
}

function earlierKeysIn({ keys }: Archive, { state }: Device): Pick<BackupState, 'earlierKeys'> {
  const earlierKeys = keys
    .all()
    .filter((one) => one !== keys.current)
    .map(({ backupKey }) => toHex(backupKey.reveal()))
    .filter((key) => key !== state.rotation?.key);
  return earlierKeys.length > 0 ? { earlierKeys } : {};
}

// Whoever has the key can write it again; a later backup does when the list of vaults is out of reach.
async function mendDescriptor(
  device: Device,
  archive: Archive,
  { warn, signal }: BackupOptions,
): Promise<void> {
  const problem = await descriptorProblem(archive, signal);
  if (problem === undefined) return;
  try {
    await archive.setUnlock(await rememberedUnlock(device, signal), { signal });
    const message = 'The object that says how this backup is opened was lost or damaged; it is written anew.';
    warn?.({ code: 'damaged', path: '', message });
  } catch (error) {
    if (!isStrongroomError(error, 'offline', 'unavailable')) throw error;
    warn?.({ code: 'damaged', path: '', message: `${problem.message} ${error.message}` });
  }
}

export { toLast } from './last-snapshot.ts';

/** Tells the vaults of the newest snapshot. A backup is made whether or not they can be told of it. */
export async function tellVaults(
  device: Device,
  signal: AbortSignal | undefined,
): Promise<Pick<BackupResult, 'vaultProblem' | 'locked'>> {
  if (!device.requireBackup().password) return { vaultProblem: undefined, locked: false };
  try {
    await settlePending(device, signal);
    const { last } = device.requireBackup();
    if (last === undefined) return { vaultProblem: undefined, locked: false };
    const { directory, links } = await device.vaults(signal);
    const view = await survey(directory, links, signal);
    const mark = { number: BigInt(last.number), hash: fromHex(last.hash) };
    const { errors } = await markAll(view, await ownerKeyOf(device.backupKey()), mark, signal);
    if (errors.length > 0) throw errors[0];
    await device.updateBackup({ marked: true });
    return { vaultProblem: undefined, locked: view.descriptions.some(({ described }) => described.locked) };
  } catch (error) {
    if (!isStrongroomError(error)) throw error;
    return { vaultProblem: error, locked: false };
  }
}
