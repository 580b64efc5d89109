import { constants, zstdCompressSync } from 'node:zlib';
import { type Bytes, concat } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { noise, prose } from '../testing/fixtures.ts';
import { checkZstdFrame } from './zstd-frame.ts';

const MiB = 1024 * 1024;
const longest = 4 * MiB;

const plains: readonly (readonly [string, Bytes])[] = [
  ['one byte', new Uint8Array(1)],
  ['text', prose(100_000)],
  ['what does not shrink', noise(300_000, 1)],
  ['zeros', new Uint8Array(longest)],
  ['a whole chunk', concat(prose(100_000), noise(longest - 100_000, 2))],
];

function compressed(plain: Bytes, params: Record<number, number>, isPledged: boolean): Bytes {
  const pledged = isPledged ? { pledgedSrcSize: plain.length } : {};
  return new Uint8Array(zstdCompressSync(plain, { params, ...pledged }));
}

describe('a frame of zstd', () => {
  test.each(plains)(
    'that a writer makes of %s is let through, at any level that asks for 8 MiB at most',
    (_, plain) => {
      for (const level of [1, 3, 12]) {
        for (const isPledged of [true, false]) {
          const params = { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 };
          expect(() => checkZstdFrame(compressed(plain, params, isPledged))).not.toThrow();
        }
      }
    },
  );

  // Magic, flags, then the window's descriptor or, with flag 0x20, the size of the content; one block with one letter.
  test.each([
    ['a window of 8 MiB', [0x00, 0x68], true],
    ['a window of 9 MiB', [0x00, 0x69], false],
    ['a window of 3.75 TiB', [0x00, 0xff], false],
    ['a content of 8 MiB in one segment', [0xa0, 0, 0, 0x80, 0], true],
    ['a content of one byte more', [0xa0, 1, 0, 0x80, 0], false],
    ['a content of 2^63 bytes', [0xe0, 0, 0, 0, 0, 0, 0, 0, 0x80], false],
    ['a dictionary, and a window of 8 MiB', [0x03, 0x68, 1, 2, 3, 4], true],
  ])('that asks for %s is let through only up to 8 MiB', (_, header, isFine) => {
    const frame = Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, ...header, 0x0b, 0, 0, 0x61]);
    const refusal = isFine ? undefined : new RangeError('the window is too large');
    let refused: unknown;
    try {
      checkZstdFrame(frame);
    } catch (error) {
      refused = error;
    }
    expect(refused).toEqual(refusal);
  });

  test('that is cut anywhere, or goes on, is refused', () => {
    const frame = compressed(prose(3000), {}, true);
    for (let length = 0; length < frame.length; length++) {
      expect(() => checkZstdFrame(frame.slice(0, length)), `${length} bytes`).toThrow(RangeError);
    }
    expect(() => checkZstdFrame(concat(frame, new Uint8Array(1)))).toThrow('not one frame');
    expect(() => checkZstdFrame(concat(frame, frame))).toThrow('not one frame');
  });

  test('of thousands of empty blocks is refused', () => {
    const start = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x60];
    const blocks = (count: number): Bytes =>
      Uint8Array.from([...start, ...new Uint8Array(3 * (count - 1)), 1, 0, 0]);
    expect(() => checkZstdFrame(blocks(4096))).not.toThrow();
    expect(() => checkZstdFrame(blocks(4097))).toThrow('too many blocks');
  });
});
