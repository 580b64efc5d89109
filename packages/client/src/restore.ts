import {
  listSnapshots,
  restoreSnapshot,
  type Archive,
  type OnProgress,
  type OnWarning,
  type RestoreResult,
  type Selection,
  type SnapshotMark,
  type Target,
} from '@strongroom/archive';
import { fromHex, isStrongroomError, StrongroomError } from '@strongroom/core';
import type { Mark } from '@strongroom/wire/vault';
import { toLast } from './backup.ts';
import type { Device } from './device.ts';

/** What is restored, and how much is believed. */
export interface RestoreFromOptions {
  /** A snapshot's id; without it the newest. */
  readonly snapshot?: string;
  /** By default everything. */
  readonly only?: Selection;
  /** The newest snapshot as the vaults know it. */
  readonly mark?: Mark;
  /** Restore also when the cloud shows an older state than the vaults know of. */
  readonly acceptOlder?: boolean;
  readonly progress?: OnProgress;
  readonly warn?: OnWarning;
  readonly signal?: AbortSignal;
}

/**
 * Restores a snapshot of an unlocked archive, and remembers it as the one this device goes on from.
 * @throws StrongroomError `rolled-back`, `snapshot-missing`, `target-not-empty`, `disk-full`; RestoreError after
 * everything intact was restored
 */
export async function restore(
  device: Device,
  archive: Archive,
  target: Target,
  options: RestoreFromOptions,
): Promise<RestoreResult> {
  const { snapshot = 'latest', only, progress, warn, signal } = options;
  const expected = options.acceptOlder === true ? undefined : witness(device, options.mark);
  const result = await restoreSnapshot(archive, snapshot, target, {
    ...(only && { only }),
    ...(expected && { expected }),
    progress,
    warn,
    signal,
  });
  if (snapshot === 'latest' && device.state.backup?.last === undefined && device.state.backup !== undefined) {
    await device.updateBackup({ last: toLast(result.snapshot) });
  }
  return result;
}

/** Refuses an archive whose cloud has lost every snapshot that the vaults know of. */
export async function needSnapshots(
  archive: Archive,
  mark: Mark | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const snapshots = await listSnapshots(archive, { signal, onProblem: () => undefined }).catch(
    (error: unknown) => {
      if (isStrongroomError(error, 'archive-damaged', 'other-key')) return undefined;
      throw error;
    },
  );
  if (snapshots?.length !== 0) return;
  if (mark === undefined) throw new StrongroomError('archive-missing', { where: archive.store.description });
  throw new StrongroomError('rolled-back', { seen: Number(mark.number), found: 0 });
}

function witness({ state }: Device, mark: Mark | undefined): SnapshotMark | undefined {
  if (mark !== undefined) return { number: Number(mark.number), hash: new Uint8Array(mark.hash) };
  const last = state.backup?.last;
  return last && { number: last.number, hash: fromHex(last.hash) };
}
