import type { ErrorCode } from '@strongroom/core';
import { decoding as decodingAs, type Outcome } from '../../../../tools/fuzz/target.ts';

export { must, type FuzzTarget, type Outcome } from '../../../../tools/fuzz/target.ts';

/** The errors that any input from the cloud may end in. */
export const damage: readonly ErrorCode[] = ['archive-damaged', 'newer-version'];

/** Runs a decoder of what the cloud gives. @throws every error but those allowed, and what `check` finds */
export function decoding<T>(
  decode: () => Promise<T> | T,
  check: (decoded: T) => unknown,
  allowed: readonly ErrorCode[] = damage,
): Promise<Outcome> {
  return decodingAs(decode, check, allowed);
}
