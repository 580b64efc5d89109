import { type Bytes, concat, equalBytes } from '@strongroom/core';
import type { Extent } from '../entry.ts';
import { hmac } from '../format/hash.ts';
import { isDamage } from '../manifest/manifest-reader.ts';
import { type ChunkRef, placeOf } from '../pack/chunk-ref.ts';
import type { ChunkReader } from '../pack/chunk-reader.ts';
import { hashPages, pageHashLength, pagesPerRun } from './pages.ts';

// Scattered over more chunks than this, a run of pages is written anew.
const mostChunksPerRun = 16;

/** Where a page is. */
export type PagePlace = Extent;

export interface OldPagesParts {
  readonly chunkId: CryptoKey;
  readonly reader: ChunkReader;
  readonly extents: readonly Extent[];
  readonly pageSize: number;
  /** Whether a chunk can still be read. */
  readonly isUsable: (chunk: ChunkRef) => boolean;
  /** The remembered hashes of a run, if there are any. */
  readonly remembered: (run: number) => Promise<Bytes | undefined>;
}

/** The pages of a file in the last snapshot, to be compared with those of now. */
export class OldPages {
  readonly #parts: OldPagesParts;
  readonly #starts: number[] = [];
  readonly #size: number;
  /** By `placeOf`. */
  readonly #worthKeeping: ReadonlySet<string>;

  constructor(parts: OldPagesParts) {
    this.#parts = parts;
    let start = 0;
    for (const { length } of parts.extents) {
      this.#starts.push(start);
      start += length;
    }
    this.#size = start;
    this.#worthKeeping = chunksWorthKeeping(parts.extents, parts.isUsable);
  }

  /**
   * Where the unchanged pages of a run are already; nothing for those that must be stored.
   * @param bytes the run as it is now
   * @param hashes of its pages
   */
  async places(run: number, bytes: Bytes, hashes: Bytes): Promise<(PagePlace | undefined)[]> {
    const { pageSize } = this.#parts;
    const old = await this.#hashes(run, bytes, hashes);
    const places = Array.from({ length: hashes.length / pageHashLength }, (_, i) => {
      const at = i * pageHashLength;
      const same = equalBytes(
        hashes.subarray(at, at + pageHashLength),
        old.subarray(at, at + pageHashLength),
      );
      const length = Math.min(pageSize, bytes.length - i * pageSize);
      return same ? this.#place((run * pagesPerRun + i) * pageSize, length) : undefined;
    });
    const chunks = new Set(places.map((place) => place?.chunk));
    return chunks.size > mostChunksPerRun ? places.map(() => undefined) : places;
  }

  #place(offset: number, length: number): PagePlace | undefined {
    const i = this.#indexAt(offset);
    const extent = this.#parts.extents[i];
    if (!extent || !this.#worthKeeping.has(placeOf(extent.chunk))) return undefined;
    const within = offset - this.#starts[i]!;
    if (within + length > extent.length) return undefined;
    return { chunk: extent.chunk, offset: extent.offset + within, length };
  }

  /** The last extent that begins at or before `offset`. */
  #indexAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  async #hashes(run: number, bytes: Bytes, hashes: Bytes): Promise<Bytes> {
    const remembered = await this.#parts.remembered(run);
    if (remembered) return remembered;
    const start = run * pagesPerRun * this.#parts.pageSize;
    const end = Math.min(this.#size, start + pagesPerRun * this.#parts.pageSize);
    if (start >= end) return new Uint8Array();
    if (await this.#isSameChunk(start, bytes)) return hashes;
    const old = await this.#read(start, end);
    return old ? hashPages(this.#parts.chunkId, old, this.#parts.pageSize) : new Uint8Array();
  }

  /** Whether the run is one whole chunk, and the same as now: its name tells, without reading it. */
  async #isSameChunk(start: number, bytes: Bytes): Promise<boolean> {
    const i = this.#indexAt(start);
    const extent = this.#parts.extents[i]!;
    const whole = extent.chunk.plainLength === bytes.length && extent.length === bytes.length;
    if (!whole || this.#starts[i] !== start) return false;
    return equalBytes(extent.chunk.name, await hmac(this.#parts.chunkId, bytes));
  }

  async #read(start: number, end: number): Promise<Bytes | undefined> {
    const { extents, reader } = this.#parts;
    const pieces: Bytes[] = [];
    try {
      for (let i = this.#indexAt(start); i < extents.length && this.#starts[i]! < end; i++) {
        const { chunk, offset, length } = extents[i]!;
        const from = offset + Math.max(0, start - this.#starts[i]!);
        const to = offset + Math.min(length, end - this.#starts[i]!);
        pieces.push((await reader.chunk(chunk)).subarray(from, to));
      }
    } catch (error) {
      if (!isDamage(error)) throw error;
      return undefined;
    }
    return concat(...pieces);
  }
}

/** The places of the chunks that can be read and of which the file still uses at least half. */
function chunksWorthKeeping(extents: readonly Extent[], isUsable: (chunk: ChunkRef) => boolean): Set<string> {
  const used = new Map<string, { chunk: ChunkRef; bytes: number }>();
  for (const { chunk, length } of extents) {
    const bytes = used.get(placeOf(chunk))?.bytes ?? 0;
    used.set(placeOf(chunk), { chunk, bytes: bytes + length });
  }
  const worth = [...used].filter(([, { chunk, bytes }]) => 2 * bytes >= chunk.plainLength && isUsable(chunk));
  return new Set(worth.map(([place]) => place));
}
