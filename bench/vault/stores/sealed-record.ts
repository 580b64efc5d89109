import { concat, i2osp, randomBytes, type Bytes } from '@strongroom/core';

/** What a sealed record takes: epoch, sequence, salt, 4096 bytes sealed, tag. */
export const SEALED_RECORD_SIZE: number = 4 + 6 + 32 + 4096 + 16;

/** Looks like a record that nobody opens: the first epoch, a low sequence, and bytes that nothing compresses. */
export function sealedLikeARecord(): Bytes {
  return concat(i2osp(1, 4), i2osp(3, 6), randomBytes(SEALED_RECORD_SIZE - 10));
}

/**
 * Ids in ascending order, spread over all ids there are: with each, how many of `count` come before it.
 * @returns 32 bytes: the number, then random ones
 */
export function spreadId(index: number, count: number): Bytes {
  const first = (BigInt(index) << 48n) / BigInt(count);
  return concat(i2osp(first, 6), randomBytes(26));
}
