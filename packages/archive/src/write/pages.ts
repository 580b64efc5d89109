import { utf8 } from '@strongroom/core';

/** Pages that are read, compared and at first stored together. */
export const pagesPerRun = 64;

const magic = utf8('SQLite format 3\0');
const defaultPageSize = 4096;

/** How many bytes at the beginning of a file `pageSizeOf` wants to see. */
export const headLength = 18;

/**
 * Bytes of a page of an SQLite database (file format, section 1.3.2); none when the file is no database.
 * @param head the first 18 bytes of the file
 */
export function pageSizeOf(head: Uint8Array): number | undefined {
  if (head.length < headLength || !magic.every((byte, i) => byte === head[i])) return undefined;
  const stored = head[16]! * 256 + head[17]!;
  const size = stored === 1 ? 65_536 : stored;
  return size >= 512 && (size & (size - 1)) === 0 ? size : defaultPageSize;
}

/** Bytes of a page for messages that are in no database. */
export const otherPageSize: number = defaultPageSize;
