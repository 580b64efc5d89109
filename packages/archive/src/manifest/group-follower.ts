import type { ChunkRef } from '../pack/chunk-ref.ts';
import type { EntryRecord } from './group.ts';
import type { ReadGroup, RecordPlace } from './listed-entry.ts';

/** Whether a group of the last manifest may stand in the new one: it is cut by the same key, and will stay in the cloud. */
export type MayKeep = (group: ChunkRef) => boolean;

/**
 * Compares the records of a new group with those of a group of the last manifest. As long as they are the same and
 * in the same order, what is known of the old group holds for the new one.
 */
export class GroupFollower {
  readonly #mayKeep: MayKeep;
  #group: ReadGroup | undefined;
  #taken = 0;

  constructor(mayKeep: MayKeep) {
    this.#mayKeep = mayKeep;
  }

  /** A new group begins. */
  begin(): void {
    this.#group = undefined;
    this.#taken = 0;
  }

  /** Takes the next record of the new group. @param place where the same record was */
  take(record: EntryRecord, place: RecordPlace | undefined): void {
    if (this.#taken === 0 && place && this.#mayKeep(place.group.ref)) this.#group = place.group;
    if (!isAt(record, place, this.#group, this.#taken)) this.#group = undefined;
    this.#taken++;
  }

  /** Whether the old group goes on behind the records so far, so that no group ends behind them by their paths. */
  get isInside(): boolean {
    return this.#group !== undefined && this.#taken < this.#group.records.length;
  }

  /** The old group, when its records are those so far. */
  get whole(): ChunkRef | undefined {
    return this.#group?.records.length === this.#taken ? this.#group.ref : undefined;
  }
}

function isAt(
  record: EntryRecord,
  place: RecordPlace | undefined,
  group: ReadGroup | undefined,
  index: number,
): boolean {
  const old = group?.records[index];
  return old !== undefined && place?.group === group && place?.index === index && isCutAlike(record, old);
}

// Another writer may have put other parts of the same entry into its records.
function isCutAlike(a: EntryRecord, b: EntryRecord): boolean {
  const same = a.continues === b.continues && a.patchedTo === b.patchedTo;
  return (
    same &&
    a.entry.extents.length === b.entry.extents.length &&
    a.entry.patches.length === b.entry.patches.length
  );
}
