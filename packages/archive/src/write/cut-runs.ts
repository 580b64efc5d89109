import type { Bytes } from '@strongroom/core';
import { mapInOrder } from '../concurrency.ts';
import type { Plain } from '../engine/chunk-engine.ts';
import type { Extent } from '../entry.ts';
import type { HashedPages } from '../pack/open-pack.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import type { SourceContent } from '../source.ts';
import { pagesPerRun } from './pages.ts';
import { plainPieces } from './plain-pieces.ts';

const runsAtOnce = 8;

export interface CutRunsParts {
  /** Under which pages are hashed, HMAC-SHA-256. */
  readonly pageKey: CryptoKey;
  /** Bytes. */
  readonly pageSize: number;
  readonly put: (plain: Plain, pages: HashedPages) => Promise<ChunkRef>;
  /** Hears the hashes of every run's pages. */
  readonly remember: (run: number, hashes: Bytes) => Promise<void>;
}

/** Stores a database of which nothing is stored yet: a run of pages a chunk. @returns its extents */
export async function cutRuns(content: SourceContent, parts: CutRunsParts): Promise<Extent[]> {
  const length = pagesPerRun * parts.pageSize;
  const extents: Extent[] = [];
  const stored = mapInOrder(plainPieces(content, length), runsAtOnce, (run) => store(run, parts));
  for await (const { extent, hashes } of stored) {
    await parts.remember(extents.length, hashes);
    extents.push(extent);
  }
  return extents;
}

async function store(
  plain: Plain,
  { pageKey: key, pageSize: size, put }: CutRunsParts,
): Promise<{ extent: Extent; hashes: Bytes }> {
  const { length } = plain;
  let hashes: Bytes = new Uint8Array();
  const chunk = await put(plain, { key, size, hashed: (found) => (hashes = found) });
  return { extent: { chunk, offset: 0, length }, hashes };
}
