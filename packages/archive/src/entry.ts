import type { ChunkRef } from './pack/chunk-ref.ts';

export type EntryKind = 'file' | 'directory' | 'symlink';

/** Messages come back first, then media, then the rest. */
export type Category = 'messages' | 'media' | 'other';

/** What is known of a file, directory or link, apart from its content. */
export interface EntryFacts {
  /** Relative, segments separated by `/`. */
  readonly path: string;
  readonly kind: EntryKind;
  readonly category: Category;
  /** Bytes; 0 for anything but a file. */
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly mtimeNs: bigint;
  /** POSIX permission bits. */
  readonly mode: number;
  /** What a symbolic link points to. */
  readonly linkTarget?: string | undefined;
}

/** A piece of a file: a part of a chunk's plaintext, in bytes. */
export interface Extent {
  readonly chunk: ChunkRef;
  readonly offset: number;
  readonly length: number;
}

/** An entry of a manifest. The extents, one after the other, are the file. */
export interface Entry extends EntryFacts {
  readonly extents: readonly Extent[];
}
