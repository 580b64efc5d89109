import type { Problem, VaultView, WaysView } from '../../../engine/contract.ts';

/** How many tries the password has, after all that is known. Times are milliseconds since 1970. */
export interface Tries {
  readonly left: number;
  readonly limit: number;
  /** Absent: one may try now. */
  readonly waitUntil?: number;
}

const usualLimit = 10;

/** What the vault said, and what the last wrong password told; the lower count holds. Nothing when neither is known. */
export function triesOf(
  vault: VaultView | undefined,
  problem: Problem | undefined,
  now: number,
): Tries | undefined {
  const told = toldBy(problem);
  if (vault === undefined && told === undefined) return undefined;
  const left = Math.min(vault?.locked ? 0 : (vault?.guessesLeft ?? Infinity), told?.left ?? Infinity);
  const waitUntil = Math.max(vault?.waitUntil ?? 0, told?.waitUntil ?? 0);
  return { left, limit: vault?.guessLimit ?? usualLimit, ...(waitUntil > now && { waitUntil }) };
}

function toldBy(problem: Problem | undefined): { left: number; waitUntil: number } | undefined {
  const { code, details = {} } = problem ?? {};
  if (code === 'locked') return { left: 0, waitUntil: 0 };
  if (code !== 'wrong-password' && code !== 'must-wait') return undefined;
  const until = code === 'must-wait' ? details['until'] : details['waitUntil'];
  return { left: Number(details['guessesLeft']), waitUntil: typeof until === 'number' ? until : 0 };
}

/** One way to open a backup; a passkey by its id. */
export type Way = 'password' | 'key64' | { readonly passkey: string };

/** Whether nothing else would open the backup. A key that nobody has shown to have kept, and a locked password, do not. */
export function isLastWay(ways: WaysView, vault: VaultView | undefined, way: Way): boolean {
  const others = ways.passkeys.filter(({ id }) => typeof way === 'string' || id !== way.passkey).length;
  const password = way !== 'password' && ways.password && vault?.locked !== true;
  const key = way !== 'key64' && ways.key64 === 'kept';
  return others === 0 && !password && !key;
}

/** The fewest operators who together run as many vaults as must answer; each vault's operator is named once in `operators`. */
export function leastOperators(threshold: number, operators: readonly string[]): readonly string[] {
  const counts = Map.groupBy(operators, (operator) => operator);
  const needed: string[] = [];
  let vaults = 0;
  for (const [operator, theirs] of [...counts].toSorted(([, a], [, b]) => b.length - a.length)) {
    if (vaults >= threshold) break;
    needed.push(operator);
    vaults += theirs.length;
  }
  return needed;
}
