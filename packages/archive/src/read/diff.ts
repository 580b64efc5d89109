import { equalBytes } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import type { EntryFacts, Extent, Patch } from '../entry.ts';
import { ChunkReader } from '../pack/chunk-reader.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { comparePaths } from '../paths.ts';
import { type OnProgress, ProgressMeter } from '../progress.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { groupsOnlyIn, type Part, partsIn } from './diff-groups.ts';

/** What of an entry is different. */
export type Difference = 'kind' | 'content' | 'size' | 'time' | 'mode' | 'link';

/** One path that two snapshots do not have alike. */
export type Change =
  | { readonly change: 'added'; readonly after: EntryFacts }
  | { readonly change: 'removed'; readonly before: EntryFacts }
  | {
      readonly change: 'changed';
      readonly before: EntryFacts;
      readonly after: EntryFacts;
      readonly what: readonly Difference[];
    };

export interface DiffOptions {
  /** Bytes are those of the manifests' chunks that are read. */
  readonly progress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What changed from one snapshot to another, in the order of the paths, reading their manifests alone, and of these
 * only what they do not share. One group of each is in memory at a time.
 *
 * Content is compared by the names of its chunks. Where the two are sealed under different backup keys, the names say
 * nothing, and equal sizes and times count as equal content.
 * @throws StrongroomError 'archive-damaged', 'archive-incomplete', 'newer-version', 'cancelled'
 */
export async function* diffSnapshots(
  archive: Archive,
  before: Pick<Snapshot, 'manifest'>,
  after: Pick<Snapshot, 'manifest'>,
  { progress, signal }: DiffOptions = {},
): AsyncGenerator<Change> {
  const reader = new ChunkReader(archive, { signal, expect: 'little' });
  const onlyBefore = groupsOnlyIn(before.manifest, after.manifest);
  const onlyAfter = groupsOnlyIn(after.manifest, before.manifest);
  const meter = new ProgressMeter('scan', progress);
  meter.begin('scan', { files: 0, bytes: bytesIn(onlyBefore) + bytesIn(onlyAfter) });
  const read = ({ plainLength }: ChunkRef): void => meter.bytes(plainLength);
  const pairs = pairUp(
    partsIn(reader, before.manifest, onlyBefore, signal, read),
    partsIn(reader, after.manifest, onlyAfter, signal, read),
  );
  for await (const [was, is] of pairs) {
    const change = changeOf(was, is);
    if (change) yield change;
  }
}

type Pair = readonly [before: Part | undefined, after: Part | undefined];

/** Two lists in the order of their paths, side by side. */
async function* pairUp(before: AsyncGenerator<Part>, after: AsyncGenerator<Part>): AsyncGenerator<Pair> {
  let was = await next(before);
  let is = await next(after);
  while (was || is) {
    const order = !was ? 1 : !is ? -1 : comparePaths(was.facts.path, is.facts.path);
    yield [order <= 0 ? was : undefined, order >= 0 ? is : undefined];
    if (order <= 0) was = await next(before);
    if (order >= 0) is = await next(after);
  }
}

async function next(parts: AsyncGenerator<Part>): Promise<Part | undefined> {
  const { done, value } = await parts.next();
  return done === true ? undefined : value;
}

function changeOf(was: Part | undefined, is: Part | undefined): Change | undefined {
  if (was && is) return changeBetween(was, is);
  const part = (was ?? is)!;
  const { facts } = part;
  // The rest of it is in a group that both share: so the path is in both.
  if (!isWhole(part)) return { change: 'changed', before: facts, after: facts, what: ['content'] };
  return was ? { change: 'removed', before: facts } : { change: 'added', after: facts };
}

function isWhole({ facts, extents }: Part): boolean {
  return extents.reduce((sum, { length }) => sum + length, 0) === facts.size;
}

function changeBetween(was: Part, is: Part): Change | undefined {
  const [before, after] = [was.facts, is.facts];
  const differences: readonly (readonly [Difference, boolean])[] = [
    ['kind', before.kind !== after.kind],
    ['content', !hasSameContent(was, is)],
    ['size', before.size !== after.size],
    ['time', before.mtimeNs !== after.mtimeNs],
    ['mode', before.mode !== after.mode],
    ['link', before.linkTarget !== after.linkTarget],
  ];
  const what = differences.filter(([, differs]) => differs).map(([name]) => name);
  return what.length === 0 ? undefined : { change: 'changed', before, after, what };
}

function hasSameContent(was: Part, is: Part): boolean {
  if (was.facts.size !== is.facts.size) return false;
  if (haveSamePieces(was.extents, is.extents) && haveSamePatches(was.patches, is.patches)) return true;
  // Under different keys the same content has different names.
  return keysOf(was) !== keysOf(is) && was.facts.mtimeNs === is.facts.mtimeNs;
}

function keysOf({ extents, patches }: Part): string {
  return [...new Set([...extents, ...patches].map(({ chunk }) => chunk.key))].toSorted().join();
}

function haveSamePieces(was: readonly Extent[], is: readonly Extent[]): boolean {
  return was.length === is.length && was.every((piece, i) => isSamePiece(piece, is[i]!));
}

function haveSamePatches(was: readonly Patch[], is: readonly Patch[]): boolean {
  return haveSamePieces(was, is) && was.every(({ at }, i) => at === is[i]!.at);
}

// Not by its place: a chunk that moved to another pack is still the same.
function isSamePiece(was: Extent, is: Extent): boolean {
  return was.offset === is.offset && was.length === is.length && equalBytes(was.chunk.name, is.chunk.name);
}

function bytesIn(groups: ReadonlySet<ChunkRef>): number {
  let bytes = 0;
  for (const { plainLength } of groups) bytes += plainLength;
  return bytes;
}
