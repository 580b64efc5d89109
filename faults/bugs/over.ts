import type { RecordStore } from '@strongroom/vault';

/** A store of which some operations are others. */
export function over(
  inner: RecordStore,
  changed: Partial<Pick<RecordStore, 'read' | 'replace'>>,
): RecordStore {
  return {
    read: (id) => inner.read(id),
    list: (after, limit) => inner.list(after, limit),
    replace: (id, value, revision) => inner.replace(id, value, revision),
    forgetOldValues: () => inner.forgetOldValues(),
    close: () => inner.close(),
    ...changed,
  };
}
