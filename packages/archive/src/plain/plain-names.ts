import { isSnapshotId } from '../object-names.ts';

const objectPattern = /^([0-9a-f]{32})\/plain\/([^/]+)\/(done|[0-9]{8})$/;

/** Bytes of every part but the last. */
export const partSize: number = 16 * 1024 * 1024;

/** What the names of all objects of plain backups start with. */
export function plainPrefix(archiveId: string): string {
  return `${archiveId}/plain/`;
}

/** Name of the object that is written last. @param id a ULID */
export function doneName(archiveId: string, id: string): string {
  return `${plainPrefix(archiveId)}${id}/done`;
}

/** Name of a part, so that the parts sort in their order. @param number counted from 0 */
export function partName(archiveId: string, id: string, number: number): string {
  return `${plainPrefix(archiveId)}${id}/${String(number).padStart(8, '0')}`;
}

/** What the name of an object says, when it is one of a plain backup. */
export function plainObjectOf(
  name: string,
): { readonly archiveId: string; readonly id: string; readonly isDone: boolean } | undefined {
  const [, archiveId, id, last] = objectPattern.exec(name) ?? [];
  if (archiveId === undefined || id === undefined || !isSnapshotId(id)) return undefined;
  return { archiveId, id, isDone: last === 'done' };
}
