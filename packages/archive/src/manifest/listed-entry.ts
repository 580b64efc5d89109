import type { Entry } from '../entry.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import type { EntryRecord } from './group.ts';

/** A group of a manifest that was read. */
export interface ReadGroup {
  readonly ref: ChunkRef;
  readonly records: readonly EntryRecord[];
}

/** Where a record of an entry was found. */
export interface RecordPlace {
  readonly group: ReadGroup;
  /** Among the records of the group. */
  readonly index: number;
}

/** An entry, and where its records are in the last manifest; nowhere when it was not there as it is now. */
export interface ListedEntry {
  readonly entry: Entry;
  readonly places: readonly RecordPlace[];
}

/** The entry as it is now, in the places of the one before when nothing about it has changed. */
export function listedAgain(now: Entry, before: ListedEntry | undefined): ListedEntry {
  const isSame = before && sameFacts(now, before.entry) && samePieces(now, before.entry);
  return { entry: now, places: isSame ? before.places : [] };
}

/** Whether two entries with the same path say the same of it, apart from its content. */
export function sameFacts(a: Entry, b: Entry): boolean {
  const same = a.kind === b.kind && a.category === b.category && a.size === b.size;
  return same && a.mtimeNs === b.mtimeNs && a.mode === b.mode && a.linkTarget === b.linkTarget;
}

// Lists of pieces are handed on as they are when content has not changed.
function samePieces(a: Entry, b: Entry): boolean {
  return isSameList(a.extents, b.extents) && isSameList(a.patches, b.patches);
}

function isSameList(a: readonly object[], b: readonly object[]): boolean {
  return a === b || (a.length === 0 && b.length === 0);
}
