import { type Bytes, StrongroomError, isStrongroomError } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { damaged } from '../format/header.ts';
import { isSnapshotId, snapshotName, snapshotsPrefix } from '../object-names.ts';
import type { StoreOptions } from '../object-store.ts';
import { peekSnapshot, snapshotKey } from './snapshot-object.ts';
import type { SnapshotContent } from './snapshot.ts';

// A snapshot of ten million files is about 2 MiB.
const longestSnapshot = 64 * 1024 * 1024;

/** The ids of every snapshot object in the store, oldest first. */
export async function listSnapshotIds(archive: Archive, options?: StoreOptions): Promise<string[]> {
  const prefix = snapshotsPrefix(archive.id);
  const ids: string[] = [];
  for await (const { name } of archive.store.list(prefix, options)) {
    const id = name.slice(prefix.length);
    if (isSnapshotId(id)) ids.push(id);
  }
  return ids.toSorted();
}

/** The bytes of a snapshot's object. @throws StrongroomError 'snapshot-missing', 'archive-damaged' */
export async function fetchSnapshot(archive: Archive, id: string, options?: StoreOptions): Promise<Bytes> {
  const name = snapshotName(archive.id, id);
  try {
    const bytes = await archive.store.get(name, {
      ...options,
      range: { offset: 0, length: longestSnapshot + 1 },
    });
    if (bytes.length > longestSnapshot) throw damaged(name, 'is too long');
    return bytes;
  } catch (error) {
    if (!isStrongroomError(error, 'object-missing')) throw error;
    throw new StrongroomError('snapshot-missing', { snapshot: id }, { cause: error });
  }
}

/** Whether a snapshot's object says that it is sealed under the key in use. @throws StrongroomError 'newer-version', 'archive-damaged' */
export function isUnderCurrent(archive: Archive, id: string, bytes: Bytes): boolean {
  return snapshotKey(archive.id, id, bytes) === archive.keys.current.id;
}

/** The error that a snapshot's object is sealed under another key than the one in use. */
export function otherKey(archive: Archive, id: string, bytes: Bytes): StrongroomError<'other-key'> {
  const earlier = archive.keys.find(snapshotKey(archive.id, id, bytes)) !== undefined;
  return new StrongroomError('other-key', { object: snapshotName(archive.id, id), earlier });
}

/**
 * What a snapshot says that need not be this archive's own: whoever has an earlier key may have written it.
 * @throws StrongroomError 'other-key' when its key is not known, 'snapshot-missing', 'archive-damaged', 'newer-version'
 */
export async function peekAt(archive: Archive, id: string, options?: StoreOptions): Promise<SnapshotContent> {
  const bytes = await fetchSnapshot(archive, id, options);
  const error = otherKey(archive, id, bytes);
  if (!isUnderCurrent(archive, id, bytes) && !error.details.earlier) throw error;
  return peekSnapshot(archive, id, bytes);
}
