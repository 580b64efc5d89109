import type { Rules } from '../history/events.ts';
import type { AccountView } from './account-view.ts';
import { evaluationsOf, openingsOf, type Evaluation, type Opening } from './evaluations.ts';
import type { Violation } from './violation.ts';

// docs/vault-protocol.md, section 9: the first wait comes after the fifth failure in a row.
const firstWaitAfter = 5;

/** Never more evaluations in a row than the guess limit, nor more failures in all than the failure limit. */
export function checkLimits(view: AccountView, rules: Rules): readonly Violation[] {
  const evaluations = evaluationsOf(view);
  const openings = openingsOf(view, evaluations);
  const violations: Violation[] = [];
  let row: readonly Evaluation[] = [];
  let failures = 0;
  for (const item of inOrder(evaluations, openings)) {
    if (!('ke2' in item)) {
      row = row.filter(({ position }) => position > item.covers);
      failures = failuresAfter(item, failures);
      continue;
    }
    row = [...row, item];
    failures += 1;
    if (row.length > rules.guessLimit)
      violations.push(tooMany(view, row, 'no more evaluations than the guess limit', row.length));
    if (failures > rules.failureLimit)
      violations.push(tooMany(view, row, 'no more failures than the failure limit', failures));
  }
  return violations;
}

/** A description counts every evaluation that was let out before, and not forgiven since. */
export function checkDescriptions(view: AccountView, rules: Rules): readonly Violation[] {
  const evaluations = evaluationsOf(view);
  const openings = openingsOf(view, evaluations);
  return view.released.flatMap((released): readonly Violation[] => {
    const { described, read } = released;
    if (described === undefined) return [];
    const least = failuresAt(read, evaluations, openings).length;
    const most = Math.max(0, rules.guessLimit - least);
    if (described.failures >= least && described.guessesLeft <= most) return [];
    const why = `${least} evaluations were let out, but version ${read} is described with ${described.failures} failures in a row and ${described.guessesLeft} guesses left`;
    return [
      {
        rule: 'descriptions count every evaluation',
        account: view.account,
        at: released.at,
        why,
        events: [released],
      },
    ];
  });
}

/** By the clocks of the nodes that counted them, no guess comes before the wait after the one before it has ended. */
export function checkWaits(view: AccountView, rules: Rules): readonly Violation[] {
  const evaluations = evaluationsOf(view);
  const openings = openingsOf(view, evaluations);
  return evaluations.flatMap((evaluation): readonly Violation[] => {
    const previous = guessBefore(view, evaluation, evaluations);
    if (previous === undefined) return [];
    const failures = failuresAt(previous.position, evaluations, openings).filter(
      ({ position }) => !openings.some((o) => o.position < evaluation.position && o.covers >= position),
    );
    const wait = waitAfter(rules, failures.length);
    const earliest = previous.released.clock[0] + wait;
    const [, now] = evaluation.released.clock;
    if (now >= earliest) return [];
    const why = `the guess after ${failures.length} failures in a row was evaluated ${earliest - now} ms before the wait of ${wait} ms had ended`;
    const events = [previous.released, evaluation.released];
    return [{ rule: 'waits are kept', account: view.account, at: evaluation.released.at, why, events }];
  });
}

/** Failures in a row at a version, as far as evaluations were let out: at least so many. */
function failuresAt(
  version: number,
  evaluations: readonly Evaluation[],
  openings: readonly Opening[],
): readonly Evaluation[] {
  const covered = Math.max(0, ...openings.filter((o) => o.position <= version).map(({ covers }) => covers));
  return evaluations.filter(({ position }) => position <= version && position > covered);
}

// Only where nothing in between is uncertain: another guess might have been the last one then.
function guessBefore(
  view: AccountView,
  evaluation: Evaluation,
  evaluations: readonly Evaluation[],
): Evaluation | undefined {
  if (evaluation.released.written !== evaluation.position) return undefined;
  for (let version = evaluation.position - 1; version > 0; version--) {
    const writes = view.versions.get(version) ?? [];
    if (writes.length !== 1 || writes[0]!.outcome !== 'committed') return undefined;
    if (writes[0]!.kind !== 'begin') continue;
    return evaluations.find(({ released }) => released.written === version);
  }
  return undefined;
}

function waitAfter({ waits }: Rules, failures: number): number {
  if (failures < firstWaitAfter) return 0;
  return waits[failures - firstWaitAfter] ?? waits.at(-1) ?? 0;
}

function failuresAfter({ kind }: Opening, failures: number): number {
  if (kind === 'commit') return 0;
  return kind === 'finish' ? Math.max(0, failures - 1) : failures;
}

function inOrder(
  evaluations: readonly Evaluation[],
  openings: readonly Opening[],
): readonly (Evaluation | Opening)[] {
  return [...evaluations, ...openings].toSorted((a, b) => a.position - b.position);
}

function tooMany(
  { account }: AccountView,
  row: readonly Evaluation[],
  rule: Violation['rule'],
  count: number,
): Violation {
  const events = row.map(({ released }) => released);
  return { rule, account, at: events.at(-1)!.at, why: `${count} evaluations were let out`, events };
}
