import { create, toBinary } from '@bufbuild/protobuf';
import { type Bytes, copyBytes, fromHex } from '@strongroom/core';
import { PruneMarkSchema } from '@strongroom/wire/archive';
import type { Archive } from '../src/archive.ts';
import { type Entry, type Extent, type Patch, chunksOf } from '../src/entry.ts';
import type { ChunkEngine } from '../src/engine/chunk-engine.ts';
import { inlineEngine } from '../src/engine/inline-engine.ts';
import { webPrimitives } from '../src/engine/primitives.ts';
import { portableCodec } from '../src/codec/portable-codec.ts';
import { sha256 } from '../src/format/hash.ts';
import { KeyRing } from '../src/format/key-ring.ts';
import { type BackupKey, deriveKeys } from '../src/format/keys.ts';
import { sealObject } from '../src/format/sealed-object.ts';
import { ManifestWriter } from '../src/manifest/manifest-writer.ts';
import { nodePrimitives } from '../src/node/node-primitives.ts';
import { packName, snapshotName } from '../src/object-names.ts';
import { type ChunkRef, placeOf } from '../src/pack/chunk-ref.ts';
import { packSize } from '../src/pack/layout.ts';
import { nextSnapshotId } from '../src/snapshot/snapshot-id.ts';
import { sealSnapshot } from '../src/snapshot/snapshot-object.ts';
import type { KeptSnapshot, SnapshotInfo } from '../src/snapshot/snapshot.ts';
import { PackWriter } from '../src/write/pack-writer.ts';

/** A snapshot to be moved, with the plaintext of its chunks. */
export interface Moved {
  readonly info: SnapshotInfo;
  readonly entries: readonly Entry[];
  readonly read: (chunk: ChunkRef) => Promise<Bytes>;
}

/** What is stored beyond what a source holds: an entry of chunks that are given as plaintext. */
export interface Crafted {
  readonly facts: Omit<Entry, 'extents' | 'patches'>;
  readonly base: Bytes;
  readonly deltas: Bytes;
  readonly extents: readonly { readonly offset: number; readonly length: number }[];
  readonly patches: readonly { readonly offset: number; readonly length: number; readonly at: number }[];
}

/** The same archive, opened with another backup key, which the ones before give way to. */
export async function withKey(
  archive: Archive,
  key: BackupKey,
  earlier: readonly BackupKey[],
): Promise<Archive> {
  const keys = new KeyRing(await deriveKeys(key));
  await keys.learn(earlier);
  return { ...archive, keys };
}

/**
 * Moves snapshots into another archive, all that are given at once into one pack: an archive of several days would
 * take a megabyte for each. Their decisions stay: which page is stored whole, which as a patch of which.
 */
export class FrozenArchive {
  readonly #archive: Archive;
  readonly #places = new Map<string, ChunkRef>();
  readonly #sizes = new Map<string, number>();
  readonly #kept: KeptSnapshot[] = [];

  constructor(archive: Archive) {
    this.#archive = archive;
  }

  /** @param compress by the day @returns ids of the snapshots */
  async add(
    days: readonly (Moved & { readonly crafted?: Crafted; readonly compress: boolean })[],
    key: BackupKey,
    earlier: readonly BackupKey[],
  ): Promise<string[]> {
    const archive = { ...(await withKey(this.#archive, key, earlier)), engine: mixedEngine() };
    const packs = new PackWriter(archive, async ({ pack, bytes }, done) => {
      if (bytes.length < packSize) this.#sizes.set(pack, bytes.length);
      await archive.store.put(packName(archive.id, pack), bytes.slice());
      done();
    });
    const manifests: { day: Moved; manifest: readonly ChunkRef[]; used: ReadonlySet<string> }[] = [];
    for (const day of days) manifests.push({ day, ...(await this.#manifest(archive, packs, day)) });
    await packs.finish();
    const ids: string[] = [];
    for (const { day, manifest, used } of manifests)
      ids.push(await this.#snapshot(archive, day, manifest, used, earlier));
    return ids;
  }

  async #manifest(
    archive: Archive,
    packs: PackWriter,
    day: Moved & { readonly crafted?: Crafted; readonly compress: boolean },
  ): Promise<{ manifest: readonly ChunkRef[]; used: ReadonlySet<string> }> {
    const store = async (plain: Bytes): Promise<ChunkRef> =>
      (await packs.append({ path: '', plain, name: undefined, compress: day.compress, wantedAgain: false }))
        .placed;
    const entries: Entry[] = [];
    for (const entry of day.entries) entries.push(await this.#moved(entry, day, store));
    if (day.crafted) entries.push(await craftedEntry(day.crafted, store));
    entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
    const writer = new ManifestWriter(archive.keys.current.manifestCut, store);
    for (const entry of entries) await writer.add(entry);
    const manifest = await writer.finish();
    const chunks = [...entries.flatMap((entry) => [...chunksOf(entry)]), ...manifest];
    return { manifest, used: new Set(chunks.map(({ pack }) => pack)) };
  }

  async #moved(entry: Entry, { read }: Moved, store: (plain: Bytes) => Promise<ChunkRef>): Promise<Entry> {
    for (const chunk of chunksOf(entry)) {
      if (this.#places.has(placeOf(chunk))) continue;
      this.#places.set(placeOf(chunk), await store((await read(chunk)).slice()));
    }
    const move = <P extends Extent | Patch>(piece: P): P => ({
      ...piece,
      chunk: this.#places.get(placeOf(piece.chunk))!,
    });
    return { ...entry, extents: entry.extents.map(move), patches: entry.patches.map(move) };
  }

  async #snapshot(
    archive: Archive,
    { info }: Moved,
    manifest: readonly ChunkRef[],
    used: ReadonlySet<string>,
    earlierKeys: readonly BackupKey[],
  ): Promise<string> {
    const previous = this.#kept.at(-1);
    const number = 1 + (previous?.number ?? 0);
    const id = nextSnapshotId(previous?.id, info.time);
    const bytes = await sealSnapshot(archive, id, {
      ...info,
      number,
      previousHash: previous?.hash ?? new Uint8Array(),
      kept: [...this.#kept],
      manifest,
      steppedPacks: new Map([...this.#sizes].filter(([pack]) => used.has(pack))),
      earlierKeys,
    });
    await archive.store.put(snapshotName(archive.id, id), bytes);
    // As after a prune that moved its chunks.
    this.#kept.push({ id, number, hash: await sha256(bytes), firstHash: info.hash });
    return id;
  }

  /** Takes note of a snapshot that was published behind those before. */
  follow({ id, number, hash }: SnapshotInfo): void {
    this.#kept.push({ id, number, hash });
  }

  /** Writes a prune mark. @returns its id */
  async mark(
    key: BackupKey,
    time: number,
    packs: readonly string[],
    snapshots: readonly string[],
  ): Promise<string> {
    const { id: archiveId, store } = this.#archive;
    const { keys } = await withKey(this.#archive, key, []);
    const message = create(PruneMarkSchema, {
      timeMs: BigInt(time),
      writer: { deviceId: 'device-1', deviceName: 'Phone', epoch: 1n },
      snapshotNumber: BigInt(this.#kept.at(-1)!.number),
      packs: packs.map(fromHex),
      snapshots: [...snapshots],
    });
    const id = nextSnapshotId(undefined, time);
    const name = `${archiveId}/prune/${id}`;
    const bytes = copyBytes(toBinary(PruneMarkSchema, message));
    await store.put(name, await sealObject({ magic: 'SRPR', label: 'strongroom prune' }, keys, name, bytes));
    return id;
  }
}

async function craftedEntry(
  { facts, base, deltas, extents, patches }: Crafted,
  store: (plain: Bytes) => Promise<ChunkRef>,
): Promise<Entry> {
  const [bases, delta] = [await store(base.slice()), await store(deltas.slice())];
  return {
    ...facts,
    extents: extents.map((extent) => ({ ...extent, chunk: bases })),
    patches: patches.map((patch) => ({ ...patch, chunk: delta })),
  };
}

/** Writes zstd and deflate in turn, as archives are that a browser and Node have both written to. */
function mixedEngine(): ChunkEngine {
  const engines = [inlineEngine(nodePrimitives()), inlineEngine(webPrimitives(portableCodec))];
  let turn = 0;
  return { ...engines[0]!, seal: (job) => engines[turn++ % 2]!.seal(job) };
}
