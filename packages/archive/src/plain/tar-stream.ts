import { type Bytes, isStrongroomError } from '@strongroom/core';
import { throwIfAborted } from '../abort.ts';
import type { EntryFacts } from '../entry.ts';
import { isSafePath } from '../paths.ts';
import type { ProgressMeter } from '../progress.ts';
import type { Source, SourceContent, SourceEntry } from '../source.ts';
import type { OnWarning, Warning } from '../warning.ts';
import { filling, tarEnd, tarHeader } from './tar-header.ts';

const readSize = 1024 * 1024;

export interface TarOptions {
  readonly meter: ProgressMeter;
  readonly warn: OnWarning;
  readonly signal?: AbortSignal | undefined;
  /** Hears of every file, folder and link that is in the stream. */
  readonly count: (facts: EntryFacts) => void;
}

/** A source as a tar stream in the pax interchange format. */
export async function* tarStream(source: Source, options: TarOptions): AsyncGenerator<Bytes> {
  const { signal, warn } = options;
  let length = 0;
  for await (const entry of source.entries({ signal, warn })) {
    for await (const bytes of entryBytes(entry, options)) {
      throwIfAborted(signal);
      length += bytes.length;
      yield bytes;
    }
  }
  yield tarEnd(length);
}

async function* entryBytes(entry: SourceEntry, options: TarOptions): AsyncGenerator<Bytes> {
  const { meter, warn } = options;
  if (!isSafePath(entry.path)) {
    warn(warningOf('bad-name', entry.path, 'has a name that cannot be stored'));
    return;
  }
  meter.file(entry.path);
  if (entry.kind === 'file') yield* fileBytes(entry, options);
  else {
    options.count(entry);
    yield tarHeader(entry);
  }
  meter.fileDone();
}

async function* fileBytes(entry: SourceEntry, options: TarOptions): AsyncGenerator<Bytes> {
  const opened = await openIfThere(entry, options.warn);
  if (!opened) return;
  const { content, size } = opened;
  try {
    const facts = { ...entry, size, mtimeNs: content.mtimeNs };
    options.count(facts);
    yield tarHeader(facts);
    yield* contentBytes(entry.path, content, size, options);
    yield filling(size);
    if (await content.changed())
      options.warn(warningOf('changed', entry.path, 'changed while it was read; stored as it was read'));
  } finally {
    await content.close();
  }
}

async function openIfThere(
  entry: SourceEntry,
  warn: OnWarning,
): Promise<{ content: SourceContent; size: number } | undefined> {
  let content: SourceContent | undefined;
  try {
    content = await entry.open();
    return { content, size: await sizeOf(content, entry.size) };
  } catch (error) {
    await content?.close();
    if (!isStrongroomError(error, 'source-missing', 'not-permitted')) throw error;
    const gone = error.code === 'source-missing';
    const what = gone ? 'was gone when it was to be read' : 'cannot be read; it is left out';
    warn(warningOf(gone ? 'vanished' : 'unreadable', entry.path, what));
    return undefined;
  }
}

/** Exactly `size` bytes, whatever becomes of the file meanwhile: the header before them has told so many. */
async function* contentBytes(
  path: string,
  content: SourceContent,
  size: number,
  { meter, warn, signal }: TarOptions,
): AsyncGenerator<Bytes> {
  let left = size;
  while (left > 0) {
    throwIfAborted(signal);
    const bytes = await readOrNothing(content, size - left, Math.min(readSize, left));
    if (bytes.length === 0) break;
    left -= bytes.length;
    meter.bytes(bytes.length);
    yield bytes;
  }
  if (left === 0) return;
  warn(warningOf('unreadable', path, `could not be read to its end; its last ${left} bytes are zeros`));
  for (; left > 0; left -= Math.min(readSize, left)) yield new Uint8Array(Math.min(readSize, left));
}

async function readOrNothing(content: SourceContent, offset: number, length: number): Promise<Bytes> {
  try {
    return await content.read(offset, length);
  } catch (error) {
    if (!isStrongroomError(error, 'source-missing', 'not-permitted')) throw error;
    return new Uint8Array();
  }
}

/**
 * How many bytes an open content has: those of the copy of a live database are others than its file's. Asked for by
 * looking where the bytes end.
 */
async function sizeOf(content: SourceContent, guess: number): Promise<number> {
  const hasByte = async (at: number): Promise<boolean> => (await content.read(at, 1)).length > 0;
  let low = 0;
  let high = guess;
  if (await hasByte(high)) {
    while (await hasByte(high)) [low, high] = [high + 1, 2 * high + 1];
  } else if (guess === 0 || (await hasByte(guess - 1))) return guess;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await hasByte(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function warningOf(code: Warning['code'], path: string, what: string): Warning {
  return { code, path, message: `${path} ${what}.` };
}
