import type { StrongroomError } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { isSnapshotId, snapshotsPrefix } from '../object-names.ts';
import type { StoreOptions } from '../object-store.ts';
import { listPacks } from '../write/pack-inventory.ts';
import type { PruneMark } from './prune-mark.ts';
import { readPruneMarks } from './prune-marks.ts';

/** What the cloud holds of an archive. */
export interface Stock {
  /** Sizes in bytes, by pack. */
  readonly packs: ReadonlyMap<string, number>;
  /** Sizes in bytes, by ULID, oldest first. */
  readonly snapshots: ReadonlyMap<string, number>;
  /** The prune marks that can be read, oldest first. */
  readonly marks: readonly PruneMark[];
  /** The ULIDs of those that cannot. */
  readonly damagedMarks: readonly string[];
}

/** Looks at what the cloud holds. @param onProblem hears of prune marks that are damaged */
export async function takeStock(
  archive: Archive,
  options: StoreOptions & { readonly onProblem?: (error: StrongroomError) => void },
): Promise<Stock> {
  const { signal } = options;
  const damagedMarks: string[] = [];
  const onProblem = (error: StrongroomError, id: string): void => {
    damagedMarks.push(id);
    options.onProblem?.(error);
  };
  const marks = await readPruneMarks(archive, { signal, onProblem });
  const packs = await listPacks(archive, { signal });
  return { packs, snapshots: await listSnapshotSizes(archive, { signal }), marks, damagedMarks };
}

async function listSnapshotSizes(archive: Archive, options: StoreOptions): Promise<Map<string, number>> {
  const prefix = snapshotsPrefix(archive.id);
  const sizes: [string, number][] = [];
  for await (const { name, size } of archive.store.list(prefix, options)) {
    const id = name.slice(prefix.length);
    if (isSnapshotId(id)) sizes.push([id, size]);
  }
  return new Map(sizes.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
