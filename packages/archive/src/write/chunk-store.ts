import { type Bytes, toHex } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { encodeFrame } from '../codec/frame.ts';
import { hmac } from '../format/hash.ts';
import type { Journal } from '../journal.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import type { PackInventory } from './pack-inventory.ts';
import type { PackWriter } from './pack-writer.ts';

/** Chunks by the hexadecimal digits of their names. Chunks of one path only, never of others. */
export type KnownChunks = Map<string, ChunkRef>;

/** The chunks among these that may be used again, by name. */
export function knownChunks(refs: Iterable<ChunkRef>, inventory: PackInventory): KnownChunks {
  const known: KnownChunks = new Map();
  for (const ref of refs) if (inventory.isUsable(ref.pack)) known.set(toHex(ref.name), ref);
  return known;
}

export interface ChunkStoreParts {
  readonly archive: Archive;
  readonly packs: PackWriter;
  readonly inventory: PackInventory;
  readonly journal: Journal | undefined;
  readonly compress: boolean;
}

/** Names chunks, and stores those that are not known. */
export class ChunkStore {
  readonly #parts: ChunkStoreParts;
  #newBytes = 0;

  constructor(parts: ChunkStoreParts) {
    this.#parts = parts;
  }

  /** Plaintext bytes of the chunks that were stored. */
  get newBytes(): number {
    return this.#newBytes;
  }

  /** Where a chunk of `path` is: where it was, in a pack of an interrupted backup, or in a new pack. */
  async put(path: string, plain: Bytes, known: KnownChunks): Promise<ChunkRef> {
    const { archive, journal, inventory } = this.#parts;
    const name = await hmac(archive.keys.chunkId, plain);
    const text = toHex(name);
    const there = known.get(text) ?? (await journal?.pendingChunk(path, name));
    const ref = there && inventory.isUsable(there.pack) ? there : await this.#store(path, name, plain);
    known.set(text, ref);
    return ref;
  }

  async #store(path: string, name: Bytes, plain: Bytes): Promise<ChunkRef> {
    const frame = await encodeFrame(this.#parts.compress ? this.#parts.archive.codec : undefined, plain);
    this.#newBytes += plain.length;
    return this.#parts.packs.append(path, name, frame, plain.length);
  }
}
