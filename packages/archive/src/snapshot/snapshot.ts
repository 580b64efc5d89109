import type { Bytes } from '@strongroom/core';
import type { Category } from '../entry.ts';
import type { BackupKey } from '../format/keys.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';

/** The device that wrote a snapshot. */
export interface Writer {
  readonly deviceId: string;
  readonly deviceName: string;
  /** Grows by one whenever another device takes over. */
  readonly epoch: number;
}

export interface CategoryTotals {
  readonly files: number;
  readonly bytes: number;
}

/** Files and plaintext bytes of a snapshot, by category. */
export type Totals = Readonly<Record<Category, CategoryTotals>>;

/** A snapshot's identity: whoever knows it notices when another is shown in its place. */
export interface SnapshotMark {
  /** 1 for the first of an archive. */
  readonly number: number;
  /** SHA-256 of the snapshot's object, 32 bytes. */
  readonly hash: Bytes;
}

/** What a snapshot says about itself. */
export interface SnapshotInfo extends SnapshotMark {
  /** ULID, 26 characters; later ones sort behind earlier ones. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly writer: Writer;
  readonly totals: Totals;
  /** What was backed up, in words for people. */
  readonly sources: readonly string[];
}

/** An earlier snapshot that a later one names. */
export interface KeptSnapshot extends SnapshotMark {
  readonly id: string;
  /** SHA-256 of the object it had first, when it was written anew because its chunks moved. */
  readonly firstHash?: Bytes | undefined;
}

/** Everything in a snapshot's object, apart from what is known only once it is written. */
export interface SnapshotContent extends Omit<SnapshotInfo, 'id' | 'hash'> {
  /** SHA-256 of the snapshot before; empty for the first. */
  readonly previousHash: Bytes;
  /** Every earlier snapshot that is kept, oldest first. */
  readonly kept: readonly KeptSnapshot[];
  /** The chunks of the manifest's groups, in order. */
  readonly manifest: readonly ChunkRef[];
  /** Sizes of the packs in use that are not 16 MiB, by pack. */
  readonly steppedPacks: ReadonlyMap<string, number>;
  /** The backup keys that the archive had before, the oldest first. */
  readonly earlierKeys: readonly BackupKey[];
}

/** A snapshot as it was read. */
export interface Snapshot extends SnapshotContent, SnapshotInfo {}

/** Files of every category together. */
export function filesOf(totals: Totals): number {
  return totals.messages.files + totals.media.files + totals.other.files;
}

/** Plaintext bytes of every category together. */
export function bytesOf(totals: Totals): number {
  return totals.messages.bytes + totals.media.bytes + totals.other.bytes;
}
