import { type ErrorCode, StrongroomError } from '@strongroom/core';
import type { Rng } from './rng.ts';

/** What came of an input. */
export type Outcome = 'accepted' | 'refused';

/** A decoder, and where its inputs come from. */
export interface FuzzTarget {
  readonly name: string;
  /** How many inputs it gets for one of the slowest. */
  readonly share: number;
  /**
   * Makes an input, decodes it and checks what comes out.
   * @throws anything when the decoder did what it must not
   */
  run(rng: Rng): Promise<Outcome> | Outcome;
}

/** The errors that any input from the cloud may end in. */
export const damage: readonly ErrorCode[] = ['archive-damaged', 'newer-version'];

/** Runs a decoder. @throws every error but those allowed, and what `check` finds */
export async function decoding<T>(
  decode: () => Promise<T> | T,
  check: (decoded: T) => unknown,
  allowed: readonly ErrorCode[] = damage,
): Promise<Outcome> {
  let decoded: T;
  try {
    decoded = await decode();
  } catch (error) {
    if (!isAllowed(error, allowed)) throw error;
    return 'refused';
  }
  await check(decoded);
  return 'accepted';
}

function isAllowed(error: unknown, allowed: readonly ErrorCode[]): boolean {
  return error instanceof StrongroomError && allowed.includes(error.code);
}

/** @throws Error, in these words */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not true: ${what}`);
}
