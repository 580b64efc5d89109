import type { Archive } from '../archive.ts';
import type { Entry } from '../entry.ts';
import { readManifest } from '../manifest/manifest-reader.ts';
import type { StoreOptions } from '../object-store.ts';
import { ChunkReader } from '../pack/chunk-reader.ts';
import { findSnapshot } from '../snapshot/history.ts';

/**
 * The entries of a snapshot in the order of their paths, reading the manifest alone.
 * @param snapshot its id, or `latest`
 * @throws StrongroomError 'snapshot-missing', 'archive-damaged', 'archive-incomplete', 'newer-version'
 */
export async function* readEntries(
  archive: Archive,
  snapshot: string,
  options?: StoreOptions,
): AsyncGenerator<Entry> {
  const { manifest } = await findSnapshot(archive, snapshot, options);
  yield* readManifest(new ChunkReader(archive, { ...options, expect: 'little' }), manifest);
}
