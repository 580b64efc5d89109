import { createHash } from 'node:crypto';
import type { Random } from '@strongroom/core';

/** Bytes that look random and are the same for the same seed: for tests alone. */
export function seededRandom(seed: string): Random {
  let calls = 0;
  return (length) => {
    const shake = createHash('shake256', { outputLength: length }).update(`${seed} ${calls++}`);
    return new Uint8Array(shake.digest());
  };
}
