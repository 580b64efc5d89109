import type { AccountView } from './account-view.ts';
import { evaluationsOf, type Evaluation } from './evaluations.ts';
import type { Violation } from './violation.ts';

/**
 * The same KE1 is evaluated again only where something else came in between: another guess, which the record remembers
 * in its place, or a Commit or an Erase, which forget it.
 */
export function checkRepeated(view: AccountView): readonly Violation[] {
  const evaluations = evaluationsOf(view);
  return evaluations.flatMap((second, i): readonly Violation[] => {
    const first = evaluations
      .slice(0, i)
      .findLast(({ ke1, generation }) => isSame(second, { ke1, generation }));
    if (first === undefined || cameBetween(view, first, second)) return [];
    const why = `one KE1 has two answers, at the versions ${first.position} and ${second.position}, and nothing came in between`;
    const events = [first.released, second.released];
    const at = second.released.at;
    return [{ rule: 'a guess is evaluated once', account: view.account, at, why, events }];
  });
}

function isSame(one: Evaluation, other: Pick<Evaluation, 'ke1' | 'generation'>): boolean {
  return one.ke1 !== undefined && one.ke1 === other.ke1 && one.generation === other.generation;
}

function cameBetween(view: AccountView, first: Evaluation, second: Evaluation): boolean {
  return [...view.versions].some(
    ([version, writes]) =>
      version > first.position &&
      version < second.position &&
      writes.some(({ kind, request }) =>
        kind === 'begin'
          ? view.asked.get(request ?? '')?.ke1 !== second.ke1
          : kind === 'commit' || kind === 'erase',
      ),
  );
}
