import { sha256 } from '@noble/hashes/sha2.js';
import { type StrongroomError, toHex, utf8 } from '@strongroom/core';
import { throwIfAborted } from '../abort.ts';
import type { Archive } from '../archive.ts';
import type { Entry, EntryFacts, Extent } from '../entry.ts';
import type { EntryRecord } from '../manifest/group.ts';
import { isDamage, readGroup } from '../manifest/manifest-reader.ts';
import { ChunkReader } from '../pack/chunk-reader.ts';
import { type ChunkRef, placeOf } from '../pack/chunk-ref.ts';
import { comparePaths } from '../paths.ts';
import { type OnProgress, ProgressMeter } from '../progress.ts';
import { type OnProblem, infoOf } from '../snapshot/history.ts';
import type { Snapshot, SnapshotInfo } from '../snapshot/snapshot.ts';
import { factsOf } from './diff-groups.ts';
import { keptSnapshots, snapshotNamed } from './find-snapshot.ts';
import type { Selection } from './selection.ts';

/** More versions than these are not held in memory. */
export const mostFound = 100_000;

export interface FindOptions {
  /** As `snapshotNamed` takes it; by default every kept snapshot is searched. */
  readonly snapshot?: string | undefined;
  /** Versions to find at most; by default `mostFound`. */
  readonly most?: number | undefined;
  /** Hears of snapshots and parts of manifests that cannot be read; the rest is searched. Without it they are thrown. */
  readonly onProblem?: OnProblem | undefined;
  /** Bytes are those of the manifests' chunks that are read. */
  readonly progress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One state of a path, and the snapshots that have it, newest first. */
export interface FoundVersion extends EntryFacts {
  readonly snapshots: readonly SnapshotInfo[];
}

export interface FindResult {
  /** In the order of their paths, the versions of one path newest first. */
  readonly versions: readonly FoundVersion[];
  /** The snapshots that were searched, newest first. */
  readonly searched: readonly SnapshotInfo[];
  /** Whether there may be more than `most`. */
  readonly truncated: boolean;
}

/**
 * The versions of wanted paths in every kept snapshot, or in one. Manifests alone are read, and what snapshots share
 * of them once. Versions are told apart by kind, size, time and content; of files that take more than one record of a
 * manifest (over 16,384 pieces) without the content.
 * @throws StrongroomError 'snapshot-missing', 'archive-damaged', 'archive-incomplete', 'newer-version', 'cancelled'
 */
export async function findEntries(
  archive: Archive,
  wanted: Selection,
  options: FindOptions = {},
): Promise<FindResult> {
  const { progress, signal, most = mostFound } = options;
  const { searched, groups } = await surveyGroups(archive, options);
  const reader = new ChunkReader(archive, { signal, expect: 'little' });
  const meter = new ProgressMeter('scan', progress);
  meter.begin('scan', { files: 0, bytes: groups.reduce((sum, { ref }) => sum + ref.plainLength, 0) });
  const found = new Versions(most);
  for (const [i, { ref, holders }] of groups.entries()) {
    throwIfAborted(signal);
    const next = groups[i + 1];
    if (next) reader.chunk(next.ref).catch(() => undefined);
    for (const record of await recordsIn(reader, ref, options.onProblem))
      if (wanted(record.entry)) found.add(record, holders);
    meter.bytes(ref.plainLength);
    if (found.full) break;
  }
  return { versions: found.list(searched), searched, truncated: found.full };
}

/** A group, and the positions of the snapshots that hold it in the list of those searched. */
interface SharedGroup {
  readonly ref: ChunkRef;
  readonly holders: number[];
}

async function surveyGroups(
  archive: Archive,
  options: FindOptions,
): Promise<{ searched: SnapshotInfo[]; groups: SharedGroup[] }> {
  const searched: SnapshotInfo[] = [];
  const groups = new Map<string, SharedGroup>();
  for await (const snapshot of snapshotsIn(archive, options)) {
    const position = searched.push(infoOf(snapshot)) - 1;
    for (const ref of snapshot.manifest) {
      const known = groups.get(placeOf(ref)) ?? { ref, holders: [] };
      groups.set(placeOf(ref), known);
      known.holders.push(position);
    }
  }
  return { searched, groups: [...groups.values()] };
}

async function* snapshotsIn(archive: Archive, options: FindOptions): AsyncGenerator<Snapshot> {
  const { snapshot, signal, onProblem } = options;
  if (snapshot === undefined) yield* keptSnapshots(archive, { signal, onProblem });
  else yield await snapshotNamed(archive, snapshot, { signal });
}

async function recordsIn(
  reader: ChunkReader,
  group: ChunkRef,
  onProblem: OnProblem | undefined,
): Promise<EntryRecord[]> {
  try {
    return await readGroup(reader, group);
  } catch (error) {
    if (!onProblem || !isDamage(error)) throw error;
    onProblem(error as StrongroomError);
    return [];
  }
}

interface Version {
  readonly facts: EntryFacts;
  readonly holders: Set<number>;
}

/** Collects versions by what tells them apart. */
class Versions {
  readonly #most: number;
  readonly #versions = new Map<string, Version>();

  constructor(most: number) {
    this.#most = most;
  }

  get full(): boolean {
    return this.#versions.size >= this.#most;
  }

  add(record: EntryRecord, holders: readonly number[]): void {
    const key = keyOf(record);
    const version = this.#versions.get(key);
    if (version) for (const holder of holders) version.holders.add(holder);
    else if (!this.full) this.#versions.set(key, { facts: factsOf(record.entry), holders: new Set(holders) });
  }

  list(searched: readonly SnapshotInfo[]): FoundVersion[] {
    return [...this.#versions.values()]
      .map(({ facts, holders }) => ({ facts, holders: [...holders].toSorted((a, b) => a - b) }))
      .toSorted((a, b) => comparePaths(a.facts.path, b.facts.path) || a.holders[0]! - b.holders[0]!)
      .map(({ facts, holders }) => ({ ...facts, snapshots: holders.map((holder) => searched[holder]!) }));
  }
}

function keyOf({ entry, continues }: EntryRecord): string {
  const { path, kind, size, mtimeNs, linkTarget = '' } = entry;
  const isWhole = !continues && entry.extents.reduce((sum, { length }) => sum + length, 0) === size;
  return [path, kind, size, mtimeNs, linkTarget, isWhole ? contentOf(entry) : ''].join('\0');
}

/** A text that is the same for the same pieces. */
function contentOf({ extents, patches }: Entry): string {
  if (extents.length === 0) return '';
  const pieces = [...extents.map(pieceText), ...patches.map((patch) => `${patch.at}^${pieceText(patch)}`)];
  return toHex(sha256(utf8(pieces.join())));
}

function pieceText({ chunk, offset, length }: Extent): string {
  return `${toHex(chunk.name)}/${offset}/${length}`;
}
