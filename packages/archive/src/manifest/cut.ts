import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { os2ip, utf8 } from '@strongroom/core';
import { type EntryRecord, patchedUpTo } from './group.ts';
import { extentsPerRecord, recordsPerGroup } from './limits.ts';

type Hmac = ReturnType<typeof hmac.create>;

const averageGroup = 512;
// With the largest record on top a group stays below the 4 MiB of a chunk.
const heaviestGroup = 1024 * 1024;

/** Decides where the manifest is cut: by the paths, so that an insertion changes one group only. */
export class GroupCutter {
  readonly #hmac: Hmac;
  #records = 0;
  #weight = 0;

  /** @param key 32 bytes, the archive's `manifestCut` */
  constructor(key: Uint8Array) {
    this.#hmac = hmac.create(sha256, key);
  }

  /**
   * Takes the next record and says whether its group ends behind it.
   * @param isInside its path is known not to end a group
   */
  endsAfter(record: EntryRecord, isInside = false): boolean {
    this.#records++;
    this.#weight += weightOf(record);
    const mayEnd = !isInside && !record.continues;
    const ends = this.#isFull() || (mayEnd && this.#isBoundary(record.entry.path));
    if (ends) {
      this.#records = 0;
      this.#weight = 0;
    }
    return ends;
  }

  #isFull(): boolean {
    return this.#records >= recordsPerGroup || this.#weight >= heaviestGroup;
  }

  #isBoundary(path: string): boolean {
    // Asked for every path, so it must answer at once: the platform's HMAC makes a promise of each.
    const digest = this.#hmac.clone().update(utf8(path)).digest();
    return os2ip(digest.subarray(0, 4)) % averageGroup === 0;
  }
}

/** About the bytes of a record, never less than it takes. */
function weightOf({ entry }: EntryRecord): number {
  const pieces = 90 * (entry.extents.length + entry.patches.length);
  return 64 + 3 * entry.path.length + 3 * (entry.linkTarget?.length ?? 0) + pieces;
}

/** The records of an entry. */
export function* recordsOf(entry: EntryRecord['entry']): Generator<EntryRecord> {
  const most = Math.max(entry.extents.length, entry.patches.length);
  if (most <= extentsPerRecord) {
    yield { entry, continues: false, patchedTo: 0 };
    return;
  }
  let at = 0;
  let patchedTo = 0;
  do {
    const extents = entry.extents.slice(at, at + extentsPerRecord);
    const patches = entry.patches.slice(at, at + extentsPerRecord);
    at += extentsPerRecord;
    const record = { entry: { ...entry, extents, patches }, continues: at < most, patchedTo };
    yield record;
    patchedTo = patchedUpTo(record);
  } while (at < most);
}
