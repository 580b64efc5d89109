import type { Archive } from '../archive.ts';
import { packName } from '../object-names.ts';
import type { LentObject } from '../object-store.ts';

// Open files at a time.
const mostOpen = 128;

interface Lent {
  readonly object: LentObject;
  users: number;
  dropped: boolean;
}

/** The packs that a store lends as files, a few of them open at a time. */
export class LentPacks {
  readonly #archive: Archive;
  /** The ones used last are at the end. */
  readonly #open = new Map<string, Lent>();

  constructor(archive: Archive) {
    this.#archive = archive;
  }

  /** Uses a pack's file. @returns none, without calling `work`, when the store does not lend it */
  async use<T>(pack: string, work: (object: LentObject) => Promise<T>): Promise<T | undefined> {
    const lent = this.#borrow(pack);
    if (!lent) return undefined;
    lent.users++;
    try {
      return await work(lent.object);
    } finally {
      lent.users--;
      if (lent.dropped && lent.users === 0) lent.object.close();
    }
  }

  /** Gives every file back, those in use afterwards. */
  close(): void {
    for (const pack of this.#open.keys()) this.#drop(pack);
  }

  #borrow(pack: string): Lent | undefined {
    const { store, id } = this.#archive;
    const known = this.#open.get(pack);
    const object = known?.object ?? store.lend?.(packName(id, pack));
    if (!object) return undefined;
    const lent = known ?? { object, users: 0, dropped: false };
    this.#open.delete(pack);
    this.#open.set(pack, lent);
    const [oldest] = this.#open.keys();
    if (this.#open.size > mostOpen && oldest !== undefined) this.#drop(oldest);
    return lent;
  }

  #drop(pack: string): void {
    const lent = this.#open.get(pack);
    if (!lent) return;
    this.#open.delete(pack);
    lent.dropped = true;
    if (lent.users === 0) lent.object.close();
  }
}
