import { release } from '@strongroom/core';
import { forEachOf } from '../concurrency.ts';
import type { Entry, Extent } from '../entry.ts';
import type { ChunkReader } from '../pack/chunk-reader.ts';
import type { TargetFile } from '../target.ts';
import { fileContent, piecesOf } from './file-content.ts';

const piecesAtOnce = 4;

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
  if (file.lend && reader.fillsFiles && entry.patches.length === 0 && entry.extents.every(isWholeChunk)) {
    await file.lend((fd) =>
      forEachOf(piecesOf(entry), piecesAtOnce, async ({ extent, at }) => {
        await reader.fill(extent.chunk, { fd, at });
        wrote(extent.length);
      }),
    );
    return;
  }
  for await (const bytes of fileContent(reader, entry)) {
    await file.write(bytes);
    wrote(bytes.length);
    release(bytes);
  }
}

function isWholeChunk({ chunk, length }: Extent): boolean {
  return length === chunk.plainLength;
}
