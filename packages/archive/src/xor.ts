import type { Bytes } from '@strongroom/core';

const wordLength = 4;

/** Replaces `bytes` by `bytes` XOR `other`, as far as `other` reaches. */
export function xorInto(bytes: Bytes, other: Bytes): void {
  const length = Math.min(bytes.length, other.length);
  const words = isAligned(bytes) && isAligned(other) ? Math.floor(length / wordLength) : 0;
  xorWords(wordsOf(bytes, words), wordsOf(other, words));
  xorBytes(plainView(bytes), plainView(other), words * wordLength, length);
}

function isAligned({ byteOffset }: Bytes): boolean {
  return byteOffset % wordLength === 0;
}

function wordsOf({ buffer, byteOffset }: Bytes, words: number): Uint32Array {
  return words === 0 ? new Uint32Array() : new Uint32Array(buffer, byteOffset, words);
}

// Of one kind always: a loop over a Buffer now and a Uint8Array then is many times slower.
function plainView({ buffer, byteOffset, length }: Bytes): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

function xorWords(words: Uint32Array, other: Uint32Array): void {
  for (let i = 0; i < other.length; i++) words[i]! ^= other[i]!;
}

function xorBytes(bytes: Uint8Array, other: Uint8Array, from: number, to: number): void {
  for (let i = from; i < to; i++) bytes[i]! ^= other[i]!;
}

/** How many bytes are zero. */
export function countZeros(bytes: Bytes): number {
  const view = plainView(bytes);
  let zeros = 0;
  for (let i = 0; i < view.length; i++) if (view[i] === 0) zeros++;
  return zeros;
}
