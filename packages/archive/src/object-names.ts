import { type Bytes, toHex } from '@strongroom/core';

const descriptorPattern = /^([0-9a-f]{32})\/descriptor$/;
const packPattern = /^[0-9a-f]{32}$/;
const snapshotPattern = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Name of the object that says what opens the archive. */
export function descriptorName(archiveId: string): string {
  return `${archiveId}/descriptor`;
}

/** The archive whose descriptor has this name. */
export function archiveOfDescriptor(objectName: string): string | undefined {
  return descriptorPattern.exec(objectName)?.[1];
}

/** What the names of all packs start with. */
export function packsPrefix(archiveId: string): string {
  return `${archiveId}/packs/`;
}

/** Name of a pack's object; `pack` is 32 hexadecimal digits. */
export function packName(archiveId: string, pack: string): string {
  return packsPrefix(archiveId) + pack;
}

/** What the names of all snapshots start with. */
export function snapshotsPrefix(archiveId: string): string {
  return `${archiveId}/snapshots/`;
}

/** Name of a snapshot's object; `snapshot` is a ULID. */
export function snapshotName(archiveId: string, snapshot: string): string {
  return snapshotsPrefix(archiveId) + snapshot;
}

/** What the names of all prune marks start with. */
export function pruneMarksPrefix(archiveId: string): string {
  return `${archiveId}/prune/`;
}

/** Name of a prune mark's object; `mark` is a ULID. */
export function pruneMarkName(archiveId: string, mark: string): string {
  return pruneMarksPrefix(archiveId) + mark;
}

/** Whether this is the identifier of a pack: 32 lower-case hexadecimal digits. */
export function isPackId(id: string): boolean {
  return packPattern.test(id);
}

/** Whether this is the identifier of a snapshot or prune mark: a ULID, 26 characters in upper case. */
export function isSnapshotId(id: string): boolean {
  return snapshotPattern.test(id);
}

/** The text of an archive's id, as in the names of its objects. */
export function archiveIdText(archiveId: Bytes): string {
  return toHex(archiveId);
}
