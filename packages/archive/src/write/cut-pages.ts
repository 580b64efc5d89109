import { type Bytes, release } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { mapInOrder } from '../concurrency.ts';
import { pageHashLength } from '../engine/steps.ts';
import type { Entry, Extent } from '../entry.ts';
import { isDamage } from '../manifest/manifest-reader.ts';
import type { ChunkReader } from '../pack/chunk-reader.ts';
import { pieceOf } from '../read/file-content.ts';
import type { SourceContent } from '../source.ts';
import { countZeros, xorInto } from '../xor.ts';
import type { PutChunk } from './cut-fixed.ts';
import type { OldPages, PageFate } from './old-pages.ts';
import { PageLayout } from './page-layout.ts';
import { pagesPerRun } from './pages.ts';
import { readPieces } from './plain-pieces.ts';

// Runs that are read and hashed together: four times as many requests would take longer than what they ask for.
const runsPerStretch = 4;
const stretchesAtOnce = 2;

export interface CutPagesParts {
  readonly archive: Archive;
  readonly reader: ChunkReader;
  /** Under which pages are hashed, HMAC-SHA-256. */
  readonly pageKey: CryptoKey;
  readonly pageSize: number;
  readonly old: OldPages | undefined;
  readonly put: PutChunk;
  /** Hears the hashes of every run's pages. */
  readonly remember: (run: number, hashes: Bytes) => Promise<void>;
}

/** Some runs as they were read. */
interface Stretch {
  readonly firstRun: number;
  readonly bytes: Bytes;
}

/** What becomes of the pages of a stretch. */
interface Plan extends Stretch {
  readonly runs: readonly {
    readonly number: number;
    readonly hashes: Bytes;
    readonly pages: readonly Page[];
  }[];
}

/** Where a page stays, what it changed by, or its bytes. */
type Page =
  | { readonly keep: Extent; readonly patch: Extract<PageFate, { keep: Extent }>['patch'] }
  | { readonly base: Extent; readonly delta: Bytes }
  | { readonly whole: Bytes };

/**
 * Stores a database: pages that did not change stay where they are; of the others what they changed by is stored
 * where that is mostly zeros, else the page; 64 a chunk.
 * @returns what the file is made of
 */
export async function cutPages(
  content: SourceContent,
  parts: CutPagesParts,
): Promise<Pick<Entry, 'extents' | 'patches'>> {
  const layout = new PageLayout(parts.pageSize, parts.put);
  const stretches = stretchesOf(content, parts.pageSize);
  for await (const { runs, bytes } of mapInOrder(stretches, stretchesAtOnce, (one) => plan(one, parts))) {
    for (const { number, hashes, pages } of runs) {
      for (const page of pages) {
        if ('keep' in page) layout.keep(page.keep, page.patch);
        else if ('whole' in page) await layout.store(page.whole);
        else await layout.change(page.base, page.delta);
      }
      await parts.remember(number, hashes);
    }
    release(bytes);
  }
  return layout.finish();
}

async function* stretchesOf(content: SourceContent, pageSize: number): AsyncGenerator<Stretch> {
  let firstRun = 0;
  for await (const bytes of readPieces(content, runsPerStretch * pagesPerRun * pageSize)) {
    yield { firstRun, bytes };
    firstRun += runsPerStretch;
  }
}

async function plan({ firstRun, bytes }: Stretch, parts: CutPagesParts): Promise<Plan> {
  const { archive, pageKey, pageSize } = parts;
  const { plain, hashes } = await archive.engine.hashPages(pageKey, bytes, pageSize);
  const runs: Promise<Plan['runs'][number]>[] = [];
  for (let at = 0, number = firstRun; at < plain.length; at += pagesPerRun * pageSize, number++) {
    const from = (number - firstRun) * pagesPerRun * pageHashLength;
    const ofRun = hashes.subarray(from, from + pagesPerRun * pageHashLength);
    runs.push(planRun(number, plain.subarray(at, at + pagesPerRun * pageSize), ofRun, parts));
  }
  return { firstRun, bytes: plain, runs: await Promise.all(runs) };
}

async function planRun(
  number: number,
  bytes: Bytes,
  hashes: Bytes,
  { pageSize, old, reader }: CutPagesParts,
): Promise<Plan['runs'][number]> {
  const fates = old ? await old.fates(number, bytes.length, hashes) : [];
  const pages: Page[] = [];
  for (let at = 0, i = 0; at < bytes.length; at += pageSize, i++) {
    const fate = fates[i];
    // Most pages stay: waiting for each of them would take longer than all else.
    pages.push(fate && 'keep' in fate ? fate : await pageOf(bytes.subarray(at, at + pageSize), fate, reader));
  }
  return { number, hashes, pages };
}

async function pageOf(
  whole: Bytes,
  fate: { readonly base: Extent } | undefined,
  reader: ChunkReader,
): Promise<Page> {
  if (!fate) return { whole };
  const base = await baseOf(fate.base, reader);
  if (!base) return { whole };
  const delta = whole.slice();
  xorInto(delta, base);
  return isWorthwhile(delta) ? { base: fate.base, delta } : { whole };
}

// A page of chats compresses to about half; a delta of which half is zeros, to less.
function isWorthwhile(delta: Bytes): boolean {
  return 2 * countZeros(delta) >= delta.length;
}

async function baseOf(base: Extent, reader: ChunkReader): Promise<Bytes | undefined> {
  try {
    return await pieceOf(reader, base);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return undefined;
  }
}
