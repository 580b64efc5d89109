import { type Bytes, concat, utf8 } from '@strongroom/core';
import { hmac } from '../format/hash.ts';

/** Pages that are read, compared and at first stored together. */
export const pagesPerRun = 64;

/** Bytes of a page's hash. */
export const pageHashLength = 16;

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

/** The hashes of a run's pages, 16 bytes each, under the archive's chunk id key. */
export async function hashPages(key: CryptoKey, run: Bytes, pageSize: number): Promise<Bytes> {
  const hashes: Promise<Bytes>[] = [];
  for (let at = 0; at < run.length; at += pageSize) hashes.push(hmac(key, run.subarray(at, at + pageSize)));
  return concat(...(await Promise.all(hashes)).map((hash) => hash.subarray(0, pageHashLength)));
}
