import { StrongroomError, isStrongroomError } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { sha256 } from '../format/hash.ts';
import { snapshotName } from '../object-names.ts';
import { infoOf } from '../snapshot/history.ts';
import { nextSnapshotId } from '../snapshot/snapshot-id.ts';
import { sealSnapshot } from '../snapshot/snapshot-object.ts';
import { listSnapshotIds, peekAt } from '../snapshot/snapshot-objects.ts';
import type { Snapshot, SnapshotContent, SnapshotInfo, Writer } from '../snapshot/snapshot.ts';

/**
 * Stores a snapshot, and looks that no other device stored one at the same time.
 * @param previous the one it follows
 * @param passedOver ids of newer objects that were looked at and are not to be followed
 * @throws StrongroomError 'other-writer', 'other-key'
 */
export async function publish(
  archive: Archive,
  content: SnapshotContent,
  previous: Snapshot | undefined,
  signal: AbortSignal | undefined,
  passedOver: ReadonlySet<string> = new Set(),
): Promise<{ info: SnapshotInfo; size: number }> {
  const known = await listSnapshotIds(archive, { signal });
  const newer = known.filter((id) => !passedOver.has(id) && (previous === undefined || id > previous.id));
  await refuseOthers(archive, newer, content.writer, signal);
  const id = nextSnapshotId(known.at(-1), content.time);
  const bytes = await sealSnapshot(archive, id, content);
  await archive.store.put(snapshotName(archive.id, id), bytes, { ifAbsent: true, signal });
  const info = infoOf({ ...content, id, hash: await sha256(bytes) });
  const since = (await listSnapshotIds(archive, { signal })).filter(
    (other) => other !== id && !known.includes(other),
  );
  try {
    await refuseOthers(archive, since, content.writer, signal);
  } catch (error) {
    // Whatever becomes of that, the refusal is what is told.
    await Promise.allSettled([withdraw(archive, id, since, signal)]);
    throw error;
  }
  return { info, size: bytes.length };
}

/**
 * Removes a snapshot that another device's came beside: as the newest, it would hide one that was reported as made.
 * It stays when another one is built on it, or nobody can tell.
 * @throws StrongroomError 'other-key', and what the store throws
 */
async function withdraw(
  archive: Archive,
  id: string,
  since: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const other of since) {
    const content = await contentOf(archive, other, signal);
    if (content?.kept.some((kept) => kept.id === id)) return;
  }
  await archive.store.remove(snapshotName(archive.id, id), { signal });
}

/** @throws StrongroomError 'other-writer' when one of these snapshots is another device's, 'other-key' when nobody can tell */
async function refuseOthers(
  archive: Archive,
  ids: readonly string[],
  writer: Writer,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const id of ids) {
    const other = (await contentOf(archive, id, signal))?.writer;
    if (!other || other.deviceId === writer.deviceId) continue;
    throw new StrongroomError('other-writer', { device: other.deviceName });
  }
}

/**
 * What a snapshot says; nothing when it is damaged, and so in nobody's way.
 * @throws StrongroomError 'other-key': one under a key that is not known may be another device's change of the key
 */
async function contentOf(
  archive: Archive,
  id: string,
  signal: AbortSignal | undefined,
): Promise<SnapshotContent | undefined> {
  try {
    return await peekAt(archive, id, { signal });
  } catch (error) {
    if (!isStrongroomError(error, 'archive-damaged', 'snapshot-missing')) throw error;
    return undefined;
  }
}
