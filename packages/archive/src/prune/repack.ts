import { type Bytes, StrongroomError } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { mapInOrder } from '../concurrency.ts';
import { isDamage } from '../manifest/manifest-reader.ts';
import { packName } from '../object-names.ts';
import { type ChunkRef, placeOf } from '../pack/chunk-ref.ts';
import type { ChunkReader } from '../pack/chunk-reader.ts';
import { framingLength } from '../pack/layout.ts';
import type { ProgressMeter } from '../progress.ts';
import type { OnWarning } from '../warning.ts';
import { listPacks } from '../write/pack-inventory.ts';
import { PackWriter } from '../write/pack-writer.ts';
import { Uploader } from '../write/uploader.ts';
import { chunksOfGroup, moveChunks } from './group-chunks.ts';
import { type RepackPlan, touches } from './repack-plan.ts';
import { type SurveyedGroup, packsOf } from './survey.ts';

const chunksAtOnce = 4;

// Chunks that are moved belong to no path: no other backup finds them by one.
const noPath = '';

export interface RepackParts {
  readonly archive: Archive;
  readonly reader: ChunkReader;
  readonly plan: RepackPlan;
  readonly meter: ProgressMeter;
  readonly warn: OnWarning;
  readonly signal: AbortSignal | undefined;
}

/** What was moved. */
export interface Moves {
  /** The groups that were written anew, by the place they had. */
  readonly groups: ReadonlyMap<string, SurveyedGroup>;
  /** The packs that were moved, and that none but the groups here still needs. */
  readonly from: ReadonlySet<string>;
  /** Sizes of the new packs, in bytes. */
  readonly packs: ReadonlyMap<string, number>;
  readonly uploadedBytes: number;
}

export const noMoves: Moves = { groups: new Map(), from: new Set(), packs: new Map(), uploadedBytes: 0 };

/**
 * Writes what is in use of some packs to new ones, one chunk after the other, and the groups that refer to it.
 * A chunk that is damaged stays where it is.
 * @throws StrongroomError 'archive-incomplete' when the cloud does not show a new pack
 */
export async function repack(groups: Iterable<SurveyedGroup>, parts: RepackParts): Promise<Moves> {
  if (parts.plan.packs.size === 0) return noMoves;
  const uploader = new Uploader(parts.archive, parts.meter, { signal: parts.signal });
  try {
    return await new Repacking(parts, uploader).run(groups);
  } finally {
    await uploader.settle();
  }
}

class Repacking {
  readonly #parts: RepackParts;
  readonly #uploader: Uploader;
  readonly #packs: PackWriter;
  readonly #sizes = new Map<string, number>();
  /** By the place the chunk had. */
  readonly #moved = new Map<string, ChunkRef>();

  constructor(parts: RepackParts, uploader: Uploader) {
    this.#parts = parts;
    this.#uploader = uploader;
    this.#packs = new PackWriter(parts.archive, async (pack, done) => {
      this.#sizes.set(pack.pack, pack.bytes.length);
      await uploader.upload(pack, done);
    });
  }

  async run(all: Iterable<SurveyedGroup>): Promise<Moves> {
    const { plan } = this.#parts;
    const touched = [...all].filter((group) => touches(group, plan.packs));
    const chunks = await this.#chunksOf(touched);
    const bytes = chunks.reduce((sum, { plainLength }) => sum + plainLength, 0);
    this.#parts.meter.begin('prune', { files: chunks.length, bytes });
    await this.#each(chunks, (chunk) => this.#moveChunk(chunk));
    const groups = new Map<string, SurveyedGroup>();
    await this.#each(touched, async (group) => {
      const moved = await this.#moveGroup(group);
      if (moved) groups.set(placeOf(group.ref), moved);
    });
    await this.#finish();
    const left = packsOf(touched.filter(({ ref }) => !groups.has(placeOf(ref))));
    const from = new Set([...plan.packs.keys()].filter((pack) => !left.has(pack)));
    return { groups, from, packs: this.#sizes, uploadedBytes: this.#uploader.uploadedBytes };
  }

  /** The chunks to move, pack by pack, so that each pack is read once from its beginning to its end. */
  async #chunksOf(groups: readonly SurveyedGroup[]): Promise<ChunkRef[]> {
    const { plan, reader } = this.#parts;
    const found = new Map([...plan.packs.keys()].map((pack) => [pack, new Map<number, ChunkRef>()]));
    for (const { ref, packs } of groups) {
      if (!packs.some((pack) => found.has(pack))) continue;
      for (const chunk of chunksOfGroup(await reader.chunk(ref)))
        found.get(chunk.pack)?.set(chunk.ordinal, chunk);
    }
    return [...found.values()].flatMap((chunks) =>
      [...chunks.values()].toSorted((a, b) => a.ordinal - b.ordinal),
    );
  }

  async #each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    for await (const _ of mapInOrder(eachOf(items), chunksAtOnce, work)) continue;
  }

  async #moveChunk(chunk: ChunkRef): Promise<void> {
    const { archive, reader, meter } = this.#parts;
    const plain = await this.#unlessDamaged(() => reader.ownChunk(chunk, false));
    if (plain) {
      const name = chunk.key === archive.keys.current.id ? chunk.name : undefined;
      this.#moved.set(placeOf(chunk), await this.#store(plain, name, chunk));
    }
    meter.fileDone();
    meter.bytes(chunk.plainLength);
  }

  async #moveGroup({ ref }: SurveyedGroup): Promise<SurveyedGroup | undefined> {
    const before = await this.#unlessDamaged(() => this.#parts.reader.chunk(ref));
    if (!before) return undefined;
    const packs = new Set<string>();
    const plain = moveChunks(before, (chunk) => {
      const place = this.#moved.get(placeOf(chunk)) ?? chunk;
      packs.add(place.pack);
      return place;
    });
    return { ref: await this.#store(plain, undefined, ref), packs: [...packs] };
  }

  async #unlessDamaged(read: () => Promise<Bytes>): Promise<Bytes | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!isDamage(error)) throw error;
      const message = `A damaged part of the backup stays where it is. ${(error as Error).message}`;
      this.#parts.warn({ code: 'damaged', path: '', message });
      return undefined;
    }
  }

  /** @param before where it was: what was not compressed stays so, for its size is not to say more than it did */
  async #store(plain: Bytes, name: Bytes | undefined, before: ChunkRef): Promise<ChunkRef> {
    const compress = before.sealedLength < before.plainLength + framingLength;
    const { placed } = await this.#packs.append({ path: noPath, plain, name, compress, wantedAgain: false });
    return placed;
  }

  /** Sees to it that the cloud has every new pack. */
  async #finish(): Promise<void> {
    const { archive, signal } = this.#parts;
    await this.#packs.finish();
    await this.#uploader.drain();
    const there = await listPacks(archive, { signal });
    for (const [pack, size] of this.#sizes) {
      if (there.get(pack) === size) continue;
      throw new StrongroomError('archive-incomplete', { object: packName(archive.id, pack) });
    }
  }
}

async function* eachOf<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
