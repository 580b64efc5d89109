import { type Bytes, StrongroomError, equalBytes, isStrongroomError } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { damaged } from '../format/header.ts';
import { isSnapshotId, snapshotName, snapshotsPrefix } from '../object-names.ts';
import type { StoreOptions } from '../object-store.ts';
import { openSnapshot } from './snapshot-object.ts';
import type { KeptSnapshot, Snapshot, SnapshotInfo, SnapshotMark } from './snapshot.ts';

// A snapshot of ten million files is about 2 MiB.
const longestSnapshot = 64 * 1024 * 1024;

/** What a problem with a snapshot is reported to. */
export type OnProblem = (error: StrongroomError) => void;

/** The ids of every snapshot object in the store, oldest first. */
export async function listSnapshotIds(archive: Archive, options?: StoreOptions): Promise<string[]> {
  const prefix = snapshotsPrefix(archive.id);
  const ids: string[] = [];
  for await (const { name } of archive.store.list(prefix, options)) {
    const id = name.slice(prefix.length);
    if (isSnapshotId(id)) ids.push(id);
  }
  return ids.toSorted();
}

/** @throws StrongroomError 'snapshot-missing', 'archive-damaged', 'newer-version' */
export async function readSnapshot(archive: Archive, id: string, options?: StoreOptions): Promise<Snapshot> {
  if (!isSnapshotId(id)) throw new StrongroomError('snapshot-missing', { snapshot: id });
  return openSnapshot(archive, id, await fetchSnapshot(archive, id, options));
}

async function fetchSnapshot(archive: Archive, id: string, options?: StoreOptions): Promise<Bytes> {
  const name = snapshotName(archive.id, id);
  try {
    const bytes = await archive.store.get(name, {
      ...options,
      range: { offset: 0, length: longestSnapshot + 1 },
    });
    if (bytes.length > longestSnapshot) throw damaged(name, 'is too long');
    return bytes;
  } catch (error) {
    if (!isStrongroomError(error, 'object-missing')) throw error;
    throw new StrongroomError('snapshot-missing', { snapshot: id }, { cause: error });
  }
}

/**
 * The newest snapshot; none in an archive without.
 * @param onProblem hears of newer ones that are damaged, and lets the newest intact one stand for them. Without
 * it the newest must be intact.
 * @throws StrongroomError 'archive-damaged' when there are snapshots and none can be read
 */
export async function newestSnapshot(
  archive: Archive,
  options: StoreOptions & { readonly onProblem?: OnProblem | undefined } = {},
): Promise<Snapshot | undefined> {
  const ids = await listSnapshotIds(archive, options);
  let problem: StrongroomError | undefined;
  for (const id of ids.toReversed()) {
    try {
      return await readSnapshot(archive, id, options);
    } catch (error) {
      if (!isStrongroomError(error, 'archive-damaged', 'snapshot-missing') || !options.onProblem) throw error;
      options.onProblem(error);
      problem ??= error;
    }
  }
  if (problem) throw problem;
  return undefined;
}

/** The snapshot with this id, or the newest. @throws StrongroomError 'snapshot-missing', 'archive-damaged' */
export async function findSnapshot(archive: Archive, id: string, options?: StoreOptions): Promise<Snapshot> {
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
export async function listSnapshots(
  archive: Archive,
  options: StoreOptions & { readonly onProblem?: OnProblem | undefined } = {},
): Promise<SnapshotInfo[]> {
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
    const snapshot = await readSnapshot(archive, kept.id, options);
    if (!equalBytes(snapshot.hash, kept.hash)) throw damaged(object, 'is another than the one that was made');
    return snapshot;
  } catch (error) {
    if (!isStrongroomError(error, 'snapshot-missing')) throw error;
    throw new StrongroomError('archive-incomplete', { object }, { cause: error });
  }
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
