import { StrongroomError, isStrongroomError, release } from '@strongroom/core';
import { throwIfAborted } from './abort.ts';
import type { Archive } from './archive.ts';
import { Budget, forEachOf } from './concurrency.ts';
import { type Entry, chunksOf } from './entry.ts';
import { isDamage, readGroup, readManifest } from './manifest/manifest-reader.ts';
import { packName } from './object-names.ts';
import { type ChunkRef, placeOf } from './pack/chunk-ref.ts';
import { ChunkReader } from './pack/chunk-reader.ts';
import { packSize } from './pack/layout.ts';
import { type OnProgress, ProgressMeter } from './progress.ts';
import { readPruneMarks } from './prune/prune-marks.ts';
import { newestSnapshot, readKept } from './snapshot/history.ts';
import { type Snapshot, bytesOf, filesOf } from './snapshot/snapshot.ts';
import { listPacks } from './write/pack-inventory.ts';

/**
 * `quick`: the descriptor, every prune mark, snapshot and manifest can be read, and every pack is there with its size.
 * `sample`: that, and so many percent of the chunks can be opened. `full`: that, and every byte of every pack.
 */
export type VerifyDepth = 'quick' | 'full' | { readonly sample: number };

export interface VerifyOptions {
  /** By default `quick`. */
  readonly depth?: VerifyDepth;
  readonly progress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Decides which chunks are sampled: numbers from 0 to below 1. */
  readonly random?: () => number;
}

/** Something that is not as it should be. */
export interface VerifyProblem {
  readonly error: StrongroomError;
  /** A file that cannot be restored because of it, and the snapshot it was found in. */
  readonly path?: string;
  readonly snapshot?: string;
}

export interface VerifyResult {
  readonly snapshots: number;
  readonly packs: number;
  /** Chunks that were opened. */
  readonly chunks: number;
  /** Plaintext bytes of these chunks. */
  readonly bytes: number;
  readonly problems: readonly VerifyProblem[];
}

/**
 * Checks an archive and reports every problem, not the first alone.
 * @throws StrongroomError 'newer-version', 'cancelled', and what the store throws
 */
export async function verifyArchive(archive: Archive, options: VerifyOptions = {}): Promise<VerifyResult> {
  throwIfAborted(options.signal);
  const verification = new Verification(archive, options);
  await verification.run();
  return verification.result();
}

/** A chunk, and where it was found. */
interface Chosen {
  readonly ref: ChunkRef;
  readonly where: Omit<VerifyProblem, 'error'>;
}

// While some are fetched, others are opened: several small ones, or a large one.
const chunksAtOnce = 10;
const bytesAtOnce = 6 * 1024 * 1024;

// Of what is left of a pack, mostly its table is read: two short requests.
const packsAtOnce = 4;

class Verification {
  readonly #archive: Archive;
  readonly #options: VerifyOptions;
  readonly #share: number;
  readonly #reader: ChunkReader;
  readonly #meter: ProgressMeter;
  readonly #problems = new Map<string, VerifyProblem>();
  /** The chunks that were looked at, by pack and ordinal. */
  readonly #seen = new Map<string, { readonly key: string; readonly ordinals: Set<number> }>();
  readonly #groups = new Set<string>();
  readonly #sizes = new Map<string, number>();
  #there: ReadonlyMap<string, number> = new Map();
  #snapshots = 0;
  #chunks = 0;
  #bytes = 0;

  constructor(archive: Archive, options: VerifyOptions) {
    const { depth = 'quick', signal, progress } = options;
    this.#archive = archive;
    this.#options = options;
    this.#share = depth === 'full' ? 1 : depth === 'quick' ? 0 : depth.sample / 100;
    this.#reader = new ChunkReader(archive, { signal, expect: this.#share === 1 ? 'everything' : 'little' });
    this.#meter = new ProgressMeter('verify', progress);
  }

  result(): VerifyResult {
    return {
      snapshots: this.#snapshots,
      packs: this.#seen.size,
      chunks: this.#chunks,
      bytes: this.#bytes,
      problems: [...this.#problems.values()],
    };
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    await this.#attempt({}, async () => void (await this.#archive.unlock({ signal })));
    await readPruneMarks(this.#archive, { signal, onProblem: (error) => this.#report({ error }) });
    this.#there = await listPacks(this.#archive, { signal });
    for await (const snapshot of this.#kept()) await this.#snapshot(snapshot);
    if (this.#share === 1) await forEachOf(this.#seen.keys(), packsAtOnce, (pack) => this.#rest(pack));
  }

  /** The newest snapshot and those it names. */
  async *#kept(): AsyncGenerator<Snapshot> {
    const { signal } = this.#options;
    const onProblem = (error: StrongroomError): void => this.#report({ error });
    let newest: Snapshot | undefined;
    await this.#attempt({}, async () => {
      newest = await newestSnapshot(this.#archive, { signal, onProblem });
    });
    if (!newest) return;
    yield newest;
    for (const kept of newest.kept.toReversed()) {
      let snapshot: Snapshot | undefined;
      await this.#attempt({ snapshot: kept.id }, async () => {
        snapshot = await readKept(this.#archive, kept, { signal });
      });
      if (snapshot) yield snapshot;
    }
  }

  async #snapshot(snapshot: Snapshot): Promise<void> {
    this.#snapshots++;
    this.#meter.begin('verify', { files: filesOf(snapshot.totals), bytes: bytesOf(snapshot.totals) });
    for (const [pack, size] of snapshot.steppedPacks) this.#sizes.set(pack, size);
    const fresh = snapshot.manifest.filter((group) => this.#isFresh(group, snapshot.id));
    const chunks = this.#chosen(this.#entries(snapshot, fresh), snapshot.id);
    const budget = new Budget(bytesAtOnce);
    await forEachOf(chunks, chunksAtOnce, ({ ref, where }) =>
      budget.spend(ref.plainLength, () => this.#chunk(ref, where)),
    );
  }

  /** Groups that snapshots share are looked at once. */
  #isFresh(group: ChunkRef, snapshot: string): boolean {
    if (this.#groups.has(placeOf(group))) return false;
    this.#groups.add(placeOf(group));
    this.#pack(group.pack, { snapshot });
    this.#mark(group);
    return true;
  }

  /** The entries of the newest manifest as a whole, and of the older ones what is not in a newer one. */
  async *#entries(snapshot: Snapshot, fresh: readonly ChunkRef[]): AsyncGenerator<Entry> {
    const report = (error: unknown): void =>
      this.#report({ error: error as StrongroomError, snapshot: snapshot.id });
    if (this.#snapshots === 1) yield* readManifest(this.#reader, snapshot.manifest, report);
    else yield* this.#records(fresh, report);
  }

  async *#records(groups: readonly ChunkRef[], report: (error: unknown) => void): AsyncGenerator<Entry> {
    for (const group of groups) {
      try {
        for (const { entry } of await readGroup(this.#reader, group)) yield entry;
      } catch (error) {
        if (!isDamage(error)) throw error;
        report(error);
      }
    }
  }

  /** The chunks that are to be opened; of all, it is seen to it that their packs are there. */
  async *#chosen(entries: AsyncIterable<Entry>, snapshot: string): AsyncGenerator<Chosen> {
    for await (const { path, ...entry } of entries) {
      this.#meter.file(path);
      const where = { path, snapshot };
      for (const ref of chunksOf(entry)) {
        if (this.#mark(ref) && this.#pack(ref.pack, where) && this.#isChosen()) yield { ref, where };
      }
      this.#meter.fileDone();
    }
  }

  /** @returns whether the chunk was not seen before */
  #mark({ pack, key, ordinal }: ChunkRef): boolean {
    const seen = this.#seen.get(pack) ?? { key, ordinals: new Set() };
    this.#seen.set(pack, seen);
    if (seen.ordinals.has(ordinal)) return false;
    seen.ordinals.add(ordinal);
    return true;
  }

  #isChosen(): boolean {
    const { random = Math.random } = this.#options;
    return this.#share > 0 && (this.#share === 1 || random() < this.#share);
  }

  async #chunk(ref: ChunkRef, where: Omit<VerifyProblem, 'error'>): Promise<void> {
    throwIfAborted(this.#options.signal);
    await this.#attempt(where, async () => {
      const bytes = await this.#reader.ownChunk(ref, false);
      this.#bytes += bytes.length;
      this.#chunks++;
      release(bytes);
    });
    this.#meter.bytes(ref.plainLength);
  }

  /** Whether a pack is there with its size. */
  #pack(pack: string, where: Omit<VerifyProblem, 'error'>): boolean {
    const object = packName(this.#archive.id, pack);
    const size = this.#there.get(pack);
    const expected = this.#sizes.get(pack) ?? packSize;
    if (size === expected) return true;
    const error =
      size === undefined
        ? new StrongroomError('archive-incomplete', { object })
        : new StrongroomError('archive-damaged', { object, why: `has ${size} bytes instead of ${expected}` });
    this.#report({ ...where, error });
    return false;
  }

  /** What no manifest refers to: the table, the trailer, and chunks that were stored in vain. */
  async #rest(pack: string): Promise<void> {
    const size = this.#there.get(pack);
    const seen = this.#seen.get(pack);
    if (size === undefined || !seen) return;
    await this.#attempt({}, async () => {
      for (const ref of await this.#reader.table({ pack, key: seen.key }, size)) {
        if (!seen.ordinals.has(ref.ordinal)) await this.#chunk(ref, {});
      }
    });
  }

  async #attempt(where: Omit<VerifyProblem, 'error'>, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isDamage(error) && !isStrongroomError(error, 'archive-missing', 'wrong-key', 'other-key'))
        throw error;
      this.#report({ ...where, error: error as StrongroomError });
    }
  }

  #report(problem: VerifyProblem): void {
    this.#problems.set(`${problem.path ?? ''}\0${problem.error.message}`, problem);
  }
}
