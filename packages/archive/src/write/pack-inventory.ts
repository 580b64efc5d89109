import { StrongroomError } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import type { PendingPack } from '../journal.ts';
import { isPackId, packName, packsPrefix } from '../object-names.ts';
import type { StoreOptions } from '../object-store.ts';
import { packSize } from '../pack/layout.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** Which packs the cloud has, with their sizes in bytes. */
export async function listPacks(archive: Archive, options?: StoreOptions): Promise<Map<string, number>> {
  const prefix = packsPrefix(archive.id);
  const sizes = new Map<string, number>();
  for await (const { name, size } of archive.store.list(prefix, options)) {
    const pack = name.slice(prefix.length);
    if (isPackId(pack)) sizes.set(pack, size);
  }
  return sizes;
}

/** The packs that a new snapshot may build on, and those that it does build on. */
export class PackInventory {
  readonly #there: ReadonlyMap<string, number>;
  readonly #expected = new Map<string, number>();
  readonly #used = new Set<string>();
  readonly #doomed: ReadonlySet<string>;
  /** Whether an interrupted backup may have stored chunks already. */
  readonly hasPending: boolean;

  /**
   * @param there what the cloud has now
   * @param doomed packs that are about to be deleted
   */
  constructor(
    there: ReadonlyMap<string, number>,
    previous: Snapshot | undefined,
    pending: readonly PendingPack[],
    doomed: ReadonlySet<string> = new Set(),
  ) {
    this.#there = there;
    this.#doomed = doomed;
    this.hasPending = pending.length > 0;
    for (const { pack, size } of pending) this.#expected.set(pack, size);
    for (const [pack, size] of previous?.steppedPacks ?? []) this.#expected.set(pack, size);
  }

  /** Whether the chunks of a pack may be used again: the cloud has it, with the right size, and is to keep it. */
  isUsable(pack: string): boolean {
    return this.#there.get(pack) === this.#sizeOf(pack) && !this.#doomed.has(pack);
  }

  /** A pack of the new snapshot. */
  add(pack: string, size: number): void {
    this.#expected.set(pack, size);
  }

  /** The new snapshot refers to this pack. */
  use(pack: string): void {
    this.#used.add(pack);
  }

  /** The packs that the new snapshot refers to. */
  get used(): ReadonlySet<string> {
    return this.#used;
  }

  /** Sizes of the packs in use that are not 16 MiB. */
  steppedPacks(): Map<string, number> {
    const used = [...this.#used].toSorted();
    return new Map(
      used.map((pack) => [pack, this.#sizeOf(pack)] as const).filter(([, size]) => size !== packSize),
    );
  }

  /**
   * Sees to it that the cloud has every pack in use, by a fresh list.
   * @throws StrongroomError 'archive-incomplete'
   */
  check(archive: Archive, there: ReadonlyMap<string, number>): void {
    for (const pack of this.#used) {
      if (there.get(pack) === this.#sizeOf(pack)) continue;
      throw new StrongroomError('archive-incomplete', { object: packName(archive.id, pack) });
    }
  }

  #sizeOf(pack: string): number {
    return this.#expected.get(pack) ?? packSize;
  }
}
