import type { Bytes } from '@strongroom/core';
import type { ChunkRef } from './pack/chunk-ref.ts';
import type { OwnedChunk } from './pack/placed-chunks.ts';
import type { SnapshotMark } from './snapshot/snapshot.ts';

/** Hashes of a database's pages, under the journal's page key, in the last snapshot, one run of pages at a time. */
export interface PageRun {
  /** Bytes of a page. */
  readonly pageSize: number;
  /** 16 bytes for each page of the run. */
  readonly hashes: Bytes;
}

/** Bytes of the key under which pages are hashed. */
export const pageKeyLength = 32;

/** A pack that no snapshot names yet. */
export interface PendingPack {
  /** 32 hexadecimal digits. */
  readonly pack: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * What a device remembers of its backups so that the next one is quick. It is a cache: it may be lost at any time.
 *
 * What is remembered of files counts only as long as `lastSnapshot` is the archive's newest; `remember…` writes the
 * next state beside it, and `finish` puts that in its place in one step. Pending packs are apart from that.
 */
export interface Journal {
  /** The last snapshot that this device finished or was told of. */
  lastSnapshot(): Promise<SnapshotMark | undefined>;
  /** The `identity` that a file had in the last snapshot. */
  identity(path: string): Promise<string | undefined>;
  pages(path: string, run: number): Promise<PageRun | undefined>;
  /**
   * The key under which this journal's pages are hashed, 32 random bytes that never leave the device; the
   * caller's to wipe.
   */
  pageKey(): Promise<Bytes>;

  /** Begins the next state, empty of changes; what an interrupted backup left of it is dropped. */
  begin(): Promise<void>;
  /** Remembers the content of a file anew; without an identity it will be read again next time. */
  rememberFile(path: string, identity: string | undefined): Promise<void>;
  rememberPages(path: string, run: number, pages: PageRun): Promise<void>;
  /** Drops the pages remembered for a file since `begin`, because it is read again from its beginning. */
  restartPages(path: string): Promise<void>;
  forgetFile(path: string): Promise<void>;
  /** Puts the next state in place and drops the pending packs, which are in the snapshot now. */
  finish(snapshot: SnapshotMark): Promise<void>;
  /** The last snapshot was published again as another one with the same content: all that is remembered still counts. */
  renumber(snapshot: SnapshotMark): Promise<void>;

  /** Packs on their way to the cloud, or there, that no snapshot names yet. */
  pendingPacks(): Promise<readonly PendingPack[]>;
  addPendingPack(pack: PendingPack, chunks: Iterable<OwnedChunk>): Promise<void>;
  dropPendingPack(pack: string): Promise<void>;
  /** A chunk of the same path in a pending pack. @param name 32 bytes */
  pendingChunk(path: string, name: Bytes): Promise<ChunkRef | undefined>;

  close(): Promise<void>;
}
