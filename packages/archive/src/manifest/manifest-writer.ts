import type { Bytes } from '@strongroom/core';
import type { Entry } from '../entry.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { GroupCutter, recordsOf } from './cut.ts';
import { GroupFollower, type MayKeep } from './group-follower.ts';
import { type EntryRecord, encodeGroup } from './group.ts';
import type { RecordPlace } from './listed-entry.ts';

const batch = 4 * 1024 * 1024;

/** Stores a group's plaintext, or finds it where it is already. */
export type StoreGroup = (plain: Bytes) => Promise<ChunkRef>;

/** Takes the entries of a snapshot in the order of their paths and stores them as groups. */
export class ManifestWriter {
  readonly #cutter: GroupCutter;
  readonly #store: StoreGroup;
  readonly #follower: GroupFollower;
  readonly #groups: ChunkRef[] = [];
  #records: EntryRecord[] = [];
  #waiting: (Bytes | ChunkRef)[] = [];
  #waitingBytes = 0;

  /**
   * @param key 32 bytes, the archive's `manifestCut`
   * @param mayKeep which groups of the last manifest need not be encoded anew when nothing in them has changed
   */
  constructor(key: Uint8Array, store: StoreGroup, mayKeep: MayKeep = () => false) {
    this.#cutter = new GroupCutter(key);
    this.#store = store;
    this.#follower = new GroupFollower(mayKeep);
  }

  /** @param places where the records of the same entry are in the last manifest */
  async add(entry: Entry, places: readonly RecordPlace[] = []): Promise<void> {
    let next = 0;
    for (const record of recordsOf(entry)) {
      this.#follower.take(record, places[next++]);
      this.#records.push(record);
      if (this.#cutter.endsAfter(record, this.#follower.isInside)) await this.#endGroup();
    }
  }

  /** Ends the manifest. @returns the chunks of its groups, in order */
  async finish(): Promise<readonly ChunkRef[]> {
    if (this.#records.length > 0) await this.#endGroup();
    await this.#flush();
    return this.#groups;
  }

  async #endGroup(): Promise<void> {
    const group = this.#follower.whole ?? encodeGroup(this.#records);
    this.#follower.begin();
    this.#records = [];
    this.#waiting.push(group);
    if (group instanceof Uint8Array) this.#waitingBytes += group.length;
    if (this.#waitingBytes >= batch) await this.#flush();
  }

  // Groups are stored many at a time, so that they lie side by side and are read with few requests.
  async #flush(): Promise<void> {
    for (const group of this.#waiting) {
      this.#groups.push(group instanceof Uint8Array ? await this.#store(group) : group);
    }
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}
