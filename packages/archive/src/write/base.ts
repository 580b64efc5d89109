import { equalBytes } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import type { Journal } from '../journal.ts';
import { checkNotRolledBack, newestSnapshot } from '../snapshot/history.ts';
import type { Snapshot, SnapshotMark, Writer } from '../snapshot/snapshot.ts';
import { PackInventory, listPacks } from './pack-inventory.ts';
import { type Device, nextWriter } from './writer-check.ts';

export interface BaseOptions {
  /** What this device remembers; without it every file is read. */
  readonly journal?: Journal | undefined;
  readonly device: Device;
  /** The writer epoch this device wrote with last, when it remembers one. */
  readonly epoch?: number | undefined;
  /** Write although another device did so last; this one's epoch grows by one. */
  readonly takeOver?: boolean;
  /** A snapshot that somebody else vouches for. */
  readonly expected?: SnapshotMark | undefined;
  /** Go on although the newest snapshots are lost, damaged or older than what this device knows. */
  readonly acceptLoss?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What a new snapshot is built upon. */
export interface Base {
  readonly previous: Snapshot | undefined;
  readonly writer: Writer;
  readonly number: number;
  readonly journalCounts: boolean;
  readonly inventory: PackInventory;
}

/**
 * Looks at what there is and who may write.
 * @throws StrongroomError 'other-writer', 'rolled-back', 'archive-damaged', 'newer-version'
 */
export async function prepare(archive: Archive, options: BaseOptions): Promise<Base> {
  const { journal, signal, expected, acceptLoss = false } = options;
  const onProblem = acceptLoss ? () => undefined : undefined;
  const previous = await newestSnapshot(archive, { signal, onProblem });
  const writer = nextWriter(previous, options.device, options.epoch, options.takeOver ?? false);
  const last = await journal?.lastSnapshot();
  const marks = [last, expected].filter((mark) => mark !== undefined);
  if (!acceptLoss) for (const mark of marks) checkNotRolledBack(previous, mark);
  const number = 1 + Math.max(previous?.number ?? 0, ...marks.map((mark) => mark.number));
  const journalCounts = last !== undefined && previous !== undefined && equalBytes(last.hash, previous.hash);
  const inventory = await takeInventory(archive, previous, journal, signal);
  await journal?.begin();
  return { previous, writer, number, journalCounts, inventory };
}

async function takeInventory(
  archive: Archive,
  previous: Snapshot | undefined,
  journal: Journal | undefined,
  signal: AbortSignal | undefined,
): Promise<PackInventory> {
  const pending = (await journal?.pendingPacks()) ?? [];
  const inventory = new PackInventory(await listPacks(archive, { signal }), previous, pending);
  for (const { pack } of pending) if (!inventory.isUsable(pack)) await journal?.dropPendingPack(pack);
  return inventory;
}
