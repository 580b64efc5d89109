import type { Bytes } from '@strongroom/core';

// "Decoders should support 8 MB, and encoders not ask for more" (RFC 8878, section 3.1.1.1.2). A chunk has 4 MiB.
const widestWindow = 8 * 1024 * 1024;
/** The same as a power of two. */
export const widestWindowLog = 23;

// Of 128 KiB they are 32 in a chunk. An empty one takes 3 bytes, and a decoder the time of its whole window.
const mostBlocks = 4096;

const magic = [0x28, 0xb5, 0x2f, 0xfd];
const checksumLength = 4;
const blockHeaderLength = 3;

/**
 * Sees to it that bytes are one frame of zstd that asks for little memory (RFC 8878, section 3.1.1): decoders
 * believe what the header says of the window, however few bytes follow.
 * @throws RangeError when it is not
 */
export function checkZstdFrame(bytes: Bytes): void {
  if (!magic.every((byte, i) => bytes[i] === byte)) throw new RangeError('not a frame of zstd');
  const { blocksStart, window, hasChecksum } = readHeader(bytes);
  if (window > widestWindow) throw new RangeError('the window is too large');
  const end = endOfBlocks(bytes, blocksStart) + (hasChecksum ? checksumLength : 0);
  if (end !== bytes.length) throw new RangeError('not one frame of zstd');
}

function readHeader(bytes: Bytes): { blocksStart: number; window: number; hasChecksum: boolean } {
  const flags = byteAt(bytes, 4);
  const isSingle = (flags & 0x20) !== 0;
  const sizeFlag = flags >> 6;
  const sizeLength = sizeFlag === 0 ? Number(isSingle) : 1 << sizeFlag;
  const dictionaryLength = [0, 1, 2, 4][flags & 3]!;
  const sizeStart = 5 + (isSingle ? 0 : 1) + dictionaryLength;
  const window = isSingle ? contentSize(bytes, sizeStart, sizeLength) : windowOf(byteAt(bytes, 5));
  return { blocksStart: sizeStart + sizeLength, window, hasChecksum: (flags & 0x04) !== 0 };
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSize(bytes: Bytes, start: number, length: number): number {
  let size = length === 2 ? 256 : 0;
  for (let i = 0; i < length; i++) size += byteAt(bytes, start + i) * 2 ** (8 * i);
  return size;
}

function endOfBlocks(bytes: Bytes, start: number): number {
  let at = start;
  for (let count = 0; count < mostBlocks; count++) {
    const header = byteAt(bytes, at) + byteAt(bytes, at + 1) * 2 ** 8 + byteAt(bytes, at + 2) * 2 ** 16;
    const isRepeated = ((header >> 1) & 3) === 1;
    at += blockHeaderLength + (isRepeated ? 1 : header >> 3);
    if ((header & 1) === 1) return at;
  }
  throw new RangeError('too many blocks');
}

function byteAt(bytes: Bytes, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new RangeError('cut short');
  return byte;
}
