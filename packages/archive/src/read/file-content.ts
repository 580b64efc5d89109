import { type Bytes, concat } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { mapInOrder } from '../concurrency.ts';
import type { Entry, Extent } from '../entry.ts';
import { FileMap } from '../file-map.ts';
import type { StoreOptions } from '../object-store.ts';
import { ChunkReader } from '../pack/chunk-reader.ts';
import { xorInto } from '../xor.ts';

// Pieces of one file that are read at the same time.
const piecesAtOnce = 4;

// The pieces of a file with many lie side by side; those of others may lie anywhere.
const fewPieces = 8;

// A file of many small pieces is put together in parts of this length, in bytes.
const partLength = 1024 * 1024;
const partsAtOnce = 2;
const smallPiece = 128 * 1024;

/**
 * The content of a file, one part after the other, every byte verified. The bytes are the caller's.
 * @throws StrongroomError 'archive-damaged', 'archive-incomplete', 'newer-version'
 */
export async function* fileContent(reader: ChunkReader, entry: Entry): AsyncGenerator<Bytes> {
  yield* isScattered(entry) ? partsOf(reader, entry) : wholePieces(reader, entry);
}

function isScattered({ size, extents, patches }: Entry): boolean {
  return patches.length > 0 || (extents.length > 1 && size < smallPiece * extents.length);
}

/** Of a file without patches. */
async function* wholePieces(reader: ChunkReader, entry: Entry): AsyncGenerator<Bytes> {
  const alone = entry.extents.length < fewPieces;
  yield* mapInOrder(piecesOf(entry), piecesAtOnce, ({ extent }) => ownPiece(reader, extent, alone));
}

async function* partsOf(reader: ChunkReader, entry: Entry): AsyncGenerator<Bytes> {
  const map = new FileMap(entry);
  yield* mapInOrder(startsOf(map.size), partsAtOnce, (start) =>
    filePart(reader, map, start, Math.min(map.size, start + partLength)),
  );
}

async function* startsOf(size: number): AsyncGenerator<number> {
  for (let start = 0; start < size; start += partLength) yield start;
}

/** The pieces of a file, and where each begins. */
export function* piecesOf({ extents }: Entry): Generator<{ extent: Extent; at: number }> {
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
  const pieces = map.pieces(start, end);
  const patches = map.patches(start, end);
  // All are fetched and opened at the same time.
  const parts = await Promise.all([...pieces, ...patches].map((piece) => pieceOf(reader, piece, true)));
  const bytes = concat(...parts.slice(0, pieces.length));
  for (const [i, { at }] of patches.entries()) xorInto(bytes.subarray(at - start), parts[pieces.length + i]!);
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
