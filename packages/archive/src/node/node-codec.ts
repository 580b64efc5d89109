import { type Bytes, fillBuffer } from '@strongroom/core';
import { type Codec, codecIds } from '../codec/codec.ts';
import { widestWindowLog } from '../codec/zstd-frame.ts';

const level = 3;

// Loaded when the first chunk needs it: a backup in which nothing changed needs it for none.
const zlib = () => process.getBuiltinModule('node:zlib');

// Smaller buffers may be parts of the pool that Node keeps for all.
const surelyOwn = 128 * 1024;

/** Writes zstd level 3 and reads everything, by node:zlib, on the thread that asks. */
export const nodeCodec: Codec = {
  id: codecIds.zstd,
  compress(plain) {
    const { constants, zstdCompressSync } = zlib();
    const params = { [constants.ZSTD_c_compressionLevel]: level };
    const options = { params, pledgedSrcSize: plain.length, chunkSize: atOnce(plain.length) };
    return trimmed(zstdCompressSync(plain, options));
  },
  decompress(id, payload, plainLength) {
    // Zero is no limit to node:zlib.
    const limit = { maxOutputLength: Math.max(plainLength, 1), chunkSize: atOnce(plainLength) };
    const { constants, inflateRawSync, zstdDecompressSync } = zlib();
    const params = { [constants.ZSTD_d_windowLogMax]: widestWindowLog };
    if (id === codecIds.zstd) return asBytes(zstdDecompressSync(payload, { ...limit, params }));
    if (id === codecIds.deflateRaw) return asBytes(inflateRawSync(payload, limit));
    throw new RangeError(`no codec has the number ${id}`);
  },
};

// Output in one piece: node:zlib otherwise collects it in 16 KiB. It takes no less than 64 bytes.
function atOnce(length: number): number {
  return Math.max(length, 64);
}

// What node:zlib gives is a part of a buffer as large as the plaintext, which would wait for the garbage collector.
function trimmed(output: Buffer): Bytes {
  const bytes = asBytes(output);
  if (bytes.buffer.byteLength < surelyOwn || fillBuffer(bytes)) return bytes;
  const copy = bytes.slice();
  bytes.buffer.transfer(0);
  return copy;
}

function asBytes(buffer: Buffer): Bytes {
  return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.length);
}
