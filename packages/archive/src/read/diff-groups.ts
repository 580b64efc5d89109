import { throwIfAborted } from '../abort.ts';
import type { Entry, EntryFacts, Extent, Patch } from '../entry.ts';
import { damaged } from '../format/header.ts';
import { type EntryRecord, patchedUpTo } from '../manifest/group.ts';
import { manifestObject, readGroup } from '../manifest/manifest-reader.ts';
import { type ChunkRef, placeOf } from '../pack/chunk-ref.ts';
import type { ChunkReader } from '../pack/chunk-reader.ts';
import { comparePaths } from '../paths.ts';

/** What the unshared groups of a manifest say of one path. */
export interface Part {
  readonly facts: EntryFacts;
  readonly extents: readonly Extent[];
  readonly patches: readonly Patch[];
}

/** The groups that stand in one manifest and not in another. */
export function groupsOnlyIn(groups: readonly ChunkRef[], other: readonly ChunkRef[]): Set<ChunkRef> {
  const shared = new Set(other.map(placeOf));
  return new Set(groups.filter((group) => !shared.has(placeOf(group))));
}

/**
 * What the chosen groups of a manifest hold, by path and in order, one group in memory at a time. Of an entry that
 * goes on into a group that is left out, only the part in the chosen ones.
 * @throws StrongroomError 'archive-damaged', 'archive-incomplete', 'newer-version', 'cancelled'
 */
export async function* partsIn(
  reader: ChunkReader,
  groups: readonly ChunkRef[],
  chosen: ReadonlySet<ChunkRef>,
  signal: AbortSignal | undefined,
  read: (group: ChunkRef) => void,
): AsyncGenerator<Part> {
  let begun: GrowingPart | undefined;
  let patchedTo = 0;
  for (const [i, group] of groups.entries()) {
    const next = groups[i + 1];
    if (next && chosen.has(next)) reader.chunk(next).catch(() => undefined);
    if (!chosen.has(group)) {
      // What the next chosen group begins with is counted from its own start, on both sides alike.
      patchedTo = 0;
      continue;
    }
    throwIfAborted(signal);
    for (const record of await readGroup(reader, group, patchedTo)) {
      const part = grown(begun, record);
      if (begun && part !== begun) yield begun;
      begun = part;
      patchedTo = record.continues ? patchedUpTo(record) : 0;
    }
    read(group);
  }
  if (begun) yield begun;
}

interface GrowingPart extends Part {
  readonly extents: Extent[];
  readonly patches: Patch[];
}

/** The part that a record goes on with, or a new one. */
function grown(begun: GrowingPart | undefined, { entry }: EntryRecord): GrowingPart {
  const order = begun ? comparePaths(begun.facts.path, entry.path) : -1;
  if (order > 0) throw damaged(manifestObject, 'is not in order');
  if (!begun || order < 0)
    return { facts: factsOf(entry), extents: [...entry.extents], patches: [...entry.patches] };
  for (const extent of entry.extents) begun.extents.push(extent);
  for (const patch of entry.patches) begun.patches.push(patch);
  return begun;
}

/** An entry without its content. */
export function factsOf({ path, kind, category, size, mtimeNs, mode, linkTarget }: Entry): EntryFacts {
  const facts = { path, kind, category, size, mtimeNs, mode };
  return linkTarget === undefined ? facts : { ...facts, linkTarget };
}
