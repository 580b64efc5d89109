import { StrongroomError } from '@strongroom/core';
import { groupCount, groupLength, groupProblem, partsOf } from './key-digits.ts';
import { groupNames } from './backup-key.ts';

/**
 * What is wrong with each of the 16 fields of a form for a 64-digit key, in the order of `groupNames`: the end of a
 * sentence that begins with the group's name, or `null`. Spaces, dashes and capitals are forgiven; letters that look
 * like digits are named, not changed. A field that is missing counts as empty.
 * @throws StrongroomError `wrong-usage` for more than 16 fields
 */
export function keyProblems(groups: readonly string[]): (string | null)[] {
  if (groups.length > groupCount)
    throw new StrongroomError('wrong-usage', { why: `A 64-digit key has ${groupCount} groups.` });
  return groupNames.map((_, i) => groupProblem(groups[i] ?? ''));
}

/**
 * The 16 groups of a whole key that was pasted into one field of a form, or `null` when it is not a whole key. What is
 * in the groups may still be wrong: `keyProblems` says so group by group.
 */
export function spreadKey(pasted: string): string[] | null {
  if (pasted.length > 1000) return null;
  const parts = partsOf(pasted);
  if (parts.length === groupCount) return parts;
  const digits = Array.from(parts.join(''));
  if (digits.length !== groupCount * groupLength) return null;
  return groupNames.map((_, i) => digits.slice(i * groupLength, (i + 1) * groupLength).join(''));
}
