import type { Bytes } from '@strongroom/core';
import type { Extent, Patch } from '../entry.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import type { PutChunk } from './cut-fixed.ts';
import { pagesPerRun } from './pages.ts';

// Chunks that are being sealed while the next one is filled.
const mostUnderWay = 4;

/** A chunk, or one that is still being filled or sealed. */
interface Slot {
  chunk: ChunkRef | undefined;
}

interface Piece {
  readonly slot: Slot;
  readonly offset: number;
  length: number;
}

interface PatchPiece extends Piece {
  readonly at: number;
}

/** Collects what every page of a file is made of, in order, and stores what is new: 64 pages a chunk. */
export class PageLayout {
  readonly #put: PutChunk;
  readonly #whole: PageBuffer;
  readonly #deltas: PageBuffer;
  readonly #pieces: Piece[] = [];
  readonly #patches: PatchPiece[] = [];
  readonly #slots = new Map<ChunkRef, Slot>();
  readonly #underWay = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  #end = 0;

  /** @param pageSize bytes */
  constructor(pageSize: number, put: PutChunk) {
    this.#put = put;
    this.#whole = new PageBuffer(pageSize);
    this.#deltas = new PageBuffer(pageSize);
  }

  /** The next page is stored. */
  async store(page: Bytes): Promise<void> {
    const { slot, offset } = await this.#take(this.#whole, page);
    this.#extend(slot, offset, page.length);
  }

  /** The next page is where it was. */
  keep({ chunk, offset, length }: Extent, patch: Patch | undefined): void {
    if (patch) this.#patch(this.#slotOf(patch.chunk), patch.offset, patch.length);
    this.#extend(this.#slotOf(chunk), offset, length);
  }

  /** The next page is what an old one was, XOR `delta`, which is stored. */
  async change({ chunk, offset, length }: Extent, delta: Bytes): Promise<void> {
    const taken = await this.#take(this.#deltas, delta);
    this.#patch(taken.slot, taken.offset, length);
    this.#extend(this.#slotOf(chunk), offset, length);
  }

  /** Stores what is left. @returns what the file is made of */
  async finish(): Promise<{ extents: Extent[]; patches: Patch[] }> {
    await this.#flush(this.#whole);
    await this.#flush(this.#deltas);
    await Promise.all(this.#underWay);
    if (this.#failure) throw this.#failure.error;
    return { extents: this.#pieces.map(settled), patches: this.#patches.map(settled) };
  }

  async #take(buffer: PageBuffer, page: Bytes): Promise<{ slot: Slot; offset: number }> {
    const place = buffer.add(page);
    if (buffer.isFull) await this.#flush(buffer);
    return place;
  }

  async #flush(buffer: PageBuffer): Promise<void> {
    if (buffer.isEmpty) return;
    const { slot, bytes } = buffer.empty();
    // What pages change from is read again when they do; deltas stand alone.
    const storing = this.#store(slot, bytes, buffer === this.#whole).finally(() =>
      this.#underWay.delete(storing),
    );
    this.#underWay.add(storing);
    while (this.#underWay.size >= mostUnderWay) await Promise.race(this.#underWay);
    if (this.#failure) throw this.#failure.error;
  }

  async #store(slot: Slot, bytes: Bytes, wantedAgain: boolean): Promise<void> {
    try {
      slot.chunk = await this.#put(bytes, wantedAgain);
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  #slotOf(chunk: ChunkRef): Slot {
    const slot = this.#slots.get(chunk) ?? { chunk };
    this.#slots.set(chunk, slot);
    return slot;
  }

  #extend(slot: Slot, offset: number, length: number): void {
    const last = this.#pieces.at(-1);
    if (last && goesOn(last, slot, offset)) last.length += length;
    else this.#pieces.push({ slot, offset, length });
    this.#end += length;
  }

  #patch(slot: Slot, offset: number, length: number): void {
    const last = this.#patches.at(-1);
    if (last && goesOn(last, slot, offset) && last.at + last.length === this.#end) last.length += length;
    else this.#patches.push({ slot, offset, length, at: this.#end });
  }
}

function goesOn(last: Piece, slot: Slot, offset: number): boolean {
  return last.slot === slot && last.offset + last.length === offset;
}

function settled<P extends Piece>({ slot, ...piece }: P): Omit<P, 'slot'> & { chunk: ChunkRef } {
  return { ...piece, chunk: slot.chunk! };
}

/** Pages that will be one chunk. */
class PageBuffer {
  readonly #bytes: Bytes;
  #filled = 0;
  #slot: Slot = { chunk: undefined };

  constructor(pageSize: number) {
    this.#bytes = new Uint8Array(pagesPerRun * pageSize);
  }

  get isEmpty(): boolean {
    return this.#filled === 0;
  }

  get isFull(): boolean {
    return this.#filled === this.#bytes.length;
  }

  add(page: Bytes): { slot: Slot; offset: number } {
    const offset = this.#filled;
    this.#bytes.set(page, offset);
    this.#filled += page.length;
    return { slot: this.#slot, offset };
  }

  empty(): { slot: Slot; bytes: Bytes } {
    const { bytes, slot } = { bytes: this.#bytes.slice(0, this.#filled), slot: this.#slot };
    this.#slot = { chunk: undefined };
    this.#filled = 0;
    return { slot, bytes };
  }
}
