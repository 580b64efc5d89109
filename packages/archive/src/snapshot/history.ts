import { type Bytes, StrongroomError, equalBytes, isStrongroomError } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { sha256 } from '../format/hash.ts';
import { damaged } from '../format/header.ts';
import { isSnapshotId, snapshotName } from '../object-names.ts';
import type { StoreOptions } from '../object-store.ts';
import { type NewestOptions, newestSnapshot } from './newest.ts';
import { openSnapshot } from './snapshot-object.ts';
import { fetchSnapshot, isUnderCurrent, otherKey } from './snapshot-objects.ts';
import type { KeptSnapshot, Snapshot, SnapshotInfo, SnapshotMark } from './snapshot.ts';

export { type NewestOptions, type OnProblem, newestSnapshot } from './newest.ts';
export { listSnapshotIds } from './snapshot-objects.ts';

/**
 * A snapshot by its id: one that is sealed under the key in use, or that the newest one names.
 * @throws StrongroomError 'snapshot-missing', 'archive-damaged', 'other-key', 'newer-version'
 */
export async function readSnapshot(archive: Archive, id: string, options?: StoreOptions): Promise<Snapshot> {
  if (!isSnapshotId(id)) throw new StrongroomError('snapshot-missing', { snapshot: id });
  const bytes = await fetchSnapshot(archive, id, options);
  if (isUnderCurrent(archive, id, bytes)) return openSnapshot(archive, id, bytes);
  const newest = await newestSnapshot(archive, { ...options, onProblem: () => undefined });
  const kept = newest?.kept.find((one) => one.id === id);
  if (!kept) throw otherKey(archive, id, bytes);
  return openKept(archive, kept, bytes);
}

/** The snapshot with this id, or the newest. @throws StrongroomError 'snapshot-missing', 'archive-damaged' */
export async function findSnapshot(archive: Archive, id: string, options?: NewestOptions): Promise<Snapshot> {
  if (id !== 'latest') return readSnapshot(archive, id, options);
  const newest = await newestSnapshot(archive, options);
  if (!newest) throw new StrongroomError('snapshot-missing', { snapshot: 'latest' });
  return newest;
}

/**
 * Every kept snapshot, newest first: those that the newest one names, and itself.
 * @param onProblem hears of snapshots that are missing or damaged, which are left out. Without it they are thrown.
 * @throws StrongroomError 'archive-damaged' when there are snapshots and none can be read
 */
export async function listSnapshots(archive: Archive, options: NewestOptions = {}): Promise<SnapshotInfo[]> {
  const newest = await newestSnapshot(archive, options);
  if (!newest) return [];
  const infos: SnapshotInfo[] = [infoOf(newest)];
  for (const kept of newest.kept.toReversed()) {
    try {
      infos.push(infoOf(await readKept(archive, kept, options)));
    } catch (error) {
      if (!isStrongroomError(error, 'archive-damaged', 'archive-incomplete') || !options.onProblem)
        throw error;
      options.onProblem(error);
    }
  }
  return infos;
}

/** A snapshot that a later one names. @throws StrongroomError 'archive-incomplete', 'archive-damaged' */
export async function readKept(
  archive: Archive,
  kept: KeptSnapshot,
  options?: StoreOptions,
): Promise<Snapshot> {
  const object = snapshotName(archive.id, kept.id);
  try {
    return await openKept(archive, kept, await fetchSnapshot(archive, kept.id, options));
  } catch (error) {
    if (!isStrongroomError(error, 'snapshot-missing')) throw error;
    throw new StrongroomError('archive-incomplete', { object }, { cause: error });
  }
}

// Compared before it is opened: whoever has an earlier key could have written it anew.
async function openKept(archive: Archive, { id, hash }: KeptSnapshot, bytes: Bytes): Promise<Snapshot> {
  const object = snapshotName(archive.id, id);
  if (!equalBytes(await sha256(bytes), hash)) throw damaged(object, 'is another than the one that was made');
  return openSnapshot(archive, id, bytes);
}

/**
 * Compares the newest snapshot with one that somebody remembers.
 * @throws StrongroomError 'rolled-back' when the remembered one is newer, or its place is taken by another
 */
export function checkNotRolledBack(newest: Snapshot | undefined, mark: SnapshotMark): void {
  const found = newest?.number ?? 0;
  if (found < mark.number) throw new StrongroomError('rolled-back', { seen: mark.number, found });
  const same =
    newest?.number === mark.number ? newest : newest?.kept.find(({ number }) => number === mark.number);
  if (same && !hashesOf(same).some((hash) => equalBytes(hash, mark.hash))) {
    throw new StrongroomError('rolled-back', { seen: mark.number, found: mark.number });
  }
}

function hashesOf({ hash, firstHash }: SnapshotMark & Partial<KeptSnapshot>): Bytes[] {
  return firstHash ? [hash, firstHash] : [hash];
}

/** What is told about a snapshot. */
export function infoOf({ id, number, hash, time, writer, totals, sources }: Snapshot): SnapshotInfo {
  return { id, number, hash, time, writer, totals, sources };
}
