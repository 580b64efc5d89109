import { type Bytes, concat } from '@strongroom/core';
import { Decompress } from 'fzstd';
import { type Codec, codecIds } from './codec.ts';
import { checkZstdFrame } from './zstd-frame.ts';

/** Runs wherever there are streams and WebAssembly-free JavaScript: writes deflate, reads everything. */
export const portableCodec: Codec = {
  id: codecIds.deflateRaw,
  compress: (plain) => pipe(plain, new CompressionStream('deflate-raw'), Infinity),
  async decompress(id, payload, plainLength) {
    if (id === codecIds.zstd) return unzstd(payload, plainLength);
    if (id === codecIds.deflateRaw) return pipe(payload, new DecompressionStream('deflate-raw'), plainLength);
    throw new RangeError(`no codec has the number ${id}`);
  },
};

async function pipe(input: Bytes, transform: GenericTransformStream, limit: number): Promise<Bytes> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const output = new Blob([input]).stream().pipeThrough<Uint8Array>(transform).getReader();
  // Not every browser can iterate over a stream.
  for (let part = await output.read(); !part.done; part = await output.read()) {
    length += part.value.length;
    if (length > limit) throw new RangeError('more comes out than was put in');
    parts.push(part.value);
  }
  return concat(...parts);
}

function unzstd(payload: Bytes, limit: number): Bytes {
  checkZstdFrame(payload);
  const parts: Uint8Array[] = [];
  let length = 0;
  const stream = new Decompress((part) => {
    length += part.length;
    if (length > limit) throw new RangeError('more comes out than was put in');
    parts.push(part);
  });
  stream.push(payload, true);
  return concat(...parts);
}
