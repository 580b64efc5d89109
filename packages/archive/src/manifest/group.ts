import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { type Bytes, copyBytes, fromHex, toHex } from '@strongroom/core';
import {
  EntryCategory,
  EntryKind,
  type ManifestEntry,
  ManifestEntrySchema,
  type ManifestGroup,
  ManifestGroupSchema,
} from '@strongroom/wire/archive';
import type { Category, Entry, Extent, EntryKind as Kind } from '../entry.ts';
import { damaged } from '../format/header.ts';
import { isPackId } from '../object-names.ts';
import { type ChunkRef, PackNumbers, decodeRef, encodeRef, placeOf } from '../pack/chunk-ref.ts';
import { isSafePath } from '../paths.ts';

/** An entry, or a part of one whose extents go on in the next record. */
export interface EntryRecord {
  readonly entry: Entry;
  readonly continues: boolean;
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
  const group = create(ManifestGroupSchema, { chunks: refs, packs: packs.packs().map(fromHex), entries });
  return copyBytes(toBinary(ManifestGroupSchema, group));
}

function encodeRecord({ entry, continues }: EntryRecord, numberOf: (ref: ChunkRef) => number): ManifestEntry {
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
  });
}

/**
 * The records of a group, each checked for itself.
 * @param object names the group in errors
 * @throws StrongroomError 'archive-damaged'
 */
export function decodeGroup(plain: Bytes, object: string): EntryRecord[] {
  const group = parse(plain, object);
  const packs = group.packs.map((name) => toHex(name));
  if (!packs.every(isPackId)) throw damaged(object, 'names a pack that cannot be');
  const chunks = group.chunks.map((message) => {
    const ref = decodeRef(message, packs);
    if (!ref) throw damaged(object, 'refers to a chunk that cannot be');
    return ref;
  });
  return group.entries.map((message) => decodeRecord(message, chunks, object));
}

function parse(plain: Bytes, object: string): ManifestGroup {
  try {
    return fromBinary(ManifestGroupSchema, plain);
  } catch (cause) {
    throw damaged(object, 'cannot be read', cause);
  }
}

function decodeRecord(message: ManifestEntry, chunks: readonly ChunkRef[], object: string): EntryRecord {
  const { path, mode, linkTarget, continues } = message;
  const kind = nameOf(kinds, message.kind);
  const category = nameOf(categories, message.category);
  const size = Number(message.size);
  if (!isSafePath(path)) throw damaged(object, 'holds a path that is not allowed');
  if (!kind || !category || !Number.isSafeInteger(size) || (kind !== 'file' && size > 0)) {
    throw damaged(object, 'holds an entry that cannot be');
  }
  const extents = decodeExtents(message, chunks);
  if (!extents || (kind !== 'file' && extents.length > 0))
    throw damaged(object, 'holds extents that cannot be');
  const facts = { path, kind, category, size, mtimeNs: message.modifiedNs, mode: mode & 0o7777 };
  const entry = kind === 'symlink' ? { ...facts, linkTarget, extents } : { ...facts, extents };
  return { entry, continues };
}

function decodeExtents(message: ManifestEntry, chunks: readonly ChunkRef[]): Extent[] | undefined {
  const { extentChunks, extentOffsets, extentLengths } = message;
  if (extentOffsets.length !== extentChunks.length || extentLengths.length !== extentChunks.length)
    return undefined;
  const extents: Extent[] = [];
  for (const [i, number] of extentChunks.entries()) {
    const chunk = chunks[number];
    const offset = extentOffsets[i]!;
    const length = extentLengths[i]!;
    if (!chunk || length === 0 || offset + length > chunk.plainLength) return undefined;
    extents.push({ chunk, offset, length });
  }
  return extents;
}

function nameOf<K extends string>(numbers: Record<K, number>, wanted: number): K | undefined {
  return (Object.keys(numbers) as K[]).find((name) => numbers[name] === wanted);
}
