import { release } from '@strongroom/core';
import { forEachOf } from '../concurrency.ts';
import type { Entry } from '../entry.ts';
import type { ChunkReader } from '../pack/chunk-reader.ts';
import type { TargetFile } from '../target.ts';
import { fileContent, piecesOf } from './file-content.ts';
import { type PlacedPiece, planFilling } from './fill-plan.ts';

// Over a network the way there and back takes longer than what is done with a batch.
const batchesAtOnce = 6;

/**
 * Writes the content of a file, every byte of which was verified.
 * @param wrote hears of every piece, in bytes, and may throw to end it
 * @throws as `fileContent`, and what the target throws
 */
export async function writeContent(
  reader: ChunkReader,
  entry: Entry,
  file: TargetFile,
  wrote: (bytes: number) => void,
): Promise<void> {
  if (file.lend && reader.fillsFiles) return file.lend((fd) => fillFile(reader, entry, fd, wrote));
  for await (const bytes of fileContent(reader, entry)) {
    await file.write(bytes);
    wrote(bytes.length);
    release(bytes);
  }
}

/** By threads: first what the file is made of, then what it is changed by. */
async function fillFile(
  reader: ChunkReader,
  entry: Entry,
  fd: number,
  wrote: (bytes: number) => void,
): Promise<void> {
  await forEachOf(planFilling(placesOf(entry)), batchesAtOnce, (batch) =>
    reader.fill(batch, fd, false, wrote),
  );
  await forEachOf(planFilling(entry.patches), batchesAtOnce, (batch) =>
    reader.fill(batch, fd, true, () => wrote(0)),
  );
}

function* placesOf(entry: Entry): Generator<PlacedPiece> {
  for (const { extent, at } of piecesOf(entry)) yield { ...extent, at };
}
