import type { Bytes } from '@strongroom/core';
import type { EntryFacts } from './entry.ts';
import type { OnWarning } from './warning.ts';

/** What a source shows of an entry before it is read. */
export interface SourceEntry extends EntryFacts {
  /**
   * A text that changes whenever the content does (inode, change time). Absent when nobody can say, for instance
   * because the last change is too recent to be told from the next one: the content is then read every time.
   */
  readonly identity?: string | undefined;
  /**
   * Opens the content of a file.
   * @throws StrongroomError 'source-missing' when it is gone, 'not-permitted' when it cannot be read
   */
  open(): Promise<SourceContent>;
}

/** The content of one file, which holds still as far as the platform can make it. */
export interface SourceContent {
  /** Nanoseconds since 1970, when it was opened. */
  readonly mtimeNs: bigint;
  /** As in `SourceEntry`, when it was opened. */
  readonly identity?: string | undefined;
  /** The file of the platform, if other threads may read from it, and its size in bytes when it was opened. */
  readonly file?: { readonly fd: number; readonly size: number } | undefined;
  /** The bytes from `offset`, fewer than `length` only at the end. They belong to the caller. */
  read(offset: number, length: number): Promise<Bytes>;
  /** Whether the content changed since it was opened, so that what was read may be half old and half new. */
  changed(): Promise<boolean>;
  close(): Promise<void>;
}

export interface SourceOptions {
  readonly signal?: AbortSignal | undefined;
  readonly warn?: OnWarning | undefined;
}

/** Something to back up. */
export interface Source {
  /** What it is, in words for people. */
  readonly labels: readonly string[];
  /** Every entry, in the order of `comparePaths`; may be asked for more than once. */
  entries(options?: SourceOptions): AsyncIterable<SourceEntry>;
}
