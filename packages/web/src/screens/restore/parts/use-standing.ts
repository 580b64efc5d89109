import { useState } from 'react';
import type { VaultView } from '../../../engine/contract.ts';
import { standingAfter, standingOf, type Standing } from './standing.ts';
import type { Opening } from './use-opening.ts';

/** How the password stands now: what the vault said at first, and with the answer to each try since. */
export function useStanding(
  vault: VaultView | undefined,
  { problem }: Pick<Opening, 'problem'>,
): Standing | undefined {
  const [standing, setStanding] = useState(() => vault && standingOf(vault));
  const [heard, setHeard] = useState(problem);
  if (problem !== heard) {
    setHeard(problem);
    if (problem) setStanding(standingAfter(standing, problem));
  }
  return standing;
}
