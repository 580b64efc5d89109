import type { Bytes } from '@strongroom/core';

/** A part of an open file, in bytes: the thread that needs it reads it. */
export interface FileRegion {
  readonly fd: number;
  readonly offset: number;
  readonly length: number;
}

/** What is worked on. Bytes are given away: they may be empty afterwards. */
export type Plain = Bytes | FileRegion;

/** A file has become shorter than it was when its region was named. */
export class FileShrunk extends Error {
  override readonly name = 'FileShrunk';
}

/** How the pages of a database are hashed. */
export interface PageHashing {
  /** HMAC-SHA-256. */
  readonly key: CryptoKey;
  /** Bytes of a page; the last may be shorter. */
  readonly size: number;
}

/** A chunk to be named, framed and sealed. */
export interface SealJob {
  readonly plain: Plain;
  /** The chunk's name when it is known already, 32 bytes. */
  readonly name: Bytes | undefined;
  /** Names the chunk, HMAC-SHA-256. */
  readonly chunkId: CryptoKey;
  /** Seals it, AES-256-GCM. */
  readonly key: CryptoKey;
  /** 12 bytes. */
  readonly nonce: Bytes;
  readonly data: Bytes;
  readonly compress: boolean;
  /** Hash its pages, too. */
  readonly pages?: PageHashing | undefined;
}

/** A chunk that is ready to be put into its pack. */
export interface SealedChunk {
  readonly name: Bytes;
  /** The sealed bytes, in parts to be joined. */
  readonly sealed: readonly Bytes[];
  /** 16 bytes for each page, when they were asked for. */
  readonly hashes?: Bytes | undefined;
}

/** A piece of a chunk's plaintext, and where it goes in a file, in bytes. */
export interface FilePiece {
  readonly from: number;
  readonly length: number;
  readonly at: number;
}

/** Places in a file that is open for reading and writing. */
export interface FilePlaces {
  readonly fd: number;
  readonly pieces: readonly FilePiece[];
  /** What is there already is changed by XOR, in place of being overwritten. */
  readonly xor: boolean;
}

/** A chunk to be opened and checked. */
export interface OpenJob {
  /** Bytes are given away: they may be empty afterwards. */
  readonly sealed: Plain;
  /** Where the thread writes the plaintext, once it is verified, in place of giving it back. */
  readonly into?: FilePlaces | undefined;
  readonly key: CryptoKey;
  readonly nonce: Bytes;
  readonly data: Bytes;
  readonly plainLength: number;
  readonly chunkId: CryptoKey;
  /** What the chunk must be named, 32 bytes. */
  readonly name: Bytes;
  /** How errors name the object that the chunk is in. */
  readonly object: string;
}

/** Plaintext that was looked at, and what came of it. The bytes are the same, perhaps in another buffer. */
export interface Named {
  readonly plain: Plain;
  /** 32 bytes. */
  readonly name: Bytes;
}

export interface Hashed {
  readonly plain: Bytes;
  /** 16 bytes for each page. */
  readonly hashes: Bytes;
}

/**
 * The steps that take time: naming, compressing, sealing and opening chunks, here or on other threads. It keeps
 * nothing from one job to the next. What a job takes in as `plain` or `sealed` is given away.
 */
export interface ChunkEngine {
  /** How many large jobs are worked on at the same time. */
  readonly width: number;
  /** Whether it takes regions of files, and writes into files. */
  readonly readsFiles: boolean;
  /** Names a chunk without storing it. @throws FileShrunk */
  name(chunkId: CryptoKey, plain: Plain): Promise<Named>;
  /** Hashes the pages of a run. @param pageSize bytes @param key HMAC-SHA-256 */
  hashPages(key: CryptoKey, plain: Bytes, pageSize: number): Promise<Hashed>;
  /** @throws FileShrunk */
  seal(job: SealJob): Promise<SealedChunk>;
  /** The verified plaintext; empty when it was written into a file. @throws StrongroomError 'archive-damaged' */
  open(job: OpenJob): Promise<Bytes>;
}
