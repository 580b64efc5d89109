import { create, toBinary } from '@bufbuild/protobuf';
import { type Bytes, concat, i2osp, randomBytes, toHex } from '@strongroom/core';
import { PackTableSchema } from '@strongroom/wire/archive';
import type { Archive } from '../archive.ts';
import { encodeHeader } from '../format/header.ts';
import type { PackKeys } from '../format/keys.ts';
import { pad, stepUp } from '../format/padding.ts';
import { additionalData, nonceOf, seal, tagLength } from '../format/seal.ts';
import { packName } from '../object-names.ts';
import type { ChunkRef } from './chunk-ref.ts';
import { firstChunk, packSize, saltLength, sealedTableBound, smallestPack, trailerLength } from './layout.ts';

/** A chunk in a pack, and the path in whose history it may be used again. */
export interface OwnedChunk {
  readonly path: string;
  readonly ref: ChunkRef;
}

/** A pack ready to be uploaded. */
export interface FinishedPack {
  /** 32 hexadecimal digits. */
  readonly pack: string;
  readonly bytes: Bytes;
  readonly chunks: readonly OwnedChunk[];
}

/** A pack that is being filled. It gives out its ordinals, so that no nonce is used twice. */
export class OpenPack {
  readonly #pack: string;
  readonly #name: string;
  readonly #keys: PackKeys;
  readonly #bytes: Bytes;
  readonly #chunks: OwnedChunk[] = [];
  readonly #sealing = new Set<Promise<void>>();
  #end = firstChunk;

  /**
   * Draws the name and the salt.
   * @param bytes 16 MiB to build the pack in; whatever they held is overwritten
   */
  static async start(archive: Archive, bytes: Bytes): Promise<OpenPack> {
    const salt = randomBytes(saltLength);
    return new OpenPack(archive, toHex(randomBytes(16)), salt, await archive.keys.pack(salt), bytes);
  }

  private constructor(archive: Archive, pack: string, salt: Bytes, keys: PackKeys, bytes: Bytes) {
    this.#bytes = bytes;
    this.#pack = pack;
    this.#name = packName(archive.id, pack);
    this.#keys = keys;
    this.#bytes.set(concat(encodeHeader('SRPK'), salt));
  }

  /** Whether a frame of so many bytes still fits, with its entry in the table. */
  fits(frameLength: number): boolean {
    const tail = sealedTableBound(this.#chunks.length + 1) + trailerLength;
    return this.#end + frameLength + tagLength + tail <= packSize;
  }

  /** Takes a frame in. Sealing goes on in the background; `settled` and `finish` wait for it. */
  append(path: string, name: Bytes, frame: Bytes, plainLength: number): ChunkRef {
    const ordinal = this.#chunks.length;
    const sealedLength = frame.length + tagLength;
    const ref = { name, pack: this.#pack, ordinal, offset: this.#end, sealedLength, plainLength };
    this.#chunks.push({ path, ref });
    this.#end += sealedLength;
    const sealing = this.#seal(ref, frame).finally(() => this.#sealing.delete(sealing));
    sealing.catch(() => undefined);
    this.#sealing.add(sealing);
    return ref;
  }

  /** Waits until every chunk taken in so far is sealed: what then is held in memory is the pack alone. */
  async settled(): Promise<void> {
    await Promise.all(this.#sealing);
  }

  /** Seals the table and the trailer. @param whole 16 MiB, or else the next step */
  async finish(whole: boolean): Promise<FinishedPack> {
    await this.settled();
    const message = create(PackTableSchema, { chunks: this.#chunks.map(({ ref }) => ref) });
    const table = toBinary(PackTableSchema, message);
    const needed = this.#end + sealedTableBound(this.#chunks.length) + trailerLength;
    const size = whole ? packSize : stepUp(needed, smallestPack);
    const sealedLength = size - trailerLength - this.#end;
    await this.#put(this.#keys.table, this.#end, pad(table, sealedLength - tagLength));
    const trailer = concat(i2osp(this.#end, 4), i2osp(sealedLength, 4));
    await this.#put(this.#keys.trailer, size - trailerLength, trailer);
    return { pack: this.#pack, bytes: this.#bytes.subarray(0, size), chunks: this.#chunks };
  }

  async #seal(ref: ChunkRef, frame: Bytes): Promise<void> {
    const data = additionalData(this.#name, ref.ordinal);
    this.#bytes.set(await seal(this.#keys.chunks, nonceOf(ref.ordinal), data, frame), ref.offset);
  }

  async #put(key: CryptoKey, offset: number, plain: Bytes): Promise<void> {
    this.#bytes.set(await seal(key, nonceOf(0), additionalData(this.#name), plain), offset);
  }
}
