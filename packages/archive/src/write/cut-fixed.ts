import { mapInOrder } from '../concurrency.ts';
import type { Plain } from '../engine/chunk-engine.ts';
import type { Extent } from '../entry.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import type { SourceContent } from '../source.ts';
import { plainPieces } from './plain-pieces.ts';

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
  const stored = mapInOrder(
    plainPieces(content, cellLength),
    chunksAtOnce,
    async (plain): Promise<Extent> => {
      const { length } = plain;
      return { chunk: await put(plain), offset: 0, length };
    },
  );
  for await (const extent of stored) extents.push(extent);
  return extents;
}
