import type { Extent } from '../entry.ts';
import type { FilePiece } from '../engine/chunk-engine.ts';
import { type ChunkRef, textOf } from '../pack/chunk-ref.ts';
import type { ChunkBatch, FilledChunk } from '../pack/chunk-reader.ts';

// Chunks that lie closer together than this are read with one request, up to so many bytes, and so many chunks.
const smallGap = 64 * 1024;
const longestRead = 2 * 1024 * 1024;
const mostChunks = 32;

/** A piece of a chunk, and where it goes in a file, in bytes. */
export interface PlacedPiece extends Extent {
  readonly at: number;
}

interface Filling extends FilledChunk {
  readonly pieces: FilePiece[];
}

/**
 * Which chunks fill a file, and in which order they are read: each once, wherever its pieces go, those of a pack
 * one after the other, neighbours together.
 */
export function* planFilling(pieces: Iterable<PlacedPiece>): Generator<ChunkBatch> {
  for (const chunks of byPack(gather(pieces))) {
    chunks.sort((a, b) => a.ref.offset - b.ref.offset);
    yield* neighbours(chunks);
  }
}

/** Every chunk once, in the order of their first pieces. */
function gather(pieces: Iterable<PlacedPiece>): Iterable<Filling> {
  const fillings = new Map<string, Filling>();
  let last: { chunk: ChunkRef; filling: Filling } | undefined;
  for (const { chunk, offset, length, at } of pieces) {
    const filling = last?.chunk === chunk ? last.filling : fillingOf(fillings, chunk);
    filling.pieces.push({ from: offset, length, at });
    last = { chunk, filling };
  }
  return fillings.values();
}

function fillingOf(fillings: Map<string, Filling>, ref: ChunkRef): Filling {
  const name = textOf(ref);
  const filling = fillings.get(name) ?? { ref, pieces: [] };
  fillings.set(name, filling);
  return filling;
}

function byPack(fillings: Iterable<Filling>): Iterable<Filling[]> {
  const packs = new Map<string, Filling[]>();
  for (const filling of fillings) {
    const name = `${filling.ref.pack}/${filling.ref.key}`;
    const others = packs.get(name);
    if (others) others.push(filling);
    else packs.set(name, [filling]);
  }
  return packs.values();
}

function* neighbours(chunks: readonly Filling[]): Generator<ChunkBatch> {
  let batch: Filling[] = [];
  for (const chunk of chunks) {
    if (batch.length > 0 && !goesOn(batch, chunk)) {
      yield { chunks: batch };
      batch = [];
    }
    batch.push(chunk);
  }
  if (batch.length > 0) yield { chunks: batch };
}

function goesOn(batch: readonly Filling[], { ref }: Filling): boolean {
  const first = batch[0]!.ref;
  const last = batch.at(-1)!.ref;
  const gap = ref.offset - (last.offset + last.sealedLength);
  const length = ref.offset + ref.sealedLength - first.offset;
  return batch.length < mostChunks && gap <= smallGap && length <= longestRead;
}
