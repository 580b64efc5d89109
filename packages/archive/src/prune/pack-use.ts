import { damaged } from '../format/header.ts';
import { manifestObject } from '../manifest/manifest-reader.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { framingLength, packSize, sealedTableBound } from '../pack/layout.ts';

// No chunk is smaller than what sealing adds.
const mostChunks = Math.floor(packSize / framingLength);
const tableEntry = sealedTableBound(1) - sealedTableBound(0);

/** The most bytes that a chunk takes in a pack, with its entry in the table. */
export function weightOf({ sealedLength }: ChunkRef): number {
  return sealedLength + tableEntry;
}

/** How much of a pack is referred to. */
export class PackUse {
  /** Chunks of files. */
  chunks = 0;
  /** Bytes of these chunks. */
  fileBytes = 0;
  /** Bytes of groups of manifests. */
  groupBytes = 0;
  /** One bit for each ordinal. */
  #seen = new Uint8Array(16);

  /** Counts a chunk of a file, once however often it is referred to. */
  addChunk(ref: ChunkRef): void {
    if (!this.#mark(ref.ordinal)) return;
    this.chunks++;
    this.fileBytes += weightOf(ref);
  }

  /** Counts a group of a manifest, once. */
  addGroup(ref: ChunkRef): void {
    if (this.#mark(ref.ordinal)) this.groupBytes += weightOf(ref);
  }

  /** @returns whether the ordinal was not seen before */
  #mark(ordinal: number): boolean {
    if (ordinal >= mostChunks) throw damaged(manifestObject, 'refers to a chunk that cannot be');
    const at = ordinal >> 3;
    const bit = 1 << (ordinal & 7);
    if (at >= this.#seen.length) this.#grow(at + 1);
    const seen = (this.#seen[at]! & bit) !== 0;
    this.#seen[at]! |= bit;
    return !seen;
  }

  #grow(length: number): void {
    const longer = new Uint8Array(2 * length);
    longer.set(this.#seen);
    this.#seen = longer;
  }
}
