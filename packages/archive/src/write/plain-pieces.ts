import type { Bytes } from '@strongroom/core';
import type { FileRegion, Plain } from '../engine/chunk-engine.ts';
import type { SourceContent } from '../source.ts';

/** Content in pieces of `pieceLength` bytes, the last shorter: regions where other threads may read the file. */
export async function* plainPieces(content: SourceContent, pieceLength: number): AsyncGenerator<Plain> {
  if (content.file) yield* regionsOf(content.file, pieceLength);
  else yield* readPieces(content, pieceLength);
}

function* regionsOf(
  { fd, size }: { readonly fd: number; readonly size: number },
  pieceLength: number,
): Generator<FileRegion> {
  for (let offset = 0; offset < size; offset += pieceLength) {
    yield { fd, offset, length: Math.min(pieceLength, size - offset) };
  }
}

/** Content in pieces of `pieceLength` bytes, the last shorter. */
export async function* readPieces(content: SourceContent, pieceLength: number): AsyncGenerator<Bytes> {
  for (let offset = 0; ; offset += pieceLength) {
    const plain = await content.read(offset, pieceLength);
    // What is yielded is given away: afterwards it may be empty.
    const { length } = plain;
    if (length > 0) yield plain;
    if (length < pieceLength) return;
  }
}
