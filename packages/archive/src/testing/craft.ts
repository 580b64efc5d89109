import { type Bytes, randomBytes } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import type { Entry } from '../entry.ts';
import { ManifestWriter } from '../manifest/manifest-writer.ts';
import { packName, snapshotName } from '../object-names.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { nextSnapshotId } from '../snapshot/snapshot-id.ts';
import { sealSnapshot } from '../snapshot/snapshot-object.ts';
import { ChunkStore } from '../write/chunk-store.ts';
import { PackInventory } from '../write/pack-inventory.ts';
import { PackWriter } from '../write/pack-writer.ts';

/** Stores chunks, and snapshots that no honest writer would make. */
export class Forger {
  readonly #archive: Archive;
  readonly #inventory = new PackInventory(new Map(), undefined, []);
  readonly #packs: PackWriter;
  readonly #chunks: ChunkStore;

  constructor(archive: Archive) {
    this.#archive = archive;
    this.#packs = new PackWriter(archive, async ({ pack, bytes }, done) => {
      this.#inventory.add(pack, bytes.length);
      this.#inventory.use(pack);
      await archive.store.put(packName(archive.id, pack), bytes);
      done();
    });
    const parts = {
      archive,
      packs: this.#packs,
      inventory: this.#inventory,
      journal: undefined,
      compress: true,
    };
    this.#chunks = new ChunkStore(parts);
  }

  chunk(plain: Bytes): Promise<ChunkRef> {
    return this.#chunks.put('', plain.slice(), new Map());
  }

  /** A file whose content is one chunk. */
  async file(path: string, plain: Bytes = randomBytes(10)): Promise<Entry> {
    const { length } = plain;
    const chunk = await this.chunk(plain);
    const extents = [{ chunk, offset: 0, length }];
    const facts = {
      path,
      kind: 'file',
      category: 'other',
      size: length,
      mtimeNs: 0n,
      mode: 0o644,
    } as const;
    return { ...facts, extents, patches: [] };
  }

  /** Writes a snapshot of these entries, in this order, unchecked. @returns its id */
  async snapshot(entries: readonly Entry[]): Promise<string> {
    const writer = new ManifestWriter(this.#archive.keys.current.manifestCut, (plain) => this.chunk(plain));
    for (const entry of entries) await writer.add(entry);
    return this.snapshotOf(await writer.finish());
  }

  /** Writes a snapshot with these groups. @returns its id */
  async snapshotOf(manifest: readonly ChunkRef[]): Promise<string> {
    await this.#packs.finish();
    const none = { files: 0, bytes: 0 };
    const id = nextSnapshotId(undefined, Date.now());
    const bytes = await sealSnapshot(this.#archive, id, {
      number: 1,
      previousHash: new Uint8Array(),
      time: 0,
      writer: { deviceId: 'forger', deviceName: 'Forger', epoch: 1 },
      totals: { messages: none, media: none, other: none },
      sources: [],
      kept: [],
      manifest,
      steppedPacks: this.#inventory.steppedPacks(),
      earlierKeys: [],
    });
    await this.#archive.store.put(snapshotName(this.#archive.id, id), bytes);
    return id;
  }
}
