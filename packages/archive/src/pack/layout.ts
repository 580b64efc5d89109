import { headerLength } from '../format/header.ts';
import { paddingPrefix } from '../format/padding.ts';
import { tagLength } from '../format/seal.ts';

const MiB = 1024 * 1024;

/** Bytes of a pack that is full. */
export const packSize: number = 16 * MiB;

/** Bytes of the smallest pack. */
export const smallestPack: number = MiB;

/** The most plaintext in one chunk. */
export const longestChunk: number = 4 * MiB;

/** Bytes of the clear salt behind the header. */
export const saltLength = 32;

/** Where the first sealed chunk begins. */
export const firstChunk: number = headerLength + saltLength;

/** Bytes of the sealed trailer: offset and length of the sealed table, 4 bytes each. */
export const trailerLength: number = 8 + tagLength;

/** The most bytes that framing and sealing add to a chunk: its codec and the tag. */
export const framingLength: number = 1 + tagLength;

/** The most sealed bytes of one chunk. */
export const longestSealedChunk: number = longestChunk + framingLength;

// Tag and length of the entry, a 32-byte name, and three numbers of at most 4 bytes.
const longestTableEntry = 2 + 34 + 3 * 5;

/** The most bytes that a sealed table of so many chunks takes without padding. */
export function sealedTableBound(chunks: number): number {
  return paddingPrefix + chunks * longestTableEntry + tagLength;
}
