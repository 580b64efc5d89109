import { type Bytes, StrongroomError, concat, fromUtf8, i2osp, os2ip, utf8 } from '@strongroom/core';

/** The format version that this code writes. */
export const formatVersion = 1;

/** Bytes of the clear header: magic 4, format version 2, zero 2. */
export const headerLength = 8;

/** What an object is: descriptor, pack, snapshot or prune mark. */
export type Magic = 'SRDE' | 'SRPK' | 'SRSN' | 'SRPR';

/** The 8 clear bytes an object starts with. */
export function encodeHeader(magic: Magic): Bytes {
  return concat(utf8(magic), i2osp(formatVersion, 2), new Uint8Array(2));
}

/**
 * Checks the header before anything else of an object is read.
 * @throws StrongroomError 'newer-version' or 'archive-damaged'
 */
export function checkHeader(object: string, bytes: Uint8Array, magic: Magic): void {
  if (bytes.length < headerLength) throw damaged(object, 'is cut short');
  if (!hasMagic(bytes, magic)) throw damaged(object, 'is not what its name says');
  const version = os2ip(bytes.subarray(4, 6));
  if (version > formatVersion) throw new StrongroomError('newer-version', { object, version });
  if (version < formatVersion) throw damaged(object, 'is of a preview version, which is no longer read');
  if (bytes[6] !== 0 || bytes[7] !== 0) throw damaged(object, 'has an altered header');
}

function hasMagic(bytes: Uint8Array, magic: Magic): boolean {
  try {
    return fromUtf8(bytes.subarray(0, 4)) === magic;
  } catch {
    return false;
  }
}

/** An 'archive-damaged' error: `object` `why`, as in "packs/… is cut short". */
export function damaged(object: string, why: string, cause?: unknown): StrongroomError<'archive-damaged'> {
  return new StrongroomError('archive-damaged', { object, why }, cause === undefined ? {} : { cause });
}
