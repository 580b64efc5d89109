import type { Bytes } from '@strongroom/core';
import { mapInOrder } from '../concurrency.ts';
import type { Category, Extent } from '../entry.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import type { SourceContent } from '../source.ts';

const MiB = 1024 * 1024;

// Of one file, while the next chunk is read.
const chunksAtOnce = 3;

/** Stores a chunk, or finds it where it is already. The plaintext is given away. */
export type PutChunk = (plain: Bytes) => Promise<ChunkRef>;

/**
 * Bytes of a file's chunks. Media are hardly ever changed, so that large chunks do; four of theirs fill a pack,
 * which at a full 4 MiB only three would.
 */
export function cellOf(category: Category): number {
  return category === 'media' ? 4 * MiB - 1024 : MiB;
}

/** Stores a file in chunks of `cell` bytes. @returns its extents */
export async function cutFixed(content: SourceContent, cell: number, put: PutChunk): Promise<Extent[]> {
  const extents: Extent[] = [];
  const stored = mapInOrder(cellsOf(content, cell), chunksAtOnce, async (plain): Promise<Extent> => {
    const { length } = plain;
    return { chunk: await put(plain), offset: 0, length };
  });
  for await (const extent of stored) extents.push(extent);
  return extents;
}

async function* cellsOf(content: SourceContent, cell: number): AsyncGenerator<Bytes> {
  for (let offset = 0; ; offset += cell) {
    const plain = await content.read(offset, cell);
    // What is yielded is given away: afterwards it may be empty.
    const { length } = plain;
    if (length > 0) yield plain;
    if (length < cell) return;
  }
}
