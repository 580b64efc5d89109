import type { Event, Rules } from '../history/events.ts';
import { viewAccounts, type AccountView } from './account-view.ts';
import { checkDescriptions, checkLimits, checkWaits } from './guesses.ts';
import { checkConclusions, checkRegistrations } from './registrations.ts';
import { checkRepeated } from './repeated.ts';
import { checkReturning } from './returning.ts';
import type { Violation } from './violation.ts';
import { checkReads, checkReplies, checkVersions } from './writes.ts';

type Check = (view: AccountView, rules: Rules) => readonly Violation[];

const checks: readonly Check[] = [
  checkReplies,
  checkVersions,
  checkReads,
  checkLimits,
  checkDescriptions,
  checkWaits,
  checkRepeated,
  checkReturning,
  checkRegistrations,
  checkConclusions,
];

/**
 * Looks through a whole history for promises that were broken, in the order in which they were. Pure: it knows nothing
 * but the history.
 * @throws RangeError for a history that does not begin with the rules it was made under
 */
export function check(history: readonly Event[]): readonly Violation[] {
  const started = history.find((event) => event.e === 'started');
  if (started === undefined) throw new RangeError('the history does not say which rules hold');
  return viewAccounts(history)
    .flatMap((view) => checks.flatMap((one) => one(view, started.rules)))
    .toSorted((a, b) => a.at - b.at);
}
