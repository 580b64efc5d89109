import type { Bytes } from '@strongroom/core';

/** A stored value and the revision it was read at. */
export interface StoredValue {
  readonly value: Bytes;
  /** Grows with every write under this id, also when what was there was deleted in between. */
  readonly revision: number;
}

/** A stored value with the id it is stored under. */
export interface ListedValue extends StoredValue {
  /** 32 bytes. */
  readonly id: Bytes;
}

/** The most that one `list` may ask for. */
export const LIST_LIMIT = 1000;

/**
 * Where a vault keeps its sealed records. Every store passes the same conformance suite.
 *
 * What fails because the store cannot be reached in time is StrongroomError `unavailable`. A `replace` that may have
 * been written all the same is `OutcomeUnknown`, which is `unavailable`, too.
 */
export interface RecordStore {
  /** The newest committed value of an id (32 bytes), whichever node committed it: never an older one. */
  read(id: Bytes): Promise<StoredValue | undefined>;
  /**
   * The newest committed values in ascending order of their ids, those alone that come after an id, where one is
   * given: at most `limit` (1 to 1000), and fewer only when there are no more. Pages are not of one moment.
   */
  list(after: Bytes | undefined, limit: number): Promise<readonly ListedValue[]>;
  /**
   * Writes a value if the stored one still has the expected revision (`undefined`: if there is none).
   * Answers `committed` only when the write is durable. No two values are ever the same: each is sealed anew.
   */
  replace(id: Bytes, value: Bytes, expectedRevision: number | undefined): Promise<'committed' | 'conflict'>;
  /** Makes values that were overwritten unreadable, as far and as soon as the store can. */
  forgetOldValues(): Promise<void>;
  close(): Promise<void>;
}

/** @throws RangeError for what is no number of values to list */
export function checkLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIST_LIMIT) return;
  throw new RangeError(`1 to ${LIST_LIMIT} values can be listed at once, not ${limit}`);
}
