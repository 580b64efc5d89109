import type { Bytes } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import type { Entry, Extent, Patch } from '../entry.ts';
import { pageHashLength } from '../engine/steps.ts';
import { FileMap } from '../file-map.ts';
import { isDamage } from '../manifest/manifest-reader.ts';
import { type ChunkRef, placeOf } from '../pack/chunk-ref.ts';
import type { ChunkReader } from '../pack/chunk-reader.ts';
import { filePart } from '../read/file-content.ts';
import { pagesPerRun } from './pages.ts';

// Scattered over more chunks than this, a run of pages is written anew.
const mostChunks = 16;

// Patched from more chunks than this, the patches of a run are written anew. Not all runs at once: every run gets
// one more chunk a day, and then all of them would be due on the same day.
const fewestPatchChunks = 8;
const spread = 16;

/** What becomes of a page: it stays as it is, or changed from a base, or is stored whole. */
export type PageFate =
  | { readonly keep: Extent; readonly patch: Patch | undefined }
  | { readonly base: Extent }
  | undefined;

export interface OldPagesParts {
  readonly archive: Archive;
  readonly reader: ChunkReader;
  readonly entry: Entry;
  /** Bytes. */
  readonly pageSize: number;
  /** Under which pages are hashed, HMAC-SHA-256. */
  readonly pageKey: CryptoKey;
  /** Whether a chunk can still be read. */
  readonly isUsable: (chunk: ChunkRef) => boolean;
  /** The remembered hashes of a run, if there are any. */
  readonly remembered: (run: number) => Promise<Bytes | undefined>;
}

/** The pages of a file in the last snapshot, to be compared with those of now. */
export class OldPages {
  readonly #parts: OldPagesParts;
  readonly #map: FileMap;
  readonly #worthKeeping: ReadonlySet<ChunkRef>;

  constructor(parts: OldPagesParts) {
    this.#parts = parts;
    this.#map = new FileMap(parts.entry);
    this.#worthKeeping = chunksWorthKeeping(parts.entry, parts.isUsable);
  }

  /**
   * What becomes of every page of a run.
   * @param length bytes of the run as it is now
   * @param hashes of its pages
   */
  async fates(run: number, length: number, hashes: Bytes): Promise<PageFate[]> {
    const { pageSize } = this.#parts;
    const start = run * pagesPerRun * pageSize;
    const old = await this.#hashes(run, start);
    const fates = Array.from({ length: hashes.length / pageHashLength }, (_, i) =>
      this.#fate(start + i * pageSize, Math.min(pageSize, length - i * pageSize), isSame(i, hashes, old)),
    );
    return tidy(fates, run);
  }

  #fate(at: number, length: number, same: boolean): PageFate {
    const pieces = this.#map.pieces(at, at + length);
    const [base] = pieces;
    if (!base || pieces.length > 1 || base.length < length || !this.#worthKeeping.has(base.chunk))
      return undefined;
    const patches = this.#map.patches(at, at + length);
    const [patch] = patches;
    const stays = !patch || (patches.length === 1 && this.#worthKeeping.has(patch.chunk));
    return same && stays ? { keep: base, patch } : { base };
  }

  async #hashes(run: number, start: number): Promise<Bytes> {
    const remembered = await this.#parts.remembered(run);
    if (remembered) return remembered;
    const { archive, reader, pageSize, pageKey } = this.#parts;
    const end = Math.min(this.#map.size, start + pagesPerRun * pageSize);
    if (start >= end) return new Uint8Array();
    try {
      const bytes = await filePart(reader, this.#map, start, end);
      return (await archive.engine.hashPages(pageKey, bytes, pageSize)).hashes;
    } catch (error) {
      if (!isDamage(error)) throw error;
      return new Uint8Array();
    }
  }
}

/** Has a run written anew that would have to be read from too many places. */
function tidy(fates: PageFate[], run: number): PageFate[] {
  const bases = new Set(fates.map((fate) => fate && ('keep' in fate ? fate.keep : fate.base).chunk));
  if (bases.size > mostChunks) return fates.map(() => undefined);
  const patches = new Set(fates.map((fate) => fate && 'keep' in fate && fate.patch && fate.patch.chunk));
  if (patches.size <= fewestPatchChunks + (run % spread)) return fates;
  return fates.map((fate) => (fate && 'keep' in fate && fate.patch ? { base: fate.keep } : fate));
}

/** The chunks that can be read and of which the file still uses at least half. */
function chunksWorthKeeping(entry: Entry, isUsable: (chunk: ChunkRef) => boolean): Set<ChunkRef> {
  const used = new Map<string, { chunks: Set<ChunkRef>; bytes: number }>();
  for (const { chunk, length } of [...entry.extents, ...entry.patches]) {
    const known = used.get(placeOf(chunk)) ?? { chunks: new Set(), bytes: 0 };
    known.chunks.add(chunk);
    known.bytes += length;
    used.set(placeOf(chunk), known);
  }
  const worth = [...used.values()].filter(
    ({ chunks: [chunk], bytes }) => 2 * bytes >= chunk!.plainLength && isUsable(chunk!),
  );
  return new Set(worth.flatMap(({ chunks }) => [...chunks]));
}

/** Whether the hash of a page is the same in both lists. Hashes are no secret to whoever could measure this. */
function isSame(page: number, hashes: Bytes, old: Bytes): boolean {
  for (let at = page * pageHashLength; at < (page + 1) * pageHashLength; at++)
    if (hashes[at] !== old[at]) return false;
  return true;
}
