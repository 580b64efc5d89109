import { concat, i2osp, os2ip, type Bytes } from '@strongroom/core';
import { doesNotOpen } from './hsm-error.ts';

/** Bytes of an epoch in front of what was sealed under it. */
export const EPOCH_LENGTH = 4;
const highest = 2 ** 32 - 1;

/** An epoch as 4 bytes. @throws RangeError unless it is 1 to 2^32 - 1 */
export function encodeEpoch(epoch: number): Bytes {
  if (!Number.isInteger(epoch) || epoch < 1 || epoch > highest) throw new RangeError(`${epoch} is no epoch`);
  return i2osp(epoch, EPOCH_LENGTH);
}

/** Sealed bytes with their epoch in front, as they are stored. */
export function withEpoch(epoch: number, ...rest: readonly Uint8Array[]): Bytes {
  return concat(encodeEpoch(epoch), ...rest);
}

/** The epoch that a stored value states. Only opening it shows that it is true. @throws `hsm` `does-not-open` for what states none */
export function epochOf(value: Uint8Array): number {
  const epoch = value.length < EPOCH_LENGTH ? 0 : os2ip(value.subarray(0, EPOCH_LENGTH));
  if (epoch === 0) throw doesNotOpen();
  return epoch;
}
