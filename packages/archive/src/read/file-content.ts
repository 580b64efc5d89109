import { type Bytes, concat } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { mapInOrder } from '../concurrency.ts';
import type { Entry, Extent, Patch } from '../entry.ts';
import { FileMap } from '../file-map.ts';
import type { StoreOptions } from '../object-store.ts';
import { ChunkReader } from '../pack/chunk-reader.ts';
import { xorInto } from '../xor.ts';

// Pieces of one file that are read at the same time.
const piecesAtOnce = 4;

// The pieces of a file with many lie side by side; those of others may lie anywhere.
const fewPieces = 8;

/**
 * The content of a file, piece by piece, every piece verified. The bytes are the caller's.
 * @throws StrongroomError 'archive-damaged', 'archive-incomplete', 'newer-version'
 */
export async function* fileContent(reader: ChunkReader, entry: Entry): AsyncGenerator<Bytes> {
  const map = new FileMap(entry);
  yield* mapInOrder(piecesOf(entry), piecesAtOnce, async ({ extent, at }) => {
    const patches = map.patches(at, at + extent.length);
    const bytes = await ownPiece(reader, extent, entry.extents.length < fewPieces);
    for (const patch of patches) await apply(reader, patch, bytes, at);
    return bytes;
  });
}

/** The pieces of a file, and where each begins. */
export async function* piecesOf({ extents }: Entry): AsyncGenerator<{ extent: Extent; at: number }> {
  let at = 0;
  for (const extent of extents) {
    yield { extent, at };
    at += extent.length;
  }
}

// A chunk that is one piece of the file is needed once; of others, the next pieces follow soon.
async function ownPiece(reader: ChunkReader, extent: Extent, alone: boolean): Promise<Bytes> {
  const { chunk, length } = extent;
  const whole = length === chunk.plainLength;
  return whole ? reader.ownChunk(chunk, alone) : (await pieceOf(reader, extent)).slice();
}

/** The bytes of a file between two offsets, in memory that is the caller's own. @throws as `fileContent` */
export async function filePart(
  reader: ChunkReader,
  map: FileMap,
  start: number,
  end: number,
): Promise<Bytes> {
  const pieces: Bytes[] = [];
  for (const piece of map.pieces(start, end)) pieces.push(await pieceOf(reader, piece));
  const bytes = concat(...pieces);
  for (const patch of map.patches(start, end)) await apply(reader, patch, bytes, start);
  return bytes;
}

/** The content of one file of a snapshot, reading only what it needs. @throws as `fileContent` */
export function readFile(archive: Archive, entry: Entry, options?: StoreOptions): AsyncGenerator<Bytes> {
  return fileContent(new ChunkReader(archive, { ...options, expect: 'little' }), entry);
}

/** A part of a chunk. Shared: read it, never write. @param scattered as `ChunkReader.chunk` */
export async function pieceOf(
  reader: ChunkReader,
  { chunk, offset, length }: Extent,
  scattered = false,
): Promise<Bytes> {
  return (await reader.chunk(chunk, scattered)).subarray(offset, offset + length);
}

/** Applies a patch to the bytes of a file from `start` on. */
async function apply(reader: ChunkReader, patch: Patch, bytes: Bytes, start: number): Promise<void> {
  const from = patch.at - start;
  xorInto(bytes.subarray(from, from + patch.length), await pieceOf(reader, patch, true));
}
