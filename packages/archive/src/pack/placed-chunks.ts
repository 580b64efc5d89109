import type { Bytes } from '@strongroom/core';
import { hashLength } from '../format/hash.ts';
import type { ChunkRef } from './chunk-ref.ts';

/** A chunk in a pack, and the path in whose history it may be used again. */
export interface OwnedChunk {
  readonly path: string;
  readonly ref: ChunkRef;
  /** Whether the next backup will want to read it. */
  readonly wantedAgain: boolean;
}

const numbersOfEach = 3;
const firstRoom = 64;

/**
 * The chunks of one pack, by their ordinals. Of small files there are tens of thousands in each of several packs:
 * kept as objects they would take more memory than the packs themselves.
 */
export class PlacedChunks implements Iterable<OwnedChunk> {
  readonly #pack: string;
  readonly #key: string;
  readonly #paths: string[] = [];
  readonly #wantedAgain = new Set<number>();
  #names: Bytes = new Uint8Array(firstRoom * hashLength);
  /** Of each chunk: offset, sealed length, plain length. */
  #numbers = new Uint32Array(firstRoom * numbersOfEach);

  /**
   * @param pack 32 hexadecimal digits
   * @param key check of the backup key, 32 hexadecimal digits
   */
  constructor(pack: string, key: string) {
    this.#pack = pack;
    this.#key = key;
  }

  get length(): number {
    return this.#paths.length;
  }

  /** Adds the chunk with the next ordinal. */
  add({ path, ref, wantedAgain }: OwnedChunk): void {
    const ordinal = this.length;
    this.#makeRoom(ordinal);
    this.#names.set(ref.name, ordinal * hashLength);
    this.#numbers.set([ref.offset, ref.sealedLength, ref.plainLength], ordinal * numbersOfEach);
    this.#paths.push(path);
    if (wantedAgain) this.#wantedAgain.add(ordinal);
  }

  *[Symbol.iterator](): Generator<OwnedChunk> {
    for (const [ordinal, path] of this.#paths.entries())
      yield { path, ref: this.#ref(ordinal), wantedAgain: this.#wantedAgain.has(ordinal) };
  }

  #ref(ordinal: number): ChunkRef {
    const [offset, sealedLength, plainLength] = this.#numbers.subarray(ordinal * numbersOfEach);
    return {
      name: this.#names.subarray(ordinal * hashLength, (ordinal + 1) * hashLength),
      pack: this.#pack,
      key: this.#key,
      ordinal,
      offset: offset!,
      sealedLength: sealedLength!,
      plainLength: plainLength!,
    };
  }

  #makeRoom(ordinal: number): void {
    if (this.#names.length > ordinal * hashLength) return;
    const names = new Uint8Array(2 * this.#names.length);
    names.set(this.#names);
    this.#names = names;
    const numbers = new Uint32Array(2 * this.#numbers.length);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
  }
}
