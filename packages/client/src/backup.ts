import {
  type Archive,
  bytesOf,
  filesOf,
  writeSnapshot,
  type ChunkEngine,
  type Journal,
  type OnProgress,
  type OnWarning,
  type SnapshotInfo,
  type Source,
  type WriteResult,
} from '@strongroom/archive';
import { fromHex, isStrongroomError, toHex, type StrongroomError } from '@strongroom/core';
import { settlePending } from './change-password.ts';
import type { Device } from './device.ts';
import type { LastSnapshot } from './device-state.ts';
import { waysFor } from './enable.ts';
import { descriptorProblem } from './lost-descriptor.ts';
import { openOwnArchive } from './unlock.ts';
import { markAll } from './vaults/owner-requests.ts';
import { ownerKeyOf } from './vaults/owner-key.ts';
import { survey } from './vaults/survey.ts';

/** How a backup is made. */
export interface BackupOptions {
  readonly engine?: ChunkEngine;
  readonly journal?: Journal;
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
}

/**
 * Makes an encrypted snapshot of a source.
 * @throws StrongroomError `not-enabled`, `other-writer`, `rolled-back`, and what the cloud throws
 */
export async function backup(device: Device, source: Source, options: BackupOptions): Promise<BackupResult> {
  const { writerId, writerEpoch, last, damagedPacks } = device.requireBackup();
  const { engine, signal, takeOver, ...rest } = options;
  const archive = await openOwnArchive(device, { ...(engine && { engine }), signal, hidden: damagedPacks });
  const snapshot = await writeSnapshot(archive, source, {
    ...rest,
    signal,
    device: { id: writerId, name: device.ports.deviceName },
    ...(writerEpoch > 0 && { epoch: writerEpoch }),
    // A device that restored this backup has not written to it yet: it takes over.
    takeOver: takeOver ?? writerEpoch === 0,
    ...(last && { expected: { number: last.number, hash: fromHex(last.hash) } }),
    now: device.ports.now,
  });
  await device.updateBackup({ writerEpoch: snapshot.writer.epoch, last: toLast(snapshot), marked: false });
  await mendDescriptor(device, archive, options);
  return { snapshot, ...(await tellVaults(device, signal)) };
}

// Whoever has the key can write it again; a later backup does when the list of vaults is out of reach.
async function mendDescriptor(
  device: Device,
  archive: Archive,
  { warn, signal }: BackupOptions,
): Promise<void> {
  const problem = await descriptorProblem(archive, signal);
  if (problem === undefined) return;
  const { password, key64 } = device.requireBackup();
  try {
    const directoryEpoch = password ? Number((await device.vaults(signal)).directory.epoch) : 0;
    await archive.setUnlock(waysFor(password, key64 !== 'not-chosen', directoryEpoch), { signal });
    const message = 'The object that says how this backup is opened was lost or damaged; it is written anew.';
    warn?.({ code: 'damaged', path: '', message });
  } catch (error) {
    if (!isStrongroomError(error, 'offline', 'unavailable')) throw error;
    warn?.({ code: 'damaged', path: '', message: `${problem.message} ${error.message}` });
  }
}

/** What a device remembers of a snapshot. */
export function toLast({ id, number, hash, time, totals }: SnapshotInfo): LastSnapshot {
  return { number, hash: toHex(hash), name: id, at: time, files: filesOf(totals), bytes: bytesOf(totals) };
}

// A backup is made whether or not the vaults can be told of it.
async function tellVaults(
  device: Device,
  signal: AbortSignal | undefined,
): Promise<Pick<BackupResult, 'vaultProblem' | 'locked'>> {
  const { password, last } = device.requireBackup();
  if (!password || last === undefined) return { vaultProblem: undefined, locked: false };
  try {
    await settlePending(device, signal);
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
