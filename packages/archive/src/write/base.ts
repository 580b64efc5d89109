import { equalBytes } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import type { Journal } from '../journal.ts';
import { doomedPacks } from '../prune/prune-marks.ts';
import { isDamage } from '../manifest/manifest-reader.ts';
import { placeOf } from '../pack/chunk-ref.ts';
import { checkNotRolledBack, readKept } from '../snapshot/history.ts';
import { lookForNewest } from '../snapshot/newest.ts';
import type { Snapshot, SnapshotMark, Writer } from '../snapshot/snapshot.ts';
import type { OnWarning } from '../warning.ts';
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
  readonly warn?: OnWarning | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PrepareOptions extends BaseOptions {
  /** Begin anew when every snapshot is damaged. */
  readonly orNone?: boolean;
}

/** What a new snapshot is built upon. */
export interface Base {
  readonly previous: Snapshot | undefined;
  /** Ids of newer objects that are not followed: damaged, or under other keys. */
  readonly passedOver: ReadonlySet<string>;
  readonly writer: Writer;
  readonly number: number;
  readonly journalCounts: boolean;
  readonly inventory: PackInventory;
}

/**
 * Looks at what there is and who may write.
 * @throws StrongroomError 'other-writer', 'rolled-back', 'archive-damaged', 'other-key', 'newer-version'
 */
export async function prepare(archive: Archive, options: PrepareOptions): Promise<Base> {
  const { journal, signal, expected, warn, acceptLoss = false, orNone = false } = options;
  const onProblem = acceptLoss ? () => undefined : undefined;
  const onEarlierKey = ({ message }: Error): void => warn?.({ code: 'other-key', path: '', message });
  const found = await lookForNewest(archive, { signal, onProblem, onEarlierKey, orNone });
  const { newest: previous, passedOver } = found;
  const writer = nextWriter(previous, options.device, options.epoch, options.takeOver ?? false);
  const last = await journal?.lastSnapshot();
  const marks = [last, expected].filter((mark) => mark !== undefined);
  if (!acceptLoss) for (const mark of marks) checkNotRolledBack(previous, mark);
  const number = 1 + Math.max(previous?.number ?? 0, ...marks.map((mark) => mark.number));
  const journalCounts = last !== undefined && (await holdsFor(previous, last, archive, signal));
  const inventory = await takeInventory(archive, previous, journal, signal);
  await journal?.begin();
  return { previous, passedOver, writer, number, journalCounts, inventory };
}

/** Whether what is remembered of a snapshot holds for the newest: it is that, or the same under a new key. */
async function holdsFor(
  newest: Snapshot | undefined,
  last: SnapshotMark,
  archive: Archive,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (newest === undefined) return false;
  if (equalBytes(last.hash, newest.hash)) return true;
  const kept = newest.earlierKeys.length > 0 && newest.kept.find(({ hash }) => equalBytes(hash, last.hash));
  if (!kept) return false;
  try {
    return isUnderNewKey(await readKept(archive, kept, { signal }), newest);
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

function isUnderNewKey(old: Snapshot, { manifest, earlierKeys }: Snapshot): boolean {
  const same = old.manifest.every((group, i) => manifest[i] && placeOf(group) === placeOf(manifest[i]));
  return same && old.manifest.length === manifest.length && earlierKeys.length > old.earlierKeys.length;
}

async function takeInventory(
  archive: Archive,
  previous: Snapshot | undefined,
  journal: Journal | undefined,
  signal: AbortSignal | undefined,
): Promise<PackInventory> {
  const pending = (await journal?.pendingPacks()) ?? [];
  const doomed = await doomedPacks(archive, { signal });
  const inventory = new PackInventory(await listPacks(archive, { signal }), previous, pending, doomed);
  for (const { pack } of pending) if (!inventory.isUsable(pack)) await journal?.dropPendingPack(pack);
  return inventory;
}
