import { StrongroomError } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { sha256 } from '../format/hash.ts';
import { snapshotName } from '../object-names.ts';
import { infoOf, listSnapshotIds, readSnapshot } from '../snapshot/history.ts';
import { nextSnapshotId } from '../snapshot/snapshot-id.ts';
import { sealSnapshot } from '../snapshot/snapshot-object.ts';
import type { Snapshot, SnapshotContent, SnapshotInfo, Writer } from '../snapshot/snapshot.ts';

/**
 * Stores a snapshot, and looks that no other device stored one at the same time.
 * @param previous the one it follows
 * @throws StrongroomError 'other-writer'
 */
export async function publish(
  archive: Archive,
  content: SnapshotContent,
  previous: Snapshot | undefined,
  signal: AbortSignal | undefined,
): Promise<{ info: SnapshotInfo; size: number }> {
  const known = await listSnapshotIds(archive, { signal });
  const newer = known.filter((id) => previous === undefined || id > previous.id);
  await refuseOthers(archive, newer, content.writer, signal);
  const id = nextSnapshotId(known.at(-1), content.time);
  const bytes = await sealSnapshot(archive, id, content);
  await archive.store.put(snapshotName(archive.id, id), bytes, { ifAbsent: true, signal });
  const info = infoOf({ ...content, id, hash: await sha256(bytes) });
  const since = (await listSnapshotIds(archive, { signal })).filter(
    (other) => other !== id && !known.includes(other),
  );
  await refuseOthers(archive, since, content.writer, signal);
  return { info, size: bytes.length };
}

/** @throws StrongroomError 'other-writer' when one of these snapshots is another device's */
async function refuseOthers(
  archive: Archive,
  ids: readonly string[],
  writer: Writer,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const id of ids) {
    const other = await readSnapshot(archive, id, { signal }).catch(() => undefined);
    if (!other || other.writer.deviceId === writer.deviceId) continue;
    throw new StrongroomError('other-writer', { device: other.writer.deviceName });
  }
}
