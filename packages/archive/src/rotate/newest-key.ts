import { snapshotName } from '../object-names.ts';
import type { Archive } from '../archive.ts';
import { shownLength } from '../format/sealed-object.ts';
import type { StoreOptions } from '../object-store.ts';
import { snapshotKey } from '../snapshot/snapshot-object.ts';
import { listSnapshotIds } from '../snapshot/snapshot-objects.ts';

/**
 * Key check of the backup key that the newest snapshot says it is sealed under, 32 hexadecimal digits; none in an
 * archive without. Not authenticated: enough to choose by which of two keys to open the archive with.
 * @throws StrongroomError 'archive-damaged', 'newer-version', and what the store throws
 */
export async function keyOfNewest(archive: Archive, options?: StoreOptions): Promise<string | undefined> {
  const id = (await listSnapshotIds(archive, options)).at(-1);
  if (id === undefined) return undefined;
  const range = { offset: 0, length: shownLength };
  const bytes = await archive.store.get(snapshotName(archive.id, id), { ...options, range });
  return snapshotKey(archive.id, id, bytes);
}
