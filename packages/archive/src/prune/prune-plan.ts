import type { StrongroomError } from '@strongroom/core';
import { throwIfAborted } from '../abort.ts';
import type { Archive } from '../archive.ts';
import { isDamage } from '../manifest/manifest-reader.ts';
import { infoOf, readKept } from '../snapshot/history.ts';
import type { KeptSnapshot, Snapshot, SnapshotInfo } from '../snapshot/snapshot.ts';
import type { InUse } from './delete-doomed.ts';
import type { PruneOptions } from './options.ts';
import { type PruneMark, mostMarked } from './prune-mark.ts';
import { type RepackPlan, planRepack } from './repack-plan.ts';
import { defaultRetention, keptBy } from './retention.ts';
import { type Stock, takeStock } from './stock.ts';
import type { Survey } from './survey.ts';

const defaultRepackBelow = 0.5;

/** What is to be done. */
export interface PrunePlan {
  readonly stock: Stock;
  /** The snapshots that stay, apart from the newest, oldest first. */
  readonly kept: readonly KeptSnapshot[];
  /** The same with the newest, newest first. */
  readonly keptInfos: readonly SnapshotInfo[];
  /** Newest first. */
  readonly removed: readonly SnapshotInfo[];
  /** Whether the newest snapshot has to be published again even when nothing moves. */
  readonly changesKept: boolean;
  readonly repack: RepackPlan;
  /** The packs of an interrupted backup, which are left alone. */
  readonly spare: ReadonlySet<string>;
}

export interface PlanParts {
  readonly archive: Archive;
  readonly newest: Snapshot;
  readonly options: PruneOptions;
  /** Learns what the snapshots refer to that stay. */
  readonly survey: Survey;
  /** Hears of damaged snapshots, which are let go. Without it the error is thrown. */
  readonly onProblem: ((error: StrongroomError) => void) | undefined;
  /** Hears of damaged prune marks. */
  readonly onDamagedMark: (error: StrongroomError) => void;
}

/** Chooses the snapshots that stay, and finds out what they refer to and what is worth repacking. */
export async function planPrune(parts: PlanParts): Promise<PrunePlan> {
  const { archive, newest, survey, options } = parts;
  const { journal, signal, policy = defaultRetention } = options;
  const spare = new Set((await journal?.pendingPacks())?.map(({ pack }) => pack));
  const stock = await takeStock(archive, { signal, onProblem: parts.onDamagedMark });
  const newestInfo = infoOf(newest);
  const earlier = await earlierSnapshots(parts);
  const chosen = keptBy([...earlier.map(({ info }) => info), newestInfo], policy, options.dayOf);
  const stay = earlier.filter(({ info }) => chosen.has(info));
  await survey.add(newest);
  for (const { kept } of stay)
    await attempt(parts, async () => survey.add(await readKept(archive, kept, { signal })));
  const isNewestOfAll = [...stock.snapshots.keys()].at(-1) === newest.id;
  return {
    stock,
    spare,
    kept: stay.map(({ kept }) => kept),
    keptInfos: [...stay.map(({ info }) => info), newestInfo].toReversed(),
    removed: earlier.flatMap(({ info }) => (chosen.has(info) ? [] : info)).toReversed(),
    changesKept: stay.length < newest.kept.length || !isNewestOfAll,
    repack: planRepack(stock.packs, survey.uses, survey.groups.values(), shareOf(options)),
  };
}

/** What nothing refers to and no mark names yet, as much as one mark names. */
export function newlyDoomed(
  { stock, spare }: PrunePlan,
  inUse: InUse,
): Pick<PruneMark, 'packs' | 'snapshots'> {
  const known = new Set(stock.marks.flatMap(({ packs, snapshots }) => [...packs, ...snapshots]));
  const packs = [...stock.packs.keys()].filter(
    (pack) => !inUse.packs.has(pack) && !spare.has(pack) && !known.has(pack),
  );
  const snapshots = [...stock.snapshots.keys()].filter((id) => !inUse.snapshots.has(id) && !known.has(id));
  return { packs: packs.slice(0, mostMarked), snapshots: snapshots.slice(0, mostMarked) };
}

function shareOf({ repack = true, repackBelow = defaultRepackBelow }: PruneOptions): number {
  return repack ? repackBelow : 0;
}

interface Earlier {
  readonly kept: KeptSnapshot;
  readonly info: SnapshotInfo;
}

/** The snapshots that the newest one names, oldest first. */
async function earlierSnapshots(parts: PlanParts): Promise<Earlier[]> {
  const { archive, newest, options } = parts;
  const found: Earlier[] = [];
  for (const kept of newest.kept) {
    await attempt(parts, async () => {
      found.push({ kept, info: infoOf(await readKept(archive, kept, { signal: options.signal })) });
    });
  }
  return found;
}

/** Goes on without what is damaged, when that is accepted. */
async function attempt({ onProblem, options }: PlanParts, work: () => Promise<void>): Promise<void> {
  throwIfAborted(options.signal);
  try {
    await work();
  } catch (error) {
    if (!isDamage(error) || !onProblem) throw error;
    onProblem(error as StrongroomError);
  }
}
