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

/** A piece of a file that differs from what its extents say: those bytes XOR a part of a chunk's plaintext. */
export interface Patch extends Extent {
  /** From the start of the file, in bytes. */
  readonly at: number;
}

/** An entry of a manifest. The extents, one after the other, are the file, apart from what is patched. */
export interface Entry extends EntryFacts {
  readonly extents: readonly Extent[];
  /** In the order of their places, not overlapping. */
  readonly patches: readonly Patch[];
}

/** The references of an entry to chunks; one chunk may be referred to more than once. */
export function* chunksOf({ extents, patches }: Pick<Entry, 'extents' | 'patches'>): Generator<ChunkRef> {
  for (const { chunk } of extents) yield chunk;
  for (const { chunk } of patches) yield chunk;
}
