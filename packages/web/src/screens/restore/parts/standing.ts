import type { Problem, VaultView } from '../../../engine/contract.ts';

/** How the password stands: what the vault said last, by itself or with the answer to a try. */
export interface Standing {
  readonly left: number;
  readonly limit: number;
  /** Milliseconds since 1970. */
  readonly waitUntil?: number;
  readonly locked: boolean;
}

/** From here on each try is one of the last. */
export const fewTries = 3;

/** As the vault said it. */
export function standingOf({ guessesLeft: left, guessLimit: limit, waitUntil, locked }: VaultView): Standing {
  return { left, limit, locked, ...(waitUntil !== undefined && { waitUntil }) };
}

/** What a failed try says about it; what it does not say stays. @param limit of tries, while it is not known */
export function standingAfter(
  before: Standing | undefined,
  { code, details }: Problem,
  limit = 10,
): Standing | undefined {
  const known = before ?? { left: limit, limit, locked: false };
  if (code === 'locked') return { ...known, left: 0, locked: true };
  if (code === 'wrong-password') return withTries(known, details['guessesLeft'], details['waitUntil']);
  if (code === 'must-wait') return withTries(known, details['guessesLeft'], details['until']);
  return before;
}

function withTries({ limit }: Standing, left: unknown, waitUntil: unknown): Standing {
  const tries = typeof left === 'number' ? left : 0;
  return {
    left: tries,
    limit: Math.max(limit, tries),
    locked: tries === 0,
    ...(typeof waitUntil === 'number' && { waitUntil }),
  };
}
