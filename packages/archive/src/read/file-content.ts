import { type Bytes, concat } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import type { Entry, Extent, Patch } from '../entry.ts';
import { FileMap } from '../file-map.ts';
import type { StoreOptions } from '../object-store.ts';
import { ChunkReader } from '../pack/chunk-reader.ts';
import { xorInto } from '../xor.ts';

const lookAhead = 2;

/**
 * The content of a file, piece by piece, every piece verified. The bytes are shared: read them, never write.
 * @throws StrongroomError 'archive-damaged', 'archive-incomplete', 'newer-version'
 */
export async function* fileContent(reader: ChunkReader, entry: Entry): AsyncGenerator<Bytes> {
  const { extents } = entry;
  const map = new FileMap(entry);
  let at = 0;
  for (const [i, extent] of extents.entries()) {
    for (const next of extents.slice(i + 1, i + 1 + lookAhead))
      reader.chunk(next.chunk).catch(() => undefined);
    yield await patched(reader, await pieceOf(reader, extent), at, map.patches(at, at + extent.length));
    at += extent.length;
  }
}

/** The bytes of a file between two offsets. Shared: read them, never write. @throws as `fileContent` */
export async function filePart(
  reader: ChunkReader,
  map: FileMap,
  start: number,
  end: number,
): Promise<Bytes> {
  const pieces: Bytes[] = [];
  for (const piece of map.pieces(start, end)) pieces.push(await pieceOf(reader, piece));
  const [first] = pieces;
  const bytes = first && pieces.length === 1 ? first : concat(...pieces);
  return patched(reader, bytes, start, map.patches(start, end));
}

/** The content of one file of a snapshot, reading only what it needs. @throws as `fileContent` */
export function readFile(archive: Archive, entry: Entry, options?: StoreOptions): AsyncGenerator<Bytes> {
  return fileContent(new ChunkReader(archive, { ...options, expect: 'little' }), entry);
}

/** A part of a chunk. Shared: read it, never write. */
export async function pieceOf(reader: ChunkReader, { chunk, offset, length }: Extent): Promise<Bytes> {
  return (await reader.chunk(chunk)).subarray(offset, offset + length);
}

async function patched(
  reader: ChunkReader,
  bytes: Bytes,
  start: number,
  patches: readonly Patch[],
): Promise<Bytes> {
  if (patches.length === 0) return bytes;
  const copy = bytes.slice();
  for (const patch of patches) {
    const from = patch.at - start;
    xorInto(copy.subarray(from, from + patch.length), await pieceOf(reader, patch));
  }
  return copy;
}
