import { promisify } from 'node:util';
import { constants, inflateRaw, zstdCompress, zstdDecompress } from 'node:zlib';
import type { Bytes } from '@strongroom/core';
import { type Codec, codecIds } from '../codec/codec.ts';

const zstd = promisify(zstdCompress);
const unzstd = promisify(zstdDecompress);
const inflate = promisify(inflateRaw);
const level = 3;

/** Writes zstd level 3 and reads everything, by node:zlib. */
export const nodeCodec: Codec = {
  id: codecIds.zstd,
  async compress(plain) {
    const params = { [constants.ZSTD_c_compressionLevel]: level };
    return asBytes(
      await zstd(plain, { params, pledgedSrcSize: plain.length, chunkSize: atOnce(plain.length) }),
    );
  },
  async decompress(id, payload, plainLength) {
    // Zero is no limit to node:zlib.
    const limit = { maxOutputLength: Math.max(plainLength, 1), chunkSize: atOnce(plainLength) };
    if (id === codecIds.zstd) return asBytes(await unzstd(payload, limit));
    if (id === codecIds.deflateRaw) return asBytes(await inflate(payload, limit));
    throw new RangeError(`no codec has the number ${id}`);
  },
};

// Output in one piece: node:zlib otherwise collects it in 16 KiB. It takes no less than 64 bytes.
function atOnce(length: number): number {
  return Math.max(length, 64);
}

function asBytes(buffer: Buffer): Bytes {
  return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.length);
}
