import type { Bytes } from '@strongroom/core';

/** Replaces `bytes` by `bytes` XOR `other`, as far as `other` reaches. */
export function xorInto(bytes: Bytes, other: Uint8Array): void {
  for (let i = 0; i < other.length; i++) bytes[i]! ^= other[i]!;
}

/** How many bytes are zero. */
export function countZeros(bytes: Uint8Array): number {
  let zeros = 0;
  for (const byte of bytes) if (byte === 0) zeros++;
  return zeros;
}
