import type { Bytes } from '@strongroom/core';
import type { Extent } from '../entry.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import type { SourceContent } from '../source.ts';
import type { PutChunk } from './cut-fixed.ts';
import type { OldPages, PagePlace } from './old-pages.ts';
import { hashPages, pagesPerRun } from './pages.ts';

export interface CutPagesParts {
  readonly chunkId: CryptoKey;
  readonly pageSize: number;
  readonly old: OldPages | undefined;
  readonly put: PutChunk;
  /** Hears the hashes of every run's pages. */
  readonly remember: (run: number, hashes: Bytes) => Promise<void>;
}

/**
 * Stores a database: pages that did not change stay where they are, the others are packed together, 64 a chunk.
 * @returns the extents of the file
 */
export async function cutPages(content: SourceContent, parts: CutPagesParts): Promise<Extent[]> {
  const { chunkId, pageSize, old, put, remember } = parts;
  const layout = new PageLayout(pageSize, put);
  const runLength = pagesPerRun * pageSize;
  for (let run = 0; ; run++) {
    const bytes = await content.read(run * runLength, runLength);
    const hashes = await hashPages(chunkId, bytes, pageSize);
    const places = old && bytes.length > 0 ? await old.places(run, bytes, hashes) : [];
    await layout.addRun(bytes, places);
    if (bytes.length > 0) await remember(run, hashes);
    if (bytes.length < runLength) return layout.finish();
  }
}

/** A chunk, or one that is still being filled. */
interface Slot {
  chunk: ChunkRef | undefined;
}

/** Collects where every page of a file is, in order. */
class PageLayout {
  readonly #pageSize: number;
  readonly #put: PutChunk;
  readonly #pieces: { slot: Slot; offset: number; length: number }[] = [];
  readonly #slots = new Map<ChunkRef, Slot>();
  readonly #buffer: Bytes;
  #filled = 0;
  #filling: Slot = { chunk: undefined };

  constructor(pageSize: number, put: PutChunk) {
    this.#pageSize = pageSize;
    this.#put = put;
    this.#buffer = new Uint8Array(pagesPerRun * pageSize);
  }

  async addRun(bytes: Bytes, places: readonly (PagePlace | undefined)[]): Promise<void> {
    for (let at = 0, i = 0; at < bytes.length; at += this.#pageSize, i++) {
      const place = places[i];
      if (place) this.#piece(this.#slotOf(place.chunk), place.offset, place.length);
      else await this.#store(bytes.subarray(at, at + this.#pageSize));
    }
  }

  async finish(): Promise<Extent[]> {
    await this.#flush();
    return this.#pieces.map(({ slot, offset, length }) => ({ chunk: slot.chunk!, offset, length }));
  }

  async #store(page: Bytes): Promise<void> {
    this.#buffer.set(page, this.#filled);
    this.#piece(this.#filling, this.#filled, page.length);
    this.#filled += page.length;
    if (this.#filled === this.#buffer.length) await this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#filled === 0) return;
    this.#filling.chunk = await this.#put(this.#buffer.slice(0, this.#filled));
    this.#filling = { chunk: undefined };
    this.#filled = 0;
  }

  #slotOf(chunk: ChunkRef): Slot {
    const slot = this.#slots.get(chunk) ?? { chunk };
    this.#slots.set(chunk, slot);
    return slot;
  }

  #piece(slot: Slot, offset: number, length: number): void {
    const last = this.#pieces.at(-1);
    if (last?.slot === slot && last.offset + last.length === offset) last.length += length;
    else this.#pieces.push({ slot, offset, length });
  }
}
