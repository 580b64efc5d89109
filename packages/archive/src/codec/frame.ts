import type { Bytes } from '@strongroom/core';
import { damaged } from '../format/header.ts';
import { type Codec, codecIds } from './codec.ts';

const sampleLength = 4 * 1024;
// Less is not worth the time that every reader spends on opening it.
const worthwhile = 0.97;

/**
 * A chunk's frame: codec byte and payload. The payload is compressed where a sample from the middle shrinks.
 * @param codec none: store as it is
 * @returns both, to be joined
 */
export async function encodeFrame(codec: Codec | undefined, plain: Bytes): Promise<readonly Bytes[]> {
  const packed = codec && (await shrink(codec, plain));
  const [id, payload] = packed ? [codec.id, packed] : [codecIds.none, plain];
  return [Uint8Array.of(id), payload];
}

async function shrink(codec: Codec, plain: Bytes): Promise<Bytes | undefined> {
  if (plain.length > 2 * sampleLength && !(await sampleShrinks(codec, plain))) return undefined;
  const packed = await codec.compress(plain);
  return packed.length < plain.length * worthwhile ? packed : undefined;
}

async function sampleShrinks(codec: Codec, plain: Bytes): Promise<boolean> {
  const start = Math.floor((plain.length - sampleLength) / 2);
  const packed = await codec.compress(plain.subarray(start, start + sampleLength));
  return packed.length < sampleLength * worthwhile;
}

/** The plaintext of a frame. @throws StrongroomError 'archive-damaged', naming `object` */
export async function decodeFrame(
  codec: Codec,
  frame: Bytes,
  plainLength: number,
  object: string,
): Promise<Bytes> {
  const plain = await unpack(codec, frame, plainLength, object);
  if (plain.length !== plainLength) throw damaged(object, 'has another length than it should');
  return plain;
}

async function unpack(codec: Codec, frame: Bytes, plainLength: number, object: string): Promise<Bytes> {
  const id = frame[0];
  if (id === undefined) throw damaged(object, 'is empty');
  const payload = frame.subarray(1);
  if (id === codecIds.none) return payload;
  try {
    return await codec.decompress(id, payload, plainLength);
  } catch (cause) {
    throw damaged(object, 'cannot be decompressed', cause);
  }
}
