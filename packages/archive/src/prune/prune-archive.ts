import type { StrongroomError } from '@strongroom/core';
import { throwIfAborted } from '../abort.ts';
import type { Archive } from '../archive.ts';
import { pruneMarkName } from '../object-names.ts';
import { ChunkReader } from '../pack/chunk-reader.ts';
import { ProgressMeter } from '../progress.ts';
import { infoOf } from '../snapshot/history.ts';
import type { KeptSnapshot, Snapshot, SnapshotInfo } from '../snapshot/snapshot.ts';
import { type Base, prepare } from '../write/base.ts';
import { forgiving } from '../write/forgiving-journal.ts';
import { publish } from '../write/publish.ts';
import { type Doomed, type InUse, deleteDoomed, doomedBy } from './delete-doomed.ts';
import { type PruneOptions, type PruneResult, type Waiting, gracePeriod, nothingDone } from './options.ts';
import type { PruneMark, PruneMarkContent } from './prune-mark.ts';
import { writePruneMark } from './prune-marks.ts';
import { type PrunePlan, newlyDoomed, planPrune } from './prune-plan.ts';
import { type Moves, repack } from './repack.ts';
import { checkPolicy, defaultRetention } from './retention.ts';
import { movedContent, rewriteKept } from './rewrite.ts';
import { Survey, packsOf } from './survey.ts';

/**
 * Lets go of old snapshots, and of what nothing refers to any more. That is marked first; a prune 30 days later deletes
 * it, or this one with `deleteNow`. Whatever ends a prune early leaves every snapshot that stays whole, and the next
 * prune finishes it.
 * @throws StrongroomError 'wrong-usage' (the policy), 'other-writer', 'rolled-back', 'archive-damaged' and
 * 'archive-incomplete' (a snapshot that is to stay; not with `acceptLoss`), 'newer-version', 'cancelled', and what the
 * store throws
 */
export async function pruneArchive(archive: Archive, options: PruneOptions): Promise<PruneResult> {
  throwIfAborted(options.signal);
  checkPolicy(options.policy ?? defaultRetention);
  const journal = options.journal && forgiving(options.journal, options.warn);
  const base = await prepare(archive, { ...options, journal });
  const { previous } = base;
  if (!previous) return nothingDone(options.dryRun ?? false);
  return new Prune(archive, { ...options, journal }, { ...base, previous }).run();
}

/** The newest snapshot as it is after a prune. */
interface Newest {
  readonly info: SnapshotInfo;
  readonly kept: readonly KeptSnapshot[];
  /** Whether it was published by this prune, and of how many bytes. */
  readonly published: boolean;
  readonly size: number;
}

class Prune {
  readonly #archive: Archive;
  readonly #options: PruneOptions;
  readonly #base: Base & { readonly previous: Snapshot };
  readonly #meter: ProgressMeter;
  readonly #reader: ChunkReader;
  readonly #survey: Survey;
  readonly #now: number;
  /** Hears of what is damaged; none when that is not accepted. */
  readonly #onProblem: ((error: StrongroomError) => void) | undefined;

  constructor(archive: Archive, options: PruneOptions, base: Base & { readonly previous: Snapshot }) {
    const { signal } = options;
    this.#archive = archive;
    this.#options = options;
    this.#base = base;
    this.#meter = new ProgressMeter('scan', options.progress);
    this.#reader = new ChunkReader(archive, { signal, expect: 'everything' });
    this.#onProblem = options.acceptLoss ? (error) => this.#warn(error) : undefined;
    this.#survey = new Survey(this.#reader, { signal, onProblem: this.#onProblem });
    this.#now = (options.now ?? Date.now)();
  }

  async run(): Promise<PruneResult> {
    const plan = await planPrune({
      archive: this.#archive,
      newest: this.#base.previous,
      options: this.#options,
      survey: this.#survey,
      onProblem: this.#onProblem,
      onDamagedMark: (error) => this.#warn(error),
    });
    return this.#options.dryRun ? this.#foretell(plan) : this.#carryOut(plan);
  }

  // New packs, then the older snapshots, then the newest, and the mark when nothing names any more what it dooms.
  async #carryOut(plan: PrunePlan): Promise<PruneResult> {
    const moves = await this.#repack(plan);
    this.#meter.phase('finish');
    const newest = await this.#publish(plan, moves);
    const groups = [...this.#survey.groups].map(([place, group]) => moves.groups.get(place) ?? group);
    const inUse = { snapshots: idsOf(newest), packs: packsOf(groups) };
    const fresh = await this.#mark(plan, inUse, newest);
    const { due, later } = this.#sort([...plan.stock.marks, ...fresh]);
    const deleted = await this.#delete(due, plan, newest);
    return {
      ...this.#result(plan, inUse, fresh, deleted, later),
      newest: newest.published ? newest.info : undefined,
      uploadedBytes: moves.uploadedBytes + newest.size,
    };
  }

  #foretell(plan: PrunePlan): PruneResult {
    const { previous } = this.#base;
    const isPublished = plan.changesKept || plan.repack.packs.size > 0;
    const inUse = {
      snapshots: new Set([...plan.kept.map(({ id }) => id), ...(isPublished ? [] : [previous.id])]),
      packs: packsOf(this.#survey.groups.values()),
    };
    for (const pack of plan.repack.packs.keys()) inUse.packs.delete(pack);
    const fresh = [{ ...this.#content(plan, inUse, previous.number), id: '' }];
    const { due, later } = this.#sort([...plan.stock.marks, ...fresh]);
    const result = this.#result(plan, inUse, fresh, doomedBy(due, plan.stock, inUse), later);
    return { ...result, uploadedBytes: plan.repack.newBytes };
  }

  #repack(plan: PrunePlan): Promise<Moves> {
    const { warn = () => undefined, signal } = this.#options;
    return repack(this.#survey.groups.values(), {
      archive: this.#archive,
      reader: this.#reader,
      plan: plan.repack,
      meter: this.#meter,
      warn,
      signal,
    });
  }

  /** Writes anew what moved, and the newest snapshot under the next number when it says something else than before. */
  async #publish(plan: PrunePlan, moves: Moves): Promise<Newest> {
    const { previous, passedOver, writer, number, journalCounts } = this.#base;
    const { signal, journal } = this.#options;
    if (!plan.changesKept && moves.groups.size === 0)
      return { info: infoOf(previous), kept: previous.kept, published: false, size: 0 };
    const taken = [...plan.stock.snapshots.keys()];
    const kept = await rewriteKept(this.#archive, plan.kept, moves, { newest: previous, taken, signal });
    const moved = movedContent(previous, moves);
    const content = { ...moved, number, previousHash: previous.hash, writer, kept };
    const { info, size } = await publish(this.#archive, content, previous, signal, passedOver);
    if (journalCounts) await journal?.renumber(info);
    return { info, kept, published: true, size };
  }

  #content(plan: PrunePlan, inUse: InUse, snapshotNumber: number): PruneMarkContent {
    return { ...newlyDoomed(plan, inUse), time: this.#now, writer: this.#base.writer, snapshotNumber };
  }

  /** Marks what nothing refers to, anew also what damaged marks may have named. */
  async #mark(plan: PrunePlan, inUse: InUse, { info }: Newest): Promise<PruneMark[]> {
    const { signal } = this.#options;
    const content = this.#content(plan, inUse, info.number);
    const isEmpty = content.packs.length + content.snapshots.length === 0;
    const fresh = isEmpty ? [] : [await writePruneMark(this.#archive, content, { signal })];
    for (const id of plan.stock.damagedMarks)
      await this.#archive.store.remove(pruneMarkName(this.#archive.id, id), { signal });
    return fresh;
  }

  #sort(marks: readonly PruneMark[]): { due: PruneMark[]; later: PruneMark[] } {
    const isDue = ({ time }: PruneMark): boolean =>
      this.#options.deleteNow === true || this.#now - time >= gracePeriod;
    return { due: marks.filter(isDue), later: marks.filter((mark) => !isDue(mark)) };
  }

  async #delete(due: readonly PruneMark[], { spare }: PrunePlan, newest: Newest): Promise<Doomed> {
    if (due.length === 0) return { packs: new Map(), snapshots: new Map() };
    return deleteDoomed(this.#archive, due, {
      survey: this.#survey,
      newest: newest.info,
      spare,
      onProblem: this.#onProblem,
      signal: this.#options.signal,
    });
  }

  #result(
    plan: PrunePlan,
    inUse: InUse,
    fresh: readonly PruneMark[],
    deleted: Doomed,
    later: readonly PruneMark[],
  ): PruneResult {
    return {
      dryRun: this.#options.dryRun ?? false,
      kept: plan.keptInfos,
      removed: plan.removed,
      newest: undefined,
      repackedPacks: plan.repack.packs.size,
      packsLeft: plan.repack.left,
      doomedPacks: fresh.flatMap(({ packs }) => packs).length,
      deletedPacks: deleted.packs.size,
      deletedSnapshots: deleted.snapshots.size,
      uploadedBytes: 0,
      freedBytes: bytesOf(deleted),
      waiting: later.map((mark) => waitingFor(mark, doomedBy([mark], plan.stock, inUse))),
    };
  }

  #warn(error: StrongroomError): void {
    this.#options.warn?.({ code: 'damaged', path: '', message: error.message });
  }
}

function idsOf({ info, kept }: Newest): Set<string> {
  return new Set([info.id, ...kept.map(({ id }) => id)]);
}

function waitingFor({ time }: PruneMark, doomed: Doomed): Waiting {
  return { bytes: bytesOf(doomed), from: time + gracePeriod };
}

function bytesOf({ packs, snapshots }: Doomed): number {
  return [...packs.values(), ...snapshots.values()].reduce((sum, size) => sum + size, 0);
}
