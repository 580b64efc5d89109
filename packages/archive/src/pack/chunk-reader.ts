import { type Bytes, concat, isStrongroomError } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { forEachOf } from '../concurrency.ts';
import type { FilePiece } from '../engine/chunk-engine.ts';
import type { LentObject, StoreOptions } from '../object-store.ts';
import { type ChunkRef, type KeyedPack, textOf } from './chunk-ref.ts';
import { firstChunk, packSize } from './layout.ts';
import { LentPacks } from './lent-packs.ts';
import { Lru, remembered } from './lru.ts';
import type { PackCache } from './pack-cache.ts';
import { PackReader, type ReadRange, alignedRangesOf } from './pack-reader.ts';

const largeBlock = 2 * 1024 * 1024;
// As many of these are kept as a file has patches from different days.
const smallBlock = 256 * 1024;
const blockCache = 8 * 1024 * 1024;
const chunkCache = 10 * 1024 * 1024;
const packCache = 256;

// Of one batch.
const chunksAtOnce = 8;

// Sealed bytes that are read by themselves when what is beside them will not be wanted soon.
const worthARequest = 64 * 1024;

export interface ChunkReaderOptions extends StoreOptions {
  /**
   * `everything`: the caller will want the chunks nearby too, so packs are read in blocks of 2 MiB.
   * `little`: only the bytes asked for are read.
   */
  readonly expect?: 'everything' | 'little';
  /** Looked into first, and told what had to be fetched. */
  readonly cache?: PackCache | undefined;
}

/** A chunk of which pieces go into a file. */
export interface FilledChunk {
  readonly ref: ChunkRef;
  readonly pieces: readonly FilePiece[];
}

/** Chunks of one pack that are read together, in the order of where they lie. */
export interface ChunkBatch {
  readonly chunks: readonly FilledChunk[];
}

/** Opens chunks, wherever they are. What it keeps in memory is bounded. */
export class ChunkReader {
  readonly #archive: Archive;
  readonly #options: ChunkReaderOptions;
  readonly #packs = new Lru<Promise<PackReader>>(packCache);
  readonly #lent: LentPacks;
  readonly #cachedPacks = new Lru<Promise<PackReader>>(packCache);
  readonly #blocks = new Lru<Promise<Bytes>>(blockCache);
  readonly #chunks = new Lru<Promise<Bytes>>(chunkCache);

  constructor(archive: Archive, options: ChunkReaderOptions = {}) {
    this.#archive = archive;
    this.#options = options;
    this.#lent = new LentPacks(archive);
  }

  /**
   * The verified plaintext of a chunk. The bytes are shared: read them, never write.
   * @param scattered chunks of many packs are wanted in turn, a few from each
   * @throws StrongroomError 'archive-incomplete', 'archive-damaged', 'newer-version'
   */
  chunk(ref: ChunkRef, scattered = false): Promise<Bytes> {
    return remembered(
      this.#chunks,
      textOf(ref),
      ref.plainLength,
      async () => (await this.#cachedChunk(ref)) ?? this.#fetchedChunk(ref, scattered),
    );
  }

  /** A chunk from the cache; none when it is not there, or not whole. */
  async #cachedChunk(ref: ChunkRef): Promise<Bytes | undefined> {
    const { cache } = this.#options;
    if (!cache) return undefined;
    const read: ReadRange = async (offset, length) =>
      (await cache.read(ref.pack, offset, length)) ?? new Uint8Array();
    try {
      const pack = remembered(this.#cachedPacks, `${ref.pack}/${ref.key}`, 1, () =>
        PackReader.open(this.#archive, ref, read),
      );
      return await (await pack).chunk(ref, read);
    } catch (error) {
      if (!isStrongroomError(error, 'archive-damaged', 'newer-version')) throw error;
      return undefined;
    }
  }

  async #fetchedChunk(ref: ChunkRef, scattered: boolean): Promise<Bytes> {
    const { cache } = this.#options;
    const fetch = this.#blocksOf(ref.pack, scattered ? smallBlock : largeBlock);
    const read: ReadRange = async (offset, length) => {
      const bytes = await fetch(offset, length);
      await cache?.write(ref.pack, offset, bytes);
      return bytes;
    };
    if (cache) await read(0, firstChunk);
    return (await this.#pack(ref)).chunk(ref, read);
  }

  /**
   * The same, in memory that is the caller's own, and not kept for others.
   * @param alone what lies beside the chunk will not be wanted soon
   * @throws as `chunk`
   */
  async ownChunk(ref: ChunkRef, alone: boolean): Promise<Bytes> {
    const kept = this.#chunks.get(textOf(ref));
    if (kept) return (await kept).slice();
    return (await this.#pack(ref)).chunk(ref, alone ? this.#alone(ref) : this.#withNeighbours(ref));
  }

  /** How a chunk is read when what lies beside it will not be wanted soon. */
  #alone({ pack, sealedLength }: ChunkRef): ReadRange {
    return sealedLength < worthARequest ? this.#blocksOf(pack) : this.#rangesOf(pack);
  }

  // The blocks at both ends of one as long as a block would be fetched again for its neighbours, most of the time.
  #withNeighbours({ pack, sealedLength }: ChunkRef): ReadRange {
    return sealedLength < largeBlock ? this.#blocksOf(pack) : this.#rangesOf(pack);
  }

  /**
   * Has verified plaintext written into a file, by the threads of the engine.
   * @param xor what is there already is changed by XOR, in place of being overwritten
   * @param wrote hears of the bytes of every chunk
   * @throws as `chunk`, and what the operating system says of the file
   */
  async fill(
    { chunks }: ChunkBatch,
    fd: number,
    xor: boolean,
    wrote: (bytes: number) => void,
  ): Promise<void> {
    const [first] = chunks;
    if (!first) return;
    const pack = await this.#pack(first.ref);
    const each = async (from: LentObject | ReadRange): Promise<true> => {
      await forEachOf(chunks, chunksAtOnce, async ({ ref, pieces }) => {
        await pack.fill(ref, { fd, pieces, xor }, from);
        wrote(pieces.reduce((sum, { length }) => sum + length, 0));
      });
      return true;
    };
    const done = await this.#lent.use(first.ref.pack, each);
    if (!done) await each(chunks.length > 1 ? await this.#together(chunks) : this.#alone(first.ref));
  }

  /** One request for neighbours, in the order of where they lie. */
  async #together(chunks: readonly FilledChunk[]): Promise<ReadRange> {
    const first = chunks[0]!.ref;
    const last = chunks.at(-1)!.ref;
    const end = last.offset + last.sealedLength;
    const bytes = await this.#rangesOf(first.pack)(first.offset, end - first.offset);
    return async (offset, length) => bytes.slice(offset - first.offset, offset - first.offset + length);
  }

  /** Whether `fill` can be used. */
  get fillsFiles(): boolean {
    return this.#archive.engine.readsFiles;
  }

  /** Gives back the files that it holds open. */
  close(): void {
    this.#lent.close();
  }

  /** The chunks of a pack by its own table. @param size bytes of the pack */
  async table(pack: KeyedPack, size: number): Promise<ChunkRef[]> {
    return (await this.#pack(pack)).table(size);
  }

  #pack({ pack, key }: KeyedPack): Promise<PackReader> {
    return remembered(this.#packs, `${pack}/${key}`, 1, () =>
      PackReader.open(this.#archive, { pack, key }, this.#rangesOf(pack)),
    );
  }

  #rangesOf(pack: string): ReadRange {
    return alignedRangesOf(this.#archive, pack, this.#options);
  }

  /** Reads a pack in blocks that are kept for a while, if the caller expects to want everything. */
  #blocksOf(pack: string, blockSize = largeBlock): ReadRange {
    const ranges = this.#rangesOf(pack);
    if (this.#options.expect !== 'everything') return ranges;
    const block = (number: number): Promise<Bytes> => {
      const offset = number * blockSize;
      const length = Math.min(blockSize, packSize - offset);
      return remembered(this.#blocks, `${pack}/${offset}/${length}`, length, () => ranges(offset, length));
    };
    return async (offset, length) => {
      const end = offset + length;
      const numbers: number[] = [];
      for (let n = Math.floor(offset / blockSize); n * blockSize < end; n++) numbers.push(n);
      const blocks = await Promise.all(numbers.map(block));
      const within = (bytes: Bytes, i: number): Bytes => {
        const start = numbers[i]! * blockSize;
        return bytes.subarray(Math.max(0, offset - start), Math.max(0, end - start));
      };
      return concat(...blocks.map(within));
    };
  }
}
