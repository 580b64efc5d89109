import type { Bytes } from '@strongroom/core';
import { mapInOrder } from '../concurrency.ts';
import type { FileRegion, Plain } from '../engine/chunk-engine.ts';
import type { Extent } from '../entry.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import type { SourceContent } from '../source.ts';

/** Bytes of a file's chunks: sixteen fill a pack, which of a full 1 MiB only fifteen would. */
export const cellLength: number = 1024 * 1024 - 1024;

// Of one file, while the next chunk is read.
const chunksAtOnce = 4;

/**
 * Stores a chunk, or finds it where it is already.
 * @param wantedAgain the next backup will want to read it; by default not
 */
export type PutChunk = (plain: Plain, wantedAgain?: boolean) => Promise<ChunkRef>;

/** Stores a file in chunks of `cellLength` bytes. @returns its extents */
export async function cutFixed(content: SourceContent, put: PutChunk): Promise<Extent[]> {
  const extents: Extent[] = [];
  const stored = mapInOrder(cellsOf(content), chunksAtOnce, async (plain): Promise<Extent> => {
    const { length } = plain;
    return { chunk: await put(plain), offset: 0, length };
  });
  for await (const extent of stored) extents.push(extent);
  return extents;
}

async function* cellsOf(content: SourceContent): AsyncGenerator<Plain> {
  if (content.file) yield* regionsOf(content.file);
  else yield* readCells(content);
}

async function* readCells(content: SourceContent): AsyncGenerator<Bytes> {
  for (let offset = 0; ; offset += cellLength) {
    const plain = await content.read(offset, cellLength);
    // What is yielded is given away: afterwards it may be empty.
    const { length } = plain;
    if (length > 0) yield plain;
    if (length < cellLength) return;
  }
}

function* regionsOf({ fd, size }: { fd: number; size: number }): Generator<FileRegion> {
  for (let offset = 0; offset < size; offset += cellLength) {
    yield { fd, offset, length: Math.min(cellLength, size - offset) };
  }
}
