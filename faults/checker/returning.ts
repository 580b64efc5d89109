import type { Event } from '../history/events.ts';
import type { AccountView, Write } from './account-view.ts';
import { evaluationsOf } from './evaluations.ts';
import type { Violation } from './violation.ts';

/** The version from which on a registration must not be seen, or not be evaluated, any more. */
interface End {
  readonly version: number;
  readonly by: string;
  readonly events: readonly Event[];
}

/** What was replaced, erased or dropped is never seen or evaluated again, and what the last guess erased not evaluated. */
export function checkReturning(view: AccountView): readonly Violation[] {
  const proposed = proposedAt(view);
  const gone = new Map([...proposed].map(([generation, at]) => [generation, endOf(view, generation, at)]));
  const used = new Map([...proposed].map(([generation, at]) => [generation, lastGuessAfter(view, at)]));
  const violation = (generation: string, end: End, how: string, event: Event): Violation => ({
    rule: 'nothing erased returns',
    account: view.account,
    at: event.at,
    why: `the registration ${generation} ended with version ${end.version} (${end.by}), but ${how}`,
    events: [...end.events, event],
  });
  const evaluated = evaluationsOf(view).flatMap(({ generation = '', position, released }) =>
    [gone.get(generation), used.get(generation)]
      .filter((end) => end !== undefined && end.version < position)
      .map((end) => violation(generation, end!, `was evaluated for version ${position}`, released)),
  );
  const described = view.released.flatMap((released) => {
    const { live, candidate, contested } = released.described ?? {};
    return [live, candidate, contested].flatMap((generation = '') => {
      const end = gone.get(generation);
      if (end === undefined || end.version > released.read) return [];
      return [violation(generation, end, `is there in version ${released.read}`, released)];
    });
  });
  return [...evaluated, ...described];
}

/** The earliest version that may hold each registration. */
function proposedAt(view: AccountView): ReadonlyMap<string, number> {
  const proposed = new Map<string, number>();
  for (const [version, writes] of view.versions)
    for (const write of writes) {
      const generation = write.kind === 'propose' ? generationOf(view, write) : undefined;
      if (generation !== undefined && !proposed.has(generation)) proposed.set(generation, version);
    }
  return proposed;
}

function endOf(view: AccountView, generation: string, proposed: number): End | undefined {
  for (const [version, writes] of view.versions) {
    const [write] = writes;
    if (version <= proposed || writes.length !== 1 || write?.outcome !== 'committed') continue;
    if (ends(view, write, generation)) return { version, by: write.kind, events: write.events };
  }
  return undefined;
}

function ends(view: AccountView, write: Write, generation: string): boolean {
  if (write.kind === 'erase') return true;
  const of = generationOf(view, write);
  if (write.kind === 'commit') return of !== undefined && of !== generation;
  return write.kind === 'drop' && of === generation;
}

function lastGuessAfter(view: AccountView, proposed: number): End | undefined {
  const last = view.released.find(
    ({ left, written }) => left === 0 && written !== undefined && written > proposed,
  );
  return last && { version: last.written!, by: 'the last guess', events: [last] };
}

function generationOf(view: AccountView, { request }: Write): string | undefined {
  return view.asked.get(request ?? '')?.generation;
}
