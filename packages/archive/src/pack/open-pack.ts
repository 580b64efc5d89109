import { create, toBinary } from '@bufbuild/protobuf';
import { type Bytes, concat, i2osp, randomBytes, release, toHex } from '@strongroom/core';
import { PackTableSchema } from '@strongroom/wire/archive';
import type { Archive } from '../archive.ts';
import type { PageHashing, Plain, SealedChunk } from '../engine/chunk-engine.ts';
import { encodeHeader } from '../format/header.ts';
import type { PackKeys } from '../format/keys.ts';
import { pad, stepUp } from '../format/padding.ts';
import { additionalData, nonceOf, seal, tagLength } from '../format/seal.ts';
import { packName } from '../object-names.ts';
import type { ChunkRef } from './chunk-ref.ts';
import { PlacedChunks } from './placed-chunks.ts';
import {
  firstChunk,
  framingLength,
  packSize,
  saltLength,
  sealedTableBound,
  smallestPack,
  trailerLength,
} from './layout.ts';

/** A pack ready to be uploaded. */
export interface FinishedPack {
  /** 32 hexadecimal digits. */
  readonly pack: string;
  readonly bytes: Bytes;
  readonly chunks: PlacedChunks;
}

/** A chunk to be put into a pack. */
export interface NewChunk {
  readonly path: string;
  readonly plain: Plain;
  /** When it is known already, 32 bytes. */
  readonly name: Bytes | undefined;
  readonly compress: boolean;
  /** Whether the next backup will want to read it. */
  readonly wantedAgain: boolean;
  /** Who hears the hashes of its pages, 16 bytes each. */
  readonly pages?: HashedPages | undefined;
}

/** Pages to be hashed while their chunk is sealed: both are of the same bytes, however the file changes. */
export interface HashedPages extends PageHashing {
  readonly hashed: (hashes: Bytes) => void;
}

const namesInBuffer = 64;

// Of those that are encoded together.
const chunksAtOnce = 512;

/** A pack that is being filled. It gives out its ordinals, so that no nonce is used twice. */
export class OpenPack {
  readonly #archive: Archive;
  readonly #pack: string;
  readonly #name: string;
  readonly #keys: PackKeys;
  readonly #bytes: Bytes;
  readonly #chunks: PlacedChunks;
  /** Room for the names of chunks. */
  #names: Bytes = new Uint8Array();
  #end = firstChunk;
  #ordinals = 0;
  /** Bytes that the chunks may need which are still being sealed. */
  #reserved = 0;
  /** Chunks are put in their places one after the other. */
  #placed: Promise<unknown> = Promise.resolve();

  /**
   * Draws the name and the salt.
   * @param bytes 16 MiB to build the pack in; whatever they held is overwritten
   */
  static async start(archive: Archive, bytes: Bytes): Promise<OpenPack> {
    const salt = randomBytes(saltLength);
    const keys = await archive.keys.current.pack(salt);
    return new OpenPack(archive, toHex(randomBytes(16)), salt, keys, bytes);
  }

  private constructor(archive: Archive, pack: string, salt: Bytes, keys: PackKeys, bytes: Bytes) {
    this.#archive = archive;
    this.#bytes = bytes;
    this.#pack = pack;
    this.#name = packName(archive.id, pack);
    this.#keys = keys;
    this.#chunks = new PlacedChunks(pack, archive.keys.current.id);
    this.#bytes.set(concat(encodeHeader('SRPK'), salt));
  }

  /** Whether a chunk of so many bytes still fits however little it shrinks, with its entry in the table. */
  fits(plainLength: number): boolean {
    const tail = sealedTableBound(this.#ordinals + 1) + trailerLength;
    return this.#end + this.#reserved + plainLength + framingLength + tail <= packSize;
  }

  /** Seals a chunk that fits, and puts it behind those that came before. @returns where it is, in time */
  add(chunk: NewChunk): Promise<ChunkRef> {
    const ordinal = this.#ordinals++;
    const plainLength = chunk.plain.length;
    const bound = plainLength + framingLength;
    this.#reserved += bound;
    const sealing = this.#seal(chunk, ordinal);
    const placing = this.#placed.then(async () => {
      const sealed = await sealing;
      this.#reserved -= bound;
      return this.#place(chunk, ordinal, plainLength, sealed);
    });
    sealing.catch(() => undefined);
    placing.catch(() => undefined);
    this.#placed = placing;
    return placing;
  }

  /** Seals the table and the trailer. @param whole 16 MiB, or else the next step */
  async finish(whole: boolean): Promise<FinishedPack> {
    await this.#placed;
    const table = encodeTable(this.#chunks);
    const needed = this.#end + sealedTableBound(this.#chunks.length) + trailerLength;
    const size = whole ? packSize : stepUp(needed, smallestPack);
    const sealedLength = size - trailerLength - this.#end;
    await this.#put(this.#keys.table, this.#end, pad(table, sealedLength - tagLength));
    const trailer = concat(i2osp(this.#end, 4), i2osp(sealedLength, 4));
    await this.#put(this.#keys.trailer, size - trailerLength, trailer);
    return { pack: this.#pack, bytes: this.#bytes.subarray(0, size), chunks: this.#chunks };
  }

  #seal({ plain, name, compress, pages }: NewChunk, ordinal: number): Promise<SealedChunk> {
    return this.#archive.engine.seal({
      plain,
      name,
      compress,
      chunkId: this.#archive.keys.current.chunkId,
      key: this.#keys.chunks,
      nonce: nonceOf(ordinal),
      data: additionalData(this.#name, ordinal),
      pages: pages && { key: pages.key, size: pages.size },
    });
  }

  #place(
    { path, wantedAgain, pages }: NewChunk,
    ordinal: number,
    plainLength: number,
    { name, sealed, hashes }: SealedChunk,
  ): ChunkRef {
    if (hashes) pages?.hashed(hashes);
    const offset = this.#end;
    for (const part of sealed) {
      this.#bytes.set(part, this.#end);
      this.#end += part.length;
      release(part);
    }
    const place = { pack: this.#pack, key: this.#archive.keys.current.id, ordinal, offset };
    const ref = { name: this.#kept(name), ...place, sealedLength: this.#end - offset, plainLength };
    this.#chunks.add({ path, ref, wantedAgain });
    return ref;
  }

  /** The same name in a buffer that many share: one of its own each would take several times the memory. */
  #kept(name: Bytes): Bytes {
    if (this.#names.length < name.length) this.#names = new Uint8Array(namesInBuffer * name.length);
    const kept = this.#names.subarray(0, name.length);
    kept.set(name);
    this.#names = this.#names.subarray(name.length);
    return kept;
  }

  async #put(key: CryptoKey, offset: number, plain: Bytes): Promise<void> {
    this.#bytes.set(await seal(key, nonceOf(0), additionalData(this.#name), plain), offset);
  }
}

/** The table of a pack, encoded in parts: a message of all its chunks at once takes many times their bytes. */
function encodeTable(chunks: PlacedChunks): Bytes {
  const parts: Bytes[] = [];
  for (const some of inBatches(chunks, chunksAtOnce)) {
    parts.push(toBinary(PackTableSchema, create(PackTableSchema, { chunks: some.map(({ ref }) => ref) })));
  }
  return concat(...parts);
}

function* inBatches<T>(items: Iterable<T>, size: number): Generator<readonly T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
