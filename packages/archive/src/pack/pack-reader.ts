import { type Bytes, StrongroomError, isStrongroomError, os2ip } from '@strongroom/core';
import { PackTableSchema } from '@strongroom/wire/archive';
import type { Archive } from '../archive.ts';
import type { FilePlaces, Plain } from '../engine/chunk-engine.ts';
import { checkHeader, damaged, headerLength } from '../format/header.ts';
import type { PackKeys } from '../format/keys.ts';
import { readMessage } from '../format/message.ts';
import { unpad } from '../format/padding.ts';
import { additionalData, nonceOf, open, tagLength } from '../format/seal.ts';
import { packName } from '../object-names.ts';
import type { LentObject, StoreOptions } from '../object-store.ts';
import { type ChunkRef, type KeyedPack, decodeRef } from './chunk-ref.ts';
import { firstChunk, packSize, trailerLength } from './layout.ts';

// A chunk and its entry in the table take at least 69 bytes of a pack's 16 MiB.
const mostChunks = 262_144;

/** Reads a part of a pack; a port between reading and caching. */
export type ReadRange = (offset: number, length: number) => Promise<Bytes>;

/** One pack, opened by its header. */
export class PackReader {
  readonly name: string;
  readonly #archive: Archive;
  readonly #place: KeyedPack;
  readonly #read: ReadRange;
  readonly #chunkId: CryptoKey;
  readonly #keys: PackKeys;

  /**
   * Reads the header. @throws StrongroomError 'archive-incomplete' when there is no such pack,
   * 'newer-version', 'archive-damaged'
   */
  static async open(archive: Archive, place: KeyedPack, read: ReadRange): Promise<PackReader> {
    const name = packName(archive.id, place.pack);
    const start = await read(0, firstChunk);
    checkHeader(name, start, 'SRPK');
    if (start.length < firstChunk) throw damaged(name, 'is cut short');
    const keys = archive.keys.find(place.key);
    if (!keys) throw damaged(name, 'is sealed under a key that is not known');
    const packKeys = await keys.pack(start.slice(headerLength));
    return new PackReader(archive, place, read, keys.chunkId, packKeys);
  }

  private constructor(
    archive: Archive,
    place: KeyedPack,
    read: ReadRange,
    chunkId: CryptoKey,
    keys: PackKeys,
  ) {
    this.name = packName(archive.id, place.pack);
    this.#archive = archive;
    this.#place = place;
    this.#read = read;
    this.#chunkId = chunkId;
    this.#keys = keys;
  }

  /**
   * The plaintext of a chunk, whose name was checked.
   * @param read in place of how the pack is read otherwise
   * @throws StrongroomError 'archive-damaged'
   */
  async chunk(ref: ChunkRef, read: ReadRange = this.#read): Promise<Bytes> {
    return this.#openChunk(ref, await this.#exactly(ref.offset, ref.sealedLength, read));
  }

  /**
   * Has pieces of the verified plaintext of a chunk written into a file.
   * @param from the pack: a file here, or how it is read
   * @throws StrongroomError 'archive-damaged', and what the operating system says of the file
   */
  async fill(ref: ChunkRef, into: FilePlaces, from: LentObject | ReadRange): Promise<void> {
    const { offset, sealedLength: length } = ref;
    const isFile = typeof from === 'object';
    const sealed = isFile ? { fd: from.fd, offset, length } : await this.#exactly(offset, length, from);
    await this.#openChunk(ref, sealed, into);
  }

  #openChunk(ref: ChunkRef, sealed: Plain, into?: FilePlaces): Promise<Bytes> {
    return this.#archive.engine.open({
      sealed,
      into,
      key: this.#keys.chunks,
      nonce: nonceOf(ref.ordinal),
      data: additionalData(this.name, ref.ordinal),
      plainLength: ref.plainLength,
      chunkId: this.#chunkId,
      name: ref.name,
      object: this.name,
    });
  }

  /** Every chunk of the pack, by its own table. @param size bytes of the pack */
  async table(size: number): Promise<ChunkRef[]> {
    const { offset, length } = await this.#trailer(size);
    const padded = await this.#open(this.#keys.table, offset, length);
    const message = readMessage(PackTableSchema, unpad(padded, this.name), this.name, mostChunks);
    return message.chunks.map((entry, ordinal) => {
      const wire = { ...entry, $typeName: 'strongroom.v1.ChunkRef' as const, pack: 0, ordinal };
      const ref = decodeRef(wire, [this.#place]);
      if (!ref || ref.offset + ref.sealedLength > offset)
        throw damaged(this.name, 'has a table that cannot be');
      return ref;
    });
  }

  async #trailer(size: number): Promise<{ offset: number; length: number }> {
    if (size > packSize || size < firstChunk + trailerLength)
      throw damaged(this.name, 'has an impossible size');
    const trailer = await this.#open(this.#keys.trailer, size - trailerLength, trailerLength);
    const offset = os2ip(trailer.subarray(0, 4));
    const length = os2ip(trailer.subarray(4, 8));
    if (offset < firstChunk || length < tagLength || offset + length !== size - trailerLength) {
      throw damaged(this.name, 'has a trailer that cannot be');
    }
    return { offset, length };
  }

  async #open(key: CryptoKey, offset: number, length: number): Promise<Bytes> {
    const sealed = await this.#exactly(offset, length);
    return open(key, nonceOf(0), additionalData(this.name), sealed, this.name);
  }

  async #exactly(offset: number, length: number, read: ReadRange = this.#read): Promise<Bytes> {
    const bytes = await read(offset, length);
    if (bytes.length !== length) throw damaged(this.name, 'is cut short');
    return bytes;
  }
}

// Whoever watches the requests learns the sizes of chunks no closer than this.
const alignment = 16 * 1024;

/** Reads ranges of a pack, a little more on both sides, so that requests do not show the sizes of what is in it. */
export function alignedRangesOf(archive: Archive, pack: string, options?: StoreOptions): ReadRange {
  const ranges = rangesOf(archive, pack, options);
  return async (offset, length) => {
    const start = offset - (offset % alignment);
    const end = Math.min(packSize, Math.ceil((offset + length) / alignment) * alignment);
    const bytes = await ranges(start, end - start);
    return bytes.subarray(offset - start, offset - start + length);
  };
}

/** Reads ranges of a pack straight from the store. A missing pack is 'archive-incomplete'. */
export function rangesOf(archive: Archive, pack: string, options?: StoreOptions): ReadRange {
  const object = packName(archive.id, pack);
  return async (offset, length) => {
    try {
      return await archive.store.get(object, { ...options, range: { offset, length } });
    } catch (error) {
      if (!isStrongroomError(error, 'object-missing')) throw error;
      throw new StrongroomError('archive-incomplete', { object }, { cause: error });
    }
  };
}
