import { type StrongroomError, isStrongroomError } from '@strongroom/core';
import { throwIfAborted } from '../abort.ts';
import type { Archive } from '../archive.ts';
import { forEachOf } from '../concurrency.ts';
import { isDamage } from '../manifest/manifest-reader.ts';
import { packName, pruneMarkName, snapshotName } from '../object-names.ts';
import { checkNotRolledBack, newestSnapshot, readKept, readSnapshot } from '../snapshot/history.ts';
import type { Snapshot, SnapshotMark } from '../snapshot/snapshot.ts';
import type { PruneMark } from './prune-mark.ts';
import { type Stock, takeStock } from './stock.ts';
import type { Survey } from './survey.ts';

const requestsAtOnce = 4;

export interface DeleteOptions {
  /** Finds out what snapshots refer to. */
  readonly survey: Survey;
  /** The newest snapshot that is known. */
  readonly newest: SnapshotMark;
  /** Packs of an interrupted backup. */
  readonly spare: ReadonlySet<string>;
  /** Hears of snapshots that cannot be read; what they alone need may be deleted. Without it the error is thrown. */
  readonly onProblem?: ((error: StrongroomError) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What marks let go, by the names of the objects: their sizes in bytes. */
export interface Doomed {
  readonly snapshots: ReadonlyMap<string, number>;
  readonly packs: ReadonlyMap<string, number>;
}

/**
 * Deletes what these marks name, apart from what a snapshot refers to: snapshots first, then packs, and the marks last,
 * so that an interruption is made good by the next call. Looks again at what there is, and what it refers to.
 * @throws StrongroomError 'rolled-back', and what tells that a snapshot cannot be read
 */
export async function deleteDoomed(
  archive: Archive,
  due: readonly PruneMark[],
  options: DeleteOptions,
): Promise<Doomed> {
  const { signal } = options;
  const stock = await takeStock(archive, { signal });
  const inUse = await whatIsInUse(archive, stock, options);
  const doomed = doomedBy(due, stock, inUse);
  await remove(
    archive,
    [...doomed.snapshots.keys()].map((id) => snapshotName(archive.id, id)),
    signal,
  );
  await remove(
    archive,
    [...doomed.packs.keys()].map((pack) => packName(archive.id, pack)),
    signal,
  );
  await remove(
    archive,
    due.map(({ id }) => pruneMarkName(archive.id, id)),
    signal,
  );
  return doomed;
}

/** What marks name, is there, and is not in use. */
export function doomedBy(
  marks: readonly PruneMark[],
  there: Pick<Stock, 'packs' | 'snapshots'>,
  inUse: InUse,
): Doomed {
  const snapshots = marks.flatMap((mark) => mark.snapshots);
  const packs = marks.flatMap((mark) => mark.packs);
  return {
    snapshots: among(snapshots, there.snapshots, inUse.snapshots),
    packs: among(packs, there.packs, inUse.packs),
  };
}

/** Those of the named that are there, with their sizes, and not in use. */
function among(
  ids: readonly string[],
  sizes: ReadonlyMap<string, number>,
  used: ReadonlySet<string>,
): Map<string, number> {
  return new Map(
    ids.flatMap((id) => (sizes.has(id) && !used.has(id) ? [[id, sizes.get(id)!] as const] : [])),
  );
}

/** Snapshots and packs that must stay. */
export interface InUse {
  readonly snapshots: ReadonlySet<string>;
  readonly packs: ReadonlySet<string>;
}

/** The newest snapshot, those that it names, those that no mark names, and all that they refer to. */
async function whatIsInUse(archive: Archive, stock: Stock, options: DeleteOptions): Promise<InUse> {
  const { survey, spare, signal, onProblem } = options;
  const newest = await newestSnapshot(archive, { signal, onProblem, onEarlierKey: () => undefined });
  checkNotRolledBack(newest, options.newest);
  const snapshots = new Set(newest && [newest.id, ...newest.kept.map(({ id }) => id)]);
  const packs = new Set(spare);
  for await (const { id, manifest } of snapshotsInUse(archive, newest!, stock, options)) {
    snapshots.add(id);
    await survey.add({ manifest });
    for (const pack of survey.packsOf(manifest)) packs.add(pack);
  }
  return { snapshots, packs };
}

async function* snapshotsInUse(
  archive: Archive,
  newest: Snapshot,
  { snapshots, marks }: Stock,
  { onProblem, signal }: DeleteOptions,
): AsyncGenerator<Snapshot> {
  yield newest;
  const named = new Set([newest.id, ...newest.kept.map(({ id }) => id)]);
  for (const mark of marks) for (const id of mark.snapshots) named.add(id);
  const unnamed = [...snapshots.keys()].filter((id) => !named.has(id));
  const readings = [
    ...newest.kept.map((kept) => () => readKept(archive, kept, { signal })),
    ...unnamed.map((id) => () => readSnapshot(archive, id, { signal })),
  ];
  for (const read of readings) {
    throwIfAborted(signal);
    try {
      yield await read();
    } catch (error) {
      // What somebody writes under an earlier key is nobody's snapshot.
      if (isStrongroomError(error, 'other-key') && error.details.earlier) continue;
      if (!onProblem || !(isDamage(error) || isStrongroomError(error, 'other-key'))) throw error;
      onProblem(error as StrongroomError);
    }
  }
}

async function remove(
  archive: Archive,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  await forEachOf(names, requestsAtOnce, async (name) => {
    throwIfAborted(signal);
    await archive.store.remove(name, { signal });
  });
}
