import type { Bytes } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import type { Entry } from '../entry.ts';
import type { StoreOptions } from '../object-store.ts';
import { ChunkReader } from '../pack/chunk-reader.ts';

const lookAhead = 2;

/**
 * The content of a file, piece by piece, every piece verified. The bytes are shared: read them, never write.
 * @throws StrongroomError 'archive-damaged', 'archive-incomplete', 'newer-version'
 */
export async function* fileContent(reader: ChunkReader, entry: Entry): AsyncGenerator<Bytes> {
  const { extents } = entry;
  for (const [i, { chunk, offset, length }] of extents.entries()) {
    for (const next of extents.slice(i + 1, i + 1 + lookAhead))
      reader.chunk(next.chunk).catch(() => undefined);
    yield (await reader.chunk(chunk)).subarray(offset, offset + length);
  }
}

/** The content of one file of a snapshot, reading only what it needs. @throws as `fileContent` */
export function readFile(archive: Archive, entry: Entry, options?: StoreOptions): AsyncGenerator<Bytes> {
  return fileContent(new ChunkReader(archive, { ...options, expect: 'little' }), entry);
}
