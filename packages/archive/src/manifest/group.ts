import { create, toBinary } from '@bufbuild/protobuf';
import { type Bytes, copyBytes } from '@strongroom/core';
import {
  EntryCategory,
  EntryKind,
  type ManifestEntry,
  ManifestEntrySchema,
  ManifestGroupSchema,
} from '@strongroom/wire/archive';
import type { Category, Entry, Extent, EntryKind as Kind, Patch } from '../entry.ts';
import { damaged } from '../format/header.ts';
import { readMessage } from '../format/message.ts';
import { type ChunkRef, PackNumbers, decodePacks, decodeRef, encodeRef, placeOf } from '../pack/chunk-ref.ts';
import { isSafePath } from '../paths.ts';
import { extentsPerRecord, recordsPerGroup } from './limits.ts';

/** The most that a group lists of anything. A writer's groups have at most 44,418: a weight of 1 MiB, and the largest record. */
export const mostListed = 65_536;

/** An entry, or a part of one whose extents or patches go on in the next record. */
export interface EntryRecord {
  readonly entry: Entry;
  readonly continues: boolean;
  /** Where the last patch of the records before ends, in bytes; 0 when there is none. */
  readonly patchedTo: number;
}

const kinds: Record<Kind, EntryKind> = {
  file: EntryKind.FILE,
  directory: EntryKind.DIRECTORY,
  symlink: EntryKind.SYMLINK,
};

const categories: Record<Category, EntryCategory> = {
  messages: EntryCategory.MESSAGES,
  media: EntryCategory.MEDIA,
  other: EntryCategory.OTHER,
};

/** The plaintext of a group. Equal records make equal bytes, so that an unchanged group keeps its name. */
export function encodeGroup(records: readonly EntryRecord[]): Bytes {
  const packs = new PackNumbers();
  const chunks = new Map<string, { number: number; ref: ChunkRef }>();
  const numberOf = (ref: ChunkRef): number => {
    const place = placeOf(ref);
    const known = chunks.get(place) ?? { number: chunks.size, ref };
    chunks.set(place, known);
    return known.number;
  };
  const entries = records.map((record) => encodeRecord(record, numberOf));
  const refs = [...chunks.values()].map(({ ref }) => encodeRef(ref, packs));
  const group = create(ManifestGroupSchema, { chunks: refs, ...packs.list(), entries });
  return copyBytes(toBinary(ManifestGroupSchema, group));
}

function encodeRecord(
  { entry, continues, patchedTo }: EntryRecord,
  numberOf: (ref: ChunkRef) => number,
): ManifestEntry {
  return create(ManifestEntrySchema, {
    path: entry.path,
    kind: kinds[entry.kind],
    category: categories[entry.category],
    size: BigInt(entry.size),
    modifiedNs: entry.mtimeNs,
    mode: entry.mode,
    linkTarget: entry.linkTarget ?? '',
    extentChunks: entry.extents.map(({ chunk }) => numberOf(chunk)),
    extentOffsets: entry.extents.map(({ offset }) => offset),
    extentLengths: entry.extents.map(({ length }) => length),
    continues,
    patchGaps: gapsOf(entry.patches, patchedTo),
    patchChunks: entry.patches.map(({ chunk }) => numberOf(chunk)),
    patchOffsets: entry.patches.map(({ offset }) => offset),
    patchLengths: entry.patches.map(({ length }) => length),
  });
}

/** How far each patch begins behind the end of the one before. */
function gapsOf(patches: readonly Patch[], patchedTo: number): bigint[] {
  let end = patchedTo;
  return patches.map(({ at, length }) => {
    const gap = at - end;
    end = at + length;
    return BigInt(gap);
  });
}

/**
 * The records of a group, each checked for itself.
 * @param patchedTo of the group's first record
 * @param object names the group in errors
 * @throws StrongroomError 'archive-damaged'
 */
export function decodeGroup(plain: Bytes, object: string, patchedTo = 0): EntryRecord[] {
  const group = readMessage(ManifestGroupSchema, plain, object, mostListed);
  if (group.entries.length > recordsPerGroup) throw damaged(object, 'holds too many entries');
  const packs = decodePacks(group);
  if (!packs) throw damaged(object, 'names a pack that cannot be');
  const chunks = group.chunks.map((message) => {
    const ref = decodeRef(message, packs);
    if (!ref) throw damaged(object, 'refers to a chunk that cannot be');
    return ref;
  });
  let end = patchedTo;
  return group.entries.map((message) => {
    const record = decodeRecord(message, chunks, end, object);
    end = record.continues ? patchedUpTo(record) : 0;
    return record;
  });
}

/** Where the patches of a record end; what `patchedTo` is in the one it goes on in. */
export function patchedUpTo({ entry, patchedTo }: EntryRecord): number {
  const last = entry.patches.at(-1);
  return last ? last.at + last.length : patchedTo;
}

function decodeRecord(
  message: ManifestEntry,
  chunks: readonly ChunkRef[],
  patchedTo: number,
  object: string,
): EntryRecord {
  const { path, mode, linkTarget, continues } = message;
  const kind = nameOf(kinds, message.kind);
  const category = nameOf(categories, message.category);
  const size = Number(message.size);
  if (!isSafePath(path)) throw damaged(object, 'holds a path that is not allowed');
  if (!kind || !category || !Number.isSafeInteger(size) || (kind !== 'file' && size > 0)) {
    throw damaged(object, 'holds an entry that cannot be');
  }
  const { extentChunks, extentOffsets, extentLengths } = message;
  const extents = decodeExtents(chunks, extentChunks, extentOffsets, extentLengths);
  const patches = decodePatches(message, chunks, patchedTo, size);
  if (!extents || !patches || (kind !== 'file' && extents.length + patches.length > 0))
    throw damaged(object, 'holds extents that cannot be');
  const facts = { path, kind, category, size, mtimeNs: message.modifiedNs, mode: mode & 0o7777 };
  const entry =
    kind === 'symlink' ? { ...facts, linkTarget, extents, patches } : { ...facts, extents, patches };
  return { entry, continues, patchedTo };
}

function decodeExtents(
  chunks: readonly ChunkRef[],
  numbers: readonly number[],
  offsets: readonly number[],
  lengths: readonly number[],
): Extent[] | undefined {
  if (offsets.length !== numbers.length || lengths.length !== numbers.length) return undefined;
  if (numbers.length > extentsPerRecord) return undefined;
  const extents: Extent[] = [];
  for (const [i, number] of numbers.entries()) {
    const chunk = chunks[number];
    const offset = offsets[i]!;
    const length = lengths[i]!;
    if (!chunk || length === 0 || offset + length > chunk.plainLength) return undefined;
    extents.push({ chunk, offset, length });
  }
  return extents;
}

function decodePatches(
  { patchGaps, patchChunks, patchOffsets, patchLengths }: ManifestEntry,
  chunks: readonly ChunkRef[],
  patchedTo: number,
  size: number,
): Patch[] | undefined {
  const pieces = decodeExtents(chunks, patchChunks, patchOffsets, patchLengths);
  if (pieces?.length !== patchGaps.length) return undefined;
  let end = patchedTo;
  const patches: Patch[] = [];
  for (const [i, piece] of pieces.entries()) {
    const at = end + Number(patchGaps[i]);
    end = at + piece.length;
    if (end > size) return undefined;
    patches.push({ ...piece, at });
  }
  return patches;
}

function nameOf<K extends string>(numbers: Record<K, number>, wanted: number): K | undefined {
  return (Object.keys(numbers) as K[]).find((name) => numbers[name] === wanted);
}
