import { StrongroomError, isStrongroomError } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { isSnapshotId } from '../object-names.ts';
import { type NewestOptions, newestSnapshot, readKept, readSnapshot } from '../snapshot/history.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** How a person names a snapshot: its id, its number, `latest`, or `previous` for the one before that. */
export type SnapshotName = string;

const longestNumber = 15;

/**
 * The snapshot that a person names. One that is named by its number must be kept by the newest one.
 * @param options as for `newestSnapshot`: what may be passed over on the way to the newest
 * @throws StrongroomError 'snapshot-missing', 'archive-damaged', 'archive-incomplete', 'other-key', 'newer-version'
 */
export async function snapshotNamed(
  archive: Archive,
  name: SnapshotName,
  options?: NewestOptions,
): Promise<Snapshot> {
  const missing = new StrongroomError('snapshot-missing', { snapshot: name });
  const id = name.toUpperCase();
  if (isSnapshotId(id)) return readSnapshot(archive, id, options);
  const number = name.length <= longestNumber && /^[0-9]+$/.test(name) ? Number(name) : undefined;
  if (number === undefined && name !== 'latest' && name !== 'previous') throw missing;
  const newest = await newestSnapshot(archive, options);
  if (!newest) throw missing;
  if (name === 'latest' || number === newest.number) return newest;
  const kept =
    name === 'previous' ? newest.kept.at(-1) : newest.kept.find(({ number: one }) => one === number);
  if (!kept) throw missing;
  return readKept(archive, kept, options);
}

/**
 * Every kept snapshot, newest first, one in memory at a time.
 * @param onProblem hears of those that are missing or damaged, which are left out. Without it they are thrown.
 * @throws StrongroomError 'archive-damaged' when there are snapshots and none can be read
 */
export async function* keptSnapshots(
  archive: Archive,
  options: NewestOptions = {},
): AsyncGenerator<Snapshot> {
  const { onProblem } = options;
  const newest = await newestSnapshot(archive, options);
  if (!newest) return;
  yield newest;
  for (const kept of newest.kept.toReversed()) {
    const snapshot = await readKept(archive, kept, options).catch((error: unknown) => {
      if (!onProblem || !isLost(error)) throw error;
      onProblem(error);
    });
    if (snapshot) yield snapshot;
  }
}

function isLost(error: unknown): error is StrongroomError {
  return isStrongroomError(error, 'archive-damaged', 'archive-incomplete');
}
