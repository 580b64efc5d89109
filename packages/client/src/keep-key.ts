import { equalBytes, os2ip, randomBytes, utf8, type Random } from '@strongroom/core';
import { groupNames, keyGroups, type BackupKey } from './backup-key.ts';
import type { Device } from './device.ts';
import { groupProblem, partsOf } from './key-digits.ts';

// Turning on ends only after the person has shown to have kept the key: it is shown, and two groups are typed back.

/** How many groups are to be typed back. */
const askedCount = 2;

/** Two different groups, chosen at random, by their names: those to type back. */
export function groupsToAsk(random: Random = randomBytes): [string, string] {
  const names = [...groupNames];
  // 48 bits over 240 pairs: what is left of a bias nobody can see.
  const drawn = os2ip(random(6)) % (names.length * (names.length - 1));
  const [first] = names.splice(drawn % names.length, 1);
  return [first!, names[Math.floor(drawn / groupNames.length)]!];
}

/**
 * Compares groups that were typed back with the key that was shown; spaces, dashes and capitals are forgiven.
 * @param typed what was typed, by the names of the groups: `{ A3: '…' }`
 * @returns by the same names what is wrong, as the end of a sentence that begins with the group's name, or `null`
 */
export function checkGroups(
  key: BackupKey,
  typed: Readonly<Record<string, string>>,
): Record<string, string | null> {
  const groups = keyGroups(key);
  const problemOf = ([name, text]: readonly [string, string]): [string, string | null] => [
    name,
    groupProblem(text) ?? differs(groups[groupNames.indexOf(name)], text),
  ];
  return Object.fromEntries(Object.entries(typed).map(problemOf));
}

function differs(group: string | undefined, text: string): string | null {
  if (group === undefined) return 'is not a group of the key';
  return equalBytes(utf8(group), utf8(partsOf(text).join('').toLowerCase())) ? null : 'is not what was shown';
}

/** Whether enough groups were typed back, and all of them right. */
export function isKept(problems: Readonly<Record<string, string | null>>): boolean {
  const found = Object.values(problems);
  return found.length >= askedCount && found.every((problem) => problem === null);
}

/**
 * Has the person show that the 64-digit key of this device is kept: from then on it counts as kept.
 * @param typed at least two groups by their names, as `checkGroups` takes them
 * @returns what `checkGroups` found; the key counts as kept when `isKept` says so
 * @throws StrongroomError `not-enabled`
 */
export async function confirmKey(
  device: Device,
  typed: Readonly<Record<string, string>>,
): Promise<Record<string, string | null>> {
  const problems = checkGroups(device.backupKey(), typed);
  const { key64 } = device.requireBackup();
  if (key64 === 'unconfirmed' && isKept(problems)) await device.updateBackup({ key64: 'kept' });
  return problems;
}
