import { type Bytes, concat, fromUtf8 } from '@strongroom/core';
import type { Category, EntryFacts, EntryKind } from '../entry.ts';
import { damaged } from '../format/header.ts';
import { isSafePath } from '../paths.ts';
import { blockSize, checksumOf, filling, tarFields } from './tar-header.ts';

/** How errors name what is read. */
export const tarObject = 'the unencrypted backup';

// A path and a link of 32 KiB each, and some numbers.
const longestPaxHeader = 128 * 1024;
const nanosecond = 1_000_000_000n;

const kinds: Readonly<Record<string, EntryKind>> = { '0': 'file', '5': 'directory', '2': 'symlink' };

/** An entry of a tar stream. Its content must be read to its end, or be left alone, before the next one is asked for. */
export interface TarEntry {
  readonly facts: EntryFacts;
  readonly content: AsyncIterable<Bytes>;
}

/**
 * The entries of a tar stream as `tarStream` writes them: files, directories and links, with extended headers.
 * @throws StrongroomError 'archive-damaged' for anything else, and for paths that lead out of where they are put
 */
export async function* readTar(
  stream: AsyncIterable<Bytes>,
  categoryOf: (path: string) => Category,
): AsyncGenerator<TarEntry> {
  const bytes = new ByteReader(stream);
  let extended: ReadonlyMap<string, string> = new Map();
  for (;;) {
    const header = await bytes.take(blockSize);
    if (header.every((byte) => byte === 0)) return;
    checkSum(header);
    if (typeFlagOf(header) === 'x') {
      extended = await readExtended(bytes, header);
      continue;
    }
    const facts = factsOf(header, extended, categoryOf);
    extended = new Map();
    let left = facts.size;
    const content = async function* (): AsyncGenerator<Bytes> {
      while (left > 0) {
        const piece = await bytes.some(left);
        left -= piece.length;
        yield piece;
      }
    };
    yield { facts, content: content() };
    while (left > 0) left -= (await bytes.some(left)).length;
    await bytes.take(filling(facts.size).length);
  }
}

async function readExtended(bytes: ByteReader, header: Bytes): Promise<Map<string, string>> {
  const length = numberOf(header, tarFields.size, 12);
  if (length > longestPaxHeader) throw damaged(tarObject, 'has a header that is too long');
  const text = await bytes.take(length);
  await bytes.take(filling(length).length);
  return paxRecords(text);
}

function paxRecords(bytes: Bytes): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? 0 : decimal(textOf(bytes.subarray(at, space)));
    const record = bytes.subarray(space + 1, at + length);
    const equals = record.indexOf(0x3d);
    if (at + length > bytes.length || equals < 0 || record.at(-1) !== 0x0a) throw unreadable();
    records.set(textOf(record.subarray(0, equals)), textOf(record.subarray(equals + 1, -1)));
    at += length;
  }
  return records;
}

function factsOf(
  header: Bytes,
  extended: ReadonlyMap<string, string>,
  categoryOf: (path: string) => Category,
): EntryFacts {
  const kind = kinds[typeFlagOf(header)];
  if (!kind) throw damaged(tarObject, 'holds something else than files, folders and links');
  const named = extended.get('path') ?? stringOf(header, tarFields.name, 100);
  const path = kind === 'directory' ? named.replace(/\/$/, '') : named;
  if (!isSafePath(path)) throw damaged(tarObject, 'holds a path that is not allowed');
  const size = decimalOr(extended.get('size'), () => numberOf(header, tarFields.size, 12));
  if (kind !== 'file' && size > 0) throw unreadable();
  const mtime = extended.get('mtime');
  const facts = {
    path,
    kind,
    category: kind === 'file' ? categoryOf(path) : ('other' as const),
    size,
    mtimeNs:
      mtime === undefined ? BigInt(numberOf(header, tarFields.mtime, 12)) * nanosecond : nanosecondsOf(mtime),
    mode: numberOf(header, tarFields.mode, 8) & 0o777,
  };
  if (kind !== 'symlink') return facts;
  return { ...facts, linkTarget: extended.get('linkpath') ?? stringOf(header, tarFields.linkName, 100) };
}

function checkSum(header: Bytes): void {
  const magic = textOf(header.subarray(tarFields.magic, tarFields.magic + 5));
  if (magic !== 'ustar' || numberOf(header, tarFields.checksum, 8) !== checksumOf(header)) throw unreadable();
}

function typeFlagOf(header: Bytes): string {
  return String.fromCodePoint(header[tarFields.typeFlag]!);
}

function stringOf(header: Bytes, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return textOf(end < 0 ? field : field.subarray(0, end));
}

function numberOf(header: Bytes, at: number, length: number): number {
  const text = stringOf(header, at, length).trim();
  if (!/^[0-7]{1,11}$/.test(text)) throw unreadable();
  return Number.parseInt(text, 8);
}

function decimalOr(text: string | undefined, otherwise: () => number): number {
  return text === undefined ? otherwise() : decimal(text);
}

function decimal(text: string): number {
  const value = Number(text);
  if (!/^[0-9]{1,16}$/.test(text) || !Number.isSafeInteger(value)) throw unreadable();
  return value;
}

function nanosecondsOf(text: string): bigint {
  const [, sign, whole, fraction = ''] = /^(-?)([0-9]{1,12})(?:\.([0-9]{1,9}))?$/.exec(text) ?? [];
  if (whole === undefined) throw unreadable();
  const size = BigInt(whole) * nanosecond + BigInt(fraction.padEnd(9, '0'));
  return sign === '-' ? -size : size;
}

function textOf(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    throw damaged(tarObject, 'holds a name that is not text', cause);
  }
}

function unreadable(): Error {
  return damaged(tarObject, 'has a header that cannot be read');
}

/** Takes bytes off a stream in other portions than they come in. */
class ByteReader {
  readonly #stream: AsyncIterator<Bytes>;
  #rest: Bytes = new Uint8Array();

  constructor(stream: AsyncIterable<Bytes>) {
    this.#stream = stream[Symbol.asyncIterator]();
  }

  /** At least one byte and at most so many. */
  async some(most: number): Promise<Bytes> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#stream.next();
      if (done === true) throw damaged(tarObject, 'is cut short');
      this.#rest = value;
    }
    const piece = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  async take(length: number): Promise<Bytes> {
    const pieces: Bytes[] = [];
    for (let left = length; left > 0;) {
      const piece = await this.some(left);
      pieces.push(piece);
      left -= piece.length;
    }
    return concat(...pieces);
  }
}
