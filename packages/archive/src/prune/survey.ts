import type { StrongroomError } from '@strongroom/core';
import { throwIfAborted } from '../abort.ts';
import { isDamage } from '../manifest/manifest-reader.ts';
import { type ChunkRef, placeOf } from '../pack/chunk-ref.ts';
import type { ChunkReader } from '../pack/chunk-reader.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { chunksOfGroup } from './group-chunks.ts';
import { PackUse } from './pack-use.ts';

/** A group of a manifest, and the packs in which the chunks of its entries are. */
export interface SurveyedGroup {
  readonly ref: ChunkRef;
  readonly packs: readonly string[];
}

export interface SurveyOptions {
  /** Hears of groups that cannot be read; what they refer to is not known. Without it the error is thrown. */
  readonly onProblem?: ((error: StrongroomError) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Finds out what snapshots refer to. Groups that they share are read once, and nothing but what is counted is kept. */
export class Survey {
  readonly #reader: ChunkReader;
  readonly #options: SurveyOptions;
  /** By `placeOf` the group. */
  readonly groups: Map<string, SurveyedGroup> = new Map();
  /** By pack. */
  readonly uses: Map<string, PackUse> = new Map();
  /** One string for each pack. */
  readonly #names = new Map<string, string>();

  constructor(reader: ChunkReader, options: SurveyOptions) {
    this.#reader = reader;
    this.#options = options;
  }

  /** Takes in a snapshot. @throws StrongroomError 'archive-damaged', 'archive-incomplete', 'newer-version' */
  async add({ manifest }: Pick<Snapshot, 'manifest'>): Promise<void> {
    for (const ref of manifest) {
      if (this.groups.has(placeOf(ref))) continue;
      throwIfAborted(this.#options.signal);
      this.#useOf(ref.pack).addGroup(ref);
      const packs = new Set<string>();
      for (const chunk of await this.#chunksOf(ref)) {
        this.#useOf(chunk.pack).addChunk(chunk);
        packs.add(this.#nameOf(chunk.pack));
      }
      this.groups.set(placeOf(ref), { ref, packs: [...packs] });
    }
  }

  /** The packs that these groups need, and are in. They were taken in before. */
  packsOf(manifest: readonly ChunkRef[]): Set<string> {
    return packsOf(manifest.flatMap((ref) => this.groups.get(placeOf(ref)) ?? []));
  }

  async #chunksOf(ref: ChunkRef): Promise<ChunkRef[]> {
    try {
      return chunksOfGroup(await this.#reader.chunk(ref));
    } catch (error) {
      if (!isDamage(error) || !this.#options.onProblem) throw error;
      this.#options.onProblem(error as StrongroomError);
      return [];
    }
  }

  #useOf(pack: string): PackUse {
    const use = this.uses.get(pack) ?? new PackUse();
    this.uses.set(this.#nameOf(pack), use);
    return use;
  }

  #nameOf(pack: string): string {
    const name = this.#names.get(pack) ?? pack;
    this.#names.set(name, name);
    return name;
  }
}

/** The packs that groups need, and are in. */
export function packsOf(groups: Iterable<SurveyedGroup>): Set<string> {
  const found = new Set<string>();
  for (const { ref, packs } of groups) {
    found.add(ref.pack);
    for (const pack of packs) found.add(pack);
  }
  return found;
}
