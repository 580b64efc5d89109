import type { Bytes } from '@strongroom/core';
import type { Entry } from '../entry.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { GroupCutter, recordsOf } from './cut.ts';
import { type EntryRecord, encodeGroup } from './group.ts';

const batch = 4 * 1024 * 1024;

/** Stores a group's plaintext, or finds it where it is already. */
export type StoreGroup = (plain: Bytes) => Promise<ChunkRef>;

/** Takes the entries of a snapshot in the order of their paths and stores them as groups. */
export class ManifestWriter {
  readonly #cutter: GroupCutter;
  readonly #store: StoreGroup;
  readonly #groups: ChunkRef[] = [];
  #records: EntryRecord[] = [];
  #waiting: Bytes[] = [];

  /** @param key 32 bytes, the archive's `manifestCut` */
  constructor(key: Uint8Array, store: StoreGroup) {
    this.#cutter = new GroupCutter(key);
    this.#store = store;
  }

  async add(entry: Entry): Promise<void> {
    for (const record of recordsOf(entry)) {
      this.#records.push(record);
      if (this.#cutter.endsAfter(record)) await this.#endGroup();
    }
  }

  /** Ends the manifest. @returns the chunks of its groups, in order */
  async finish(): Promise<readonly ChunkRef[]> {
    if (this.#records.length > 0) await this.#endGroup();
    await this.#flush();
    return this.#groups;
  }

  async #endGroup(): Promise<void> {
    this.#waiting.push(encodeGroup(this.#records));
    this.#records = [];
    if (this.#waiting.reduce((sum, group) => sum + group.length, 0) >= batch) await this.#flush();
  }

  // Groups are stored many at a time, so that they lie side by side and are read with few requests.
  async #flush(): Promise<void> {
    for (const plain of this.#waiting) this.#groups.push(await this.#store(plain));
    this.#waiting = [];
  }
}
