import {
  pruneArchive,
  type ChunkEngine,
  type Journal,
  type OnProgress,
  type OnWarning,
  type PruneResult,
  type RetentionPolicy,
} from '@strongroom/archive';
import { StrongroomError } from '@strongroom/core';
import { tellVaults, type BackupResult } from './backup.ts';
import type { Device } from './device.ts';
import { toLast } from './last-snapshot.ts';
import { isRotating, writerOf } from './rotation.ts';
import { openOwnArchive } from './unlock.ts';

/** What is let go, and how. */
export interface PruneBackupOptions {
  readonly engine?: ChunkEngine;
  readonly journal?: Journal;
  /** Which snapshots stay; by default `defaultRetention` of the archive. */
  readonly policy?: RetentionPolicy;
  /** Delete at once rather than 30 days later: no other device is restoring. */
  readonly deleteNow?: boolean;
  /** Only find out what there is to do. */
  readonly dryRun?: boolean;
  /** Whether packs that are mostly unused are written anew; by default true. */
  readonly repack?: boolean;
  /** Go on although snapshots are lost or damaged: what only they need is let go. */
  readonly acceptLoss?: boolean;
  readonly progress?: OnProgress;
  readonly warn?: OnWarning;
  readonly signal?: AbortSignal;
}

/** What a prune did, and what the vaults had to say when it published the newest snapshot again. */
export interface PruneBackupResult extends PruneResult, Pick<BackupResult, 'vaultProblem' | 'locked'> {}

/**
 * Lets go of old snapshots of this device's own backup, and of what nothing refers to any more. A device that has
 * restored a backup of another one prunes it only after it has made one itself.
 * @throws StrongroomError `not-enabled`, `wrong-usage`, `other-writer`, `rolled-back`, `archive-damaged`,
 * `archive-incomplete`, and what the cloud throws
 */
export async function prune(device: Device, options: PruneBackupOptions): Promise<PruneBackupResult> {
  device.requireBackup();
  refuseWhileRotating(device);
  const { engine, signal, ...rest } = options;
  const archive = await openOwnArchive(device, { ...(engine && { engine }), signal });
  const result = await pruneArchive(archive, {
    ...rest,
    ...writerOf(device, { takeOver: false, signal }),
    now: device.ports.now,
  });
  const { newest } = result;
  if (!newest) return { ...result, vaultProblem: undefined, locked: false };
  await device.updateBackup({ writerEpoch: newest.writer.epoch, last: toLast(newest), marked: false });
  return { ...result, ...(await tellVaults(device, signal)) };
}

// Snapshots are there under both keys then, and each key takes those of the other for nobody's.
function refuseWhileRotating(device: Device): void {
  if (!isRotating(device)) return;
  throw new StrongroomError('wrong-usage', {
    why: 'The change of the backup key is not finished. Finish it first: `strongroom key rotate`.',
  });
}
