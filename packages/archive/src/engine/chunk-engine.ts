import type { Bytes } from '@strongroom/core';

/** A chunk to be named, framed and sealed. */
export interface SealJob {
  /** Given away: it may be empty afterwards. */
  readonly plain: Bytes;
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
}

/** A chunk that is ready to be put into its pack. */
export interface SealedChunk {
  readonly name: Bytes;
  /** The sealed bytes, in parts to be joined. */
  readonly sealed: readonly Bytes[];
}

/** A chunk to be opened and checked. */
export interface OpenJob {
  /** Given away: it may be empty afterwards. */
  readonly sealed: Bytes;
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
  readonly plain: Bytes;
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
  /** Names a chunk without storing it. */
  name(chunkId: CryptoKey, plain: Bytes): Promise<Named>;
  /** Hashes the pages of a run. @param pageSize bytes @param key HMAC-SHA-256 */
  hashPages(key: CryptoKey, plain: Bytes, pageSize: number): Promise<Hashed>;
  seal(job: SealJob): Promise<SealedChunk>;
  /** The verified plaintext. @throws StrongroomError 'archive-damaged' */
  open(job: OpenJob): Promise<Bytes>;
}
