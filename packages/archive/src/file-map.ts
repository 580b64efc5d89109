import type { Entry, Extent, Patch } from './entry.ts';

/** Finds what a part of a file is made of. Offsets count from the start of the file, in bytes. */
export class FileMap {
  readonly size: number;
  readonly #extents: readonly Extent[];
  readonly #patches: readonly Patch[];
  readonly #starts: Float64Array;

  constructor({ extents, patches }: Pick<Entry, 'extents' | 'patches'>) {
    this.#extents = extents;
    this.#patches = patches;
    this.#starts = new Float64Array(extents.length);
    let start = 0;
    for (const [i, { length }] of extents.entries()) {
      this.#starts[i] = start;
      start += length;
    }
    this.size = start;
  }

  /** The pieces of chunks between two offsets, one after the other, before they are patched. */
  pieces(start: number, end: number): Extent[] {
    const pieces: Extent[] = [];
    const first = lastAtOrBefore(this.#extents.length, start, (i) => this.#starts[i]!);
    for (let i = Math.max(0, first); i < this.#extents.length && this.#starts[i]! < end; i++) {
      const { chunk, offset, length } = this.#extents[i]!;
      const from = Math.max(0, start - this.#starts[i]!);
      const to = Math.min(length, end - this.#starts[i]!);
      if (to > from) pieces.push({ chunk, offset: offset + from, length: to - from });
    }
    return pieces;
  }

  /** The patches between two offsets, without what reaches out of there. */
  patches(start: number, end: number): Patch[] {
    const patches: Patch[] = [];
    const first = lastAtOrBefore(this.#patches.length, start, (i) => this.#patches[i]!.at);
    for (let i = Math.max(0, first); i < this.#patches.length && this.#patches[i]!.at < end; i++) {
      const { chunk, offset, length, at } = this.#patches[i]!;
      const from = Math.max(at, start);
      const to = Math.min(at + length, end);
      if (to > from) patches.push({ chunk, offset: offset + from - at, length: to - from, at: from });
    }
    return patches;
  }
}

/** The index of the last of `count` ascending numbers that is not above `wanted`; -1 when all are. */
function lastAtOrBefore(count: number, wanted: number, numberAt: (i: number) => number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numberAt(middle) <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
