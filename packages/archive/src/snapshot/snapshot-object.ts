import type { Bytes } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { sha256 } from '../format/hash.ts';
import { type SealedKind, openObject, sealObject } from '../format/sealed-object.ts';
import { snapshotName } from '../object-names.ts';
import type { Snapshot, SnapshotContent } from './snapshot.ts';
import { decodeSnapshot, encodeSnapshot } from './snapshot-message.ts';

const kind: SealedKind = { magic: 'SRSN', label: 'strongroom snapshot' };

/** The bytes of a snapshot's object, sealed under a fresh salt, of a stepped size from 4 KiB. */
export function sealSnapshot(archive: Archive, id: string, content: SnapshotContent): Promise<Bytes> {
  return sealObject(kind, archive.keys, snapshotName(archive.id, id), encodeSnapshot(content));
}

/**
 * The snapshot of an object's bytes. The archive learns the earlier keys that it names.
 * @throws StrongroomError 'newer-version', 'archive-damaged'
 */
export async function openSnapshot(archive: Archive, id: string, bytes: Bytes): Promise<Snapshot> {
  const name = snapshotName(archive.id, id);
  const content = decodeSnapshot(await openObject(kind, archive.keys, name, bytes), name);
  await archive.keys.learn(content.earlierKeys);
  return { ...content, id, hash: await sha256(bytes) };
}
