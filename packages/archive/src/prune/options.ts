import type { OnProgress } from '../progress.ts';
import type { SnapshotInfo } from '../snapshot/snapshot.ts';
import type { OnWarning } from '../warning.ts';
import type { BaseOptions } from '../write/base.ts';
import type { Calendar, RetentionPolicy } from './retention.ts';

/** What a prune mark names is deleted so many milliseconds later: 30 days. */
export const gracePeriod: number = 30 * 86_400_000;

export interface PruneOptions extends BaseOptions {
  /** By default `defaultRetention`. */
  readonly policy?: RetentionPolicy | undefined;
  /** By default the days of this device's time zone. */
  readonly dayOf?: Calendar | undefined;
  /** Delete at once: nobody else writes to the archive, or reads what is to go. */
  readonly deleteNow?: boolean | undefined;
  /** Only find out what there is to do. */
  readonly dryRun?: boolean | undefined;
  /** Whether packs that are mostly unused are written anew; by default true. */
  readonly repack?: boolean | undefined;
  /** Packs are repacked of which less than this share is in use, 0 to 1; by default 0.5. */
  readonly repackBelow?: number | undefined;
  readonly progress?: OnProgress | undefined;
  readonly warn?: OnWarning | undefined;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

/** What waits to be deleted. */
export interface Waiting {
  readonly bytes: number;
  /** From when on a prune deletes it, milliseconds since 1970. */
  readonly from: number;
}

/** What a prune did; of a dry run, what it would do. */
export interface PruneResult {
  readonly dryRun: boolean;
  /** The snapshots that stay, newest first, as they were before. */
  readonly kept: readonly SnapshotInfo[];
  /** Those that are let go, newest first. */
  readonly removed: readonly SnapshotInfo[];
  /** The newest snapshot when it was published again, under the next number. */
  readonly newest: SnapshotInfo | undefined;
  /** Packs whose chunks were moved to new ones. */
  readonly repackedPacks: number;
  /** Packs that are worth repacking and were too many for one run. */
  readonly packsLeft: number;
  /** Packs that nothing refers to any more and that were not marked before. */
  readonly doomedPacks: number;
  readonly deletedPacks: number;
  readonly deletedSnapshots: number;
  /** Bytes sent to the cloud; of a dry run, about. */
  readonly uploadedBytes: number;
  /** Bytes of what was deleted. */
  readonly freedBytes: number;
  /** What a later run will delete, the first to go first. */
  readonly waiting: readonly Waiting[];
}

/** What a prune did in an archive without snapshots. */
export function nothingDone(dryRun: boolean): PruneResult {
  return {
    dryRun,
    kept: [],
    removed: [],
    newest: undefined,
    repackedPacks: 0,
    packsLeft: 0,
    doomedPacks: 0,
    deletedPacks: 0,
    deletedSnapshots: 0,
    uploadedBytes: 0,
    freedBytes: 0,
    waiting: [],
  };
}
