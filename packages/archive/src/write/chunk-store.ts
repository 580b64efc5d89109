import { type Bytes, toHex } from '@strongroom/core';
import type { Plain } from '../engine/chunk-engine.ts';
import type { Archive } from '../archive.ts';
import type { ArchiveKeys } from '../format/keys.ts';
import type { Journal } from '../journal.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import type { HashedPages, NewChunk } from '../pack/open-pack.ts';
import type { PackInventory } from './pack-inventory.ts';
import type { PackWriter } from './pack-writer.ts';

/** Chunks by the hexadecimal digits of their names. Chunks of one path only, never of others. */
export type KnownChunks = ReadonlyMap<string, ChunkRef>;

/** The chunks among these that may be used again, by name. */
export function knownChunks(refs: Iterable<ChunkRef>, inventory: PackInventory): KnownChunks {
  const known = new Map<string, ChunkRef>();
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
  /** Under which keys chunks are that are asked for again and again. */
  readonly #keysOf = new WeakMap<KnownChunks, ReadonlySet<string>>();
  #newBytes = 0;

  constructor(parts: ChunkStoreParts) {
    this.#parts = parts;
  }

  /** Plaintext bytes of the chunks that were stored. */
  get newBytes(): number {
    return this.#newBytes;
  }

  /**
   * Where a chunk of `path` is: where it was, in a pack of an interrupted backup, or in a new pack.
   * @param wantedAgain the next backup will want to read it
   */
  async put(path: string, plain: Plain, known: KnownChunks, wantedAgain = false): Promise<ChunkRef> {
    const { archive } = this.#parts;
    const chunk = { path, plain, name: undefined, wantedAgain };
    if (this.isNew(known)) return this.#store(chunk);
    const named = await archive.engine.name(archive.keys.current.chunkId, plain);
    const there = await this.#find(path, named.name, known);
    if (there) return there;
    const { earlier, plain: same } = await this.#findEarlier(path, named.plain, known);
    return earlier ?? this.#store({ ...chunk, plain: same, name: named.name });
  }

  /** Whether a chunk is surely not stored yet, whatever it holds. */
  isNew(known: KnownChunks): boolean {
    return known.size === 0 && !this.#parts.inventory.hasPending;
  }

  /** Stores a chunk that is surely new, and has its pages hashed on the way. */
  putPages(path: string, plain: Plain, pages: HashedPages): Promise<ChunkRef> {
    // What pages change from is read again when they do.
    return this.#store({ path, plain, name: undefined, wantedAgain: true, pages });
  }

  /** A chunk that is stored under an earlier backup key has another name. */
  async #findEarlier(
    path: string,
    plain: Plain,
    known: KnownChunks,
  ): Promise<{ earlier: ChunkRef | undefined; plain: Plain }> {
    const { archive } = this.#parts;
    for (const { chunkId } of this.#earlierKeys(known)) {
      const named = await archive.engine.name(chunkId, plain);
      plain = named.plain;
      const earlier = await this.#find(path, named.name, known);
      if (earlier) return { earlier, plain };
    }
    return { earlier: undefined, plain };
  }

  #earlierKeys(known: KnownChunks): readonly ArchiveKeys[] {
    const { archive, inventory } = this.#parts;
    const all = archive.keys.all().slice(1);
    if (all.length === 0 || inventory.hasPending) return all;
    const used = this.#keysOf.get(known) ?? new Set([...known.values()].map(({ key }) => key));
    this.#keysOf.set(known, used);
    return all.filter(({ id }) => used.has(id));
  }

  async #find(path: string, name: Bytes, known: KnownChunks): Promise<ChunkRef | undefined> {
    const { journal, inventory } = this.#parts;
    const there = known.get(toHex(name)) ?? (await journal?.pendingChunk(path, name));
    return there && inventory.isUsable(there.pack) ? there : undefined;
  }

  async #store(chunk: Omit<NewChunk, 'compress'>): Promise<ChunkRef> {
    const { packs, compress } = this.#parts;
    this.#newBytes += chunk.plain.length;
    const { placed } = await packs.append({ ...chunk, compress });
    return placed;
  }
}
