import type { Bytes } from '@strongroom/core';

/** A stored value and the revision it was read at. */
export interface StoredValue {
  readonly value: Bytes;
  /** Grows with every write of this value. */
  readonly revision: number;
}

/** Where a vault keeps its sealed records. Every store passes the same conformance suite. */
export interface RecordStore {
  /** The newest committed value of an id (32 bytes). */
  read(id: Bytes): Promise<StoredValue | undefined>;
  /**
   * Writes a value if the stored one still has the expected revision (`undefined`: if there is none).
   * Answers `committed` only when the write is durable.
   */
  replace(id: Bytes, value: Bytes, expectedRevision: number | undefined): Promise<'committed' | 'conflict'>;
  /** Makes values that were overwritten unreadable, as far as the store can. */
  forgetOldValues(): Promise<void>;
  close(): Promise<void>;
}
