import type { Bytes } from '@strongroom/core';

/** Bytes that hold anything, to be overwritten: to set them to zero takes time. In a buffer of their own. */
export function unsetBytes(length: number): Bytes {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
