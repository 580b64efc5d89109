import type { Bytes } from '@strongroom/core';
import type { Category, Extent } from '../entry.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import type { SourceContent } from '../source.ts';

const MiB = 1024 * 1024;

/** Stores a chunk, or finds it where it is already. */
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
  for (let offset = 0; ; offset += cell) {
    const plain = await content.read(offset, cell);
    if (plain.length > 0) extents.push({ chunk: await put(plain), offset: 0, length: plain.length });
    if (plain.length < cell) return extents;
  }
}
