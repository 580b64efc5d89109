import { type Bytes, toHex } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { sha256 } from '../format/hash.ts';
import { type SealedKind, openObject, sealObject, sealedUnder } from '../format/sealed-object.ts';
import { snapshotName } from '../object-names.ts';
import type { Snapshot, SnapshotContent } from './snapshot.ts';
import { decodeSnapshot, encodeSnapshot } from './snapshot-message.ts';

const kind: SealedKind = { magic: 'SRSN', label: 'strongroom snapshot' };

/** The bytes of a snapshot's object, sealed under a fresh salt, of a stepped size from 4 KiB. */
export function sealSnapshot(archive: Archive, id: string, content: SnapshotContent): Promise<Bytes> {
  return sealObject(kind, archive.keys, snapshotName(archive.id, id), encodeSnapshot(content));
}

/**
 * The snapshot of an object's bytes. The archive learns the earlier keys that it names: for bytes that are known to be
 * the archive's own, under the key in use or by their hash.
 * @throws StrongroomError 'newer-version', 'archive-damaged'
 */
export async function openSnapshot(archive: Archive, id: string, bytes: Bytes): Promise<Snapshot> {
  const content = await peekSnapshot(archive, id, bytes);
  await archive.keys.learn(content.earlierKeys);
  return { ...content, id, hash: await sha256(bytes) };
}

/**
 * What a snapshot's object says, believed by nobody yet: whoever has an earlier key may have written it.
 * @throws StrongroomError 'newer-version', 'archive-damaged'
 */
export async function peekSnapshot(archive: Archive, id: string, bytes: Bytes): Promise<SnapshotContent> {
  const name = snapshotName(archive.id, id);
  return decodeSnapshot(await openObject(kind, archive.keys, name, bytes), name);
}

/** Key check of the backup key that a snapshot's object says it is sealed under, 32 hexadecimal digits. @throws StrongroomError 'newer-version', 'archive-damaged' */
export function snapshotKey(archiveId: string, id: string, bytes: Bytes): string {
  return toHex(sealedUnder(kind, snapshotName(archiveId, id), bytes));
}
