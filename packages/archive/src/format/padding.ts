import { type Bytes, i2osp, os2ip } from '@strongroom/core';
import { damaged } from './header.ts';

/** Bytes before the padded message: its length. */
export const paddingPrefix = 4;

/** The next of the sizes 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, … times `smallest` that is at least `size`. */
export function stepUp(size: number, smallest: number): number {
  if (size <= smallest) return smallest;
  let octave = smallest;
  while (octave * 2 < size) octave *= 2;
  return Math.ceil(size / (octave / 4)) * (octave / 4);
}

/** Length (4 bytes), message and zero bytes, `length` bytes in all. */
export function pad(message: Uint8Array, length: number): Bytes {
  const padded = new Uint8Array(length);
  padded.set(i2osp(message.length, paddingPrefix));
  padded.set(message, paddingPrefix);
  return padded;
}

/** The message of padded bytes. @throws StrongroomError 'archive-damaged', naming `object` */
export function unpad(padded: Bytes, object: string): Bytes {
  const end =
    padded.length < paddingPrefix ? Infinity : paddingPrefix + os2ip(padded.subarray(0, paddingPrefix));
  if (end > padded.length) throw damaged(object, 'is cut short');
  for (let i = end; i < padded.length; i++) if (padded[i] !== 0) throw damaged(object, 'has altered padding');
  return padded.subarray(paddingPrefix, end);
}
