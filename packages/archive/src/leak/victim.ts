import type { Bytes } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { inlineEngine } from '../engine/inline-engine.ts';
import { nodePrimitives } from '../node/node-primitives.ts';
import type { GetOptions } from '../object-store.ts';
import type { PackCache } from '../pack/pack-cache.ts';
import { restoreSnapshot } from '../read/restore.ts';
import type { Selection } from '../read/selection.ts';
import { findSnapshot } from '../snapshot/history.ts';
import { backup, newArchive, onStore } from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import type { MemoryTree } from '../testing/memory-source.ts';
import { MemoryStore } from '../testing/memory-store.ts';
import { MemoryTarget } from '../testing/memory-target.ts';

/** What the cloud sees of one backup: sizes of new objects in ascending order, and which parts of packs were read. */
export interface Seen {
  readonly packs: readonly number[];
  readonly snapshots: readonly number[];
  readonly reads: readonly string[];
}

/** A cloud that writes down what it sees. */
class WatchingStore extends MemoryStore {
  reads: string[] = [];

  override async get(name: string, options: GetOptions = {}): Promise<Bytes> {
    const { offset, length } = options.range ?? { offset: 0, length: Infinity };
    if (name.includes('/packs/')) this.reads.push(`${offset} ${length}`);
    return super.get(name, options);
  }
}

export interface VictimOptions {
  /** By default true. */
  readonly compress?: boolean;
  readonly cache?: PackCache;
}

/** Somebody who backs up every day, as the real writer does it. */
export class Victim {
  readonly archive: Archive;
  readonly #store: WatchingStore;
  readonly #journal = new MemoryJournal();
  readonly #options: VictimOptions;

  /** Makes the first backup. */
  static async with(tree: MemoryTree, options: VictimOptions = {}): Promise<Victim> {
    const made = await newArchive({ engine: inlineEngine(nodePrimitives()) });
    const store = new WatchingStore(made.store.objects);
    const victim = new Victim(await onStore(made, store), store, options);
    await victim.backUp(tree);
    return victim;
  }

  private constructor(archive: Archive, store: WatchingStore, options: VictimOptions) {
    this.archive = archive;
    this.#store = store;
    this.#options = options;
  }

  /** Backs up once more. */
  async backUp(tree: MemoryTree): Promise<Seen> {
    const before = new Set(this.#store.objects.keys());
    this.#store.reads = [];
    await backup(this.archive, tree, { journal: this.#journal, ...this.#options });
    const fresh = [...this.#store.objects].filter(([name]) => !before.has(name));
    const sizes = (part: string): number[] =>
      fresh
        .filter(([name]) => name.includes(part))
        .map(([, { length }]) => length)
        .toSorted((a, b) => a - b);
    return { packs: sizes('/packs/'), snapshots: sizes('/snapshots/'), reads: [...this.#store.reads] };
  }

  /** Restores on a new device. @returns which parts of packs were read */
  async restore(only?: Selection): Promise<readonly string[]> {
    this.#store.reads = [];
    await restoreSnapshot(this.archive, 'latest', new MemoryTarget(), { only });
    return [...this.#store.reads];
  }

  /** Sealed bytes of the list of files: what no cloud sees, for it lies in a pack among other chunks. */
  async listBytes(): Promise<number> {
    const { manifest } = await findSnapshot(this.archive, 'latest');
    return manifest.reduce((sum, { sealedLength }) => sum + sealedLength, 0);
  }
}

/** What the cloud sees of a backup, apart from reads. */
export function sizesOf({ packs, snapshots }: Seen): string {
  return `${packs.join(' ')} / ${snapshots.join(' ')}`;
}
