import { type Bytes, concat, utf8 } from '@strongroom/core';
import type { EntryFacts } from '../entry.ts';

/** Bytes of a block of a tar stream: headers take whole blocks, contents are filled up with zeros. */
export const blockSize = 512;

// GNU tar reads and writes so many blocks at a time.
const recordSize = 20 * blockSize;

const nameLength = 100;
const mostOctalSize = 0o77777777777;
const mostOctalTime = 0o77777777777n;
const permissions = 0o777;
const nanosecond = 1_000_000_000n;

const typeFlags = { file: '0', directory: '5', symlink: '2' } as const;

// Where the fields of a header are, in bytes (POSIX.1-2001, "ustar Interchange Format").
const fields = {
  name: 0,
  mode: 100,
  uid: 108,
  gid: 116,
  size: 124,
  mtime: 136,
  checksum: 148,
  typeFlag: 156,
  linkName: 157,
  magic: 257,
} as const;

/** The fields that this program reads again. */
export const tarFields: typeof fields = fields;

/**
 * The header of an entry in the pax interchange format (POSIX.1-2001): a ustar header, with an extended header before
 * it for what does not fit there (long or non-ASCII names, fractions of seconds, more than 8 GiB). Owners are not
 * told, and setuid, setgid and sticky bits are left away.
 */
export function tarHeader(facts: EntryFacts): Bytes {
  const path = facts.kind === 'directory' ? `${facts.path}/` : facts.path;
  const link = facts.linkTarget ?? '';
  const seconds = floorSeconds(facts.mtimeNs);
  const records: string[] = [];
  if (!fits(path)) records.push(paxRecord('path', path));
  if (!fits(link)) records.push(paxRecord('linkpath', link));
  if (facts.size > mostOctalSize) records.push(paxRecord('size', String(facts.size)));
  if (!isPlainTime(facts.mtimeNs)) records.push(paxRecord('mtime', decimalSeconds(facts.mtimeNs)));
  const header = ustarHeader({
    name: fits(path) ? path : shortened(path),
    mode: facts.mode & permissions,
    size: facts.size > mostOctalSize ? 0 : facts.size,
    mtime: seconds < 0n || seconds > mostOctalTime ? 0n : seconds,
    typeFlag: typeFlags[facts.kind],
    linkName: fits(link) ? link : shortened(link),
  });
  return records.length === 0 ? header : concat(paxHeader(records.join('')), header);
}

/** What ends a stream of so many bytes. */
export function tarEnd(bytes: number): Bytes {
  const end = bytes + 2 * blockSize;
  return new Uint8Array(Math.ceil(end / recordSize) * recordSize - bytes);
}

/** The zeros that fill the last block of a content of so many bytes. */
export function filling(bytes: number): Bytes {
  return new Uint8Array((blockSize - (bytes % blockSize)) % blockSize);
}

/** The sum of a header's bytes, with blanks where the sum itself stands. */
export function checksumOf(header: Uint8Array): number {
  const sumEnd = fields.checksum + 8;
  return header.reduce((sum, byte, i) => sum + (i >= fields.checksum && i < sumEnd ? 0x20 : byte), 0);
}

function paxHeader(text: string): Bytes {
  const records = utf8(text);
  const name = 'PaxHeaders/entry';
  const typeFlag = 'x';
  const header = ustarHeader({ name, mode: 0o644, size: records.length, mtime: 0n, typeFlag, linkName: '' });
  return concat(header, records, filling(records.length));
}

/** `25 path=…`: the number counts the bytes of the whole record, itself among them. */
function paxRecord(key: string, value: string): string {
  const rest = utf8(` ${key}=${value}\n`).length;
  let length = rest;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return `${length} ${key}=${value}\n`;
}

interface UstarFields {
  readonly name: string;
  readonly mode: number;
  readonly size: number;
  readonly mtime: bigint;
  readonly typeFlag: string;
  readonly linkName: string;
}

function ustarHeader({ name, mode, size, mtime, typeFlag, linkName }: UstarFields): Bytes {
  const header = new Uint8Array(blockSize);
  const put = (at: number, text: string): void => header.set(utf8(text), at);
  put(fields.name, name);
  put(fields.mode, octal(mode, 7));
  put(fields.uid, octal(0, 7));
  put(fields.gid, octal(0, 7));
  put(fields.size, octal(size, 11));
  put(fields.mtime, octal(mtime, 11));
  put(fields.typeFlag, typeFlag);
  put(fields.linkName, linkName);
  put(fields.magic, 'ustar\x0000');
  put(fields.checksum, `${octal(checksumOf(header), 6)}\0 `);
  return header;
}

function octal(value: number | bigint, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

function fits(text: string): boolean {
  return text.length <= nameLength && /^[\x20-\x7e]*$/.test(text);
}

/** What a program shows that knows nothing of extended headers. */
function shortened(text: string): string {
  const shown = text.replaceAll(/[^\x20-\x7e]/g, '_');
  return shown.slice(-nameLength).replace(/^\/+/, '');
}

function isPlainTime(mtimeNs: bigint): boolean {
  const seconds = mtimeNs / nanosecond;
  return mtimeNs % nanosecond === 0n && seconds >= 0n && seconds <= mostOctalTime;
}

function floorSeconds(mtimeNs: bigint): bigint {
  const seconds = mtimeNs / nanosecond;
  return mtimeNs < 0n && mtimeNs % nanosecond !== 0n ? seconds - 1n : seconds;
}

function decimalSeconds(mtimeNs: bigint): string {
  const size = mtimeNs < 0n ? -mtimeNs : mtimeNs;
  const fraction = String(size % nanosecond).padStart(9, '0');
  return `${mtimeNs < 0n ? '-' : ''}${size / nanosecond}.${fraction}`;
}
