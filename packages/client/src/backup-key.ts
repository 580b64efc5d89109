import type { BackupKey } from '@strongroom/archive';
import { fromHex, Secret, StrongroomError, toHex } from '@strongroom/core';
import { characterProblem, groupCount, groupLength, lengthProblem, partsOf } from './key-digits.ts';

export type { BackupKey };

const rows = ['A', 'B', 'C', 'D'];

/** Names of the 16 groups as people read them to each other: A1 to D4. */
export const groupNames: readonly string[] = rows.flatMap((row) =>
  [1, 2, 3, 4].map((column) => `${row}${column}`),
);

/** The 16 groups of 4 digits of a backup key. */
export function keyGroups(key: BackupKey): string[] {
  const digits = toHex(key.reveal());
  return groupNames.map((_, i) => digits.slice(i * groupLength, (i + 1) * groupLength));
}

/** The key as people keep it: four rows of four groups. */
export function formatKey(key: BackupKey): string {
  const groups = keyGroups(key);
  return [0, 4, 8, 12].map((start) => groups.slice(start, start + 4).join(' ')).join('\n');
}

/**
 * Reads a 64-digit key as it was typed: spaces, line breaks, dashes and capitals are forgiven.
 * @throws StrongroomError `malformed-key` that names the first group that cannot be right
 */
export function parseKey(text: string): BackupKey {
  const groups = partsOf(text);
  if (groups.length === 0) throw malformed(null, 'it is empty');
  const typedInGroups = groups.length === groupCount;
  const digits = groups.join('').toLowerCase();
  checkCharacters(typedInGroups ? groups : inFours(digits));
  if (typedInGroups) checkLengths(groups);
  if (digits.length !== groupCount * groupLength) {
    throw malformed(null, `it has ${digits.length} digits, not 64`);
  }
  return new Secret(fromHex(digits));
}

function checkCharacters(groups: readonly string[]): void {
  const wrong = groups.findIndex((group) => characterProblem(group) !== null);
  if (wrong < 0) return;
  const why = characterProblem(groups[wrong]!)!;
  // Behind the sixteenth group there is no name for it.
  throw wrong < groupCount ? malformed(groupNames[wrong]!, why) : malformed(null, `it ${why}`);
}

function checkLengths(groups: readonly string[]): void {
  const wrong = groups.findIndex((group) => lengthProblem(group) !== null);
  if (wrong >= 0) throw malformed(groupNames[wrong]!, lengthProblem(groups[wrong]!)!);
}

function inFours(digits: string): string[] {
  return digits.match(/.{1,4}/gsu) ?? [];
}

function malformed(group: string | null, why: string): StrongroomError {
  return new StrongroomError('malformed-key', { group, why });
}
