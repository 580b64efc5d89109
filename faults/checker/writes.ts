import type { Released } from '../history/events.ts';
import type { AccountView, Write } from './account-view.ts';
import { countsOf } from './evaluations.ts';
import type { Violation } from './violation.ts';

/** Whatever an answer says was done, its write was committed before the answer was let out. */
export function checkReplies(view: AccountView): readonly Violation[] {
  return view.released.flatMap((released): readonly Violation[] => {
    if (released.written !== undefined || !saysThatItWrote(view, released)) return [];
    const why = `${released.kind} was answered "${released.outcome}" at ${released.site} before anything was committed for it`;
    const { account } = view;
    return [{ rule: 'no reply before its write', account, at: released.at, why, events: [released] }];
  });
}

/** No two writes make the same version, and no version is without its write. */
export function checkVersions(view: AccountView): readonly Violation[] {
  const violations: Violation[] = [];
  let expected = 1;
  for (const [version, writes] of view.versions) {
    const committed = writes.filter(({ outcome }) => outcome === 'committed');
    if (committed.length > 1) violations.push(twice(view, version, committed));
    if (version !== expected) violations.push(missing(view, expected, writes[0]!));
    expected = version + 1;
  }
  return violations;
}

/** Whoever asks after a version was committed sees it, or a later one. */
export function checkReads(view: AccountView): readonly Violation[] {
  const committed = view.writes.filter(({ outcome }) => outcome === 'committed');
  return view.released.flatMap((released): readonly Violation[] => {
    const newer = committed.find(
      ({ sequence, ended }) => ended < released.readAt && sequence > released.read,
    );
    if (newer === undefined) return [];
    const why = `${released.kind} at ${released.site} saw version ${released.read}, though version ${newer.sequence} was committed before it read`;
    const { account } = view;
    return [
      { rule: 'reads are not stale', account, at: released.at, why, events: [...newer.events, released] },
    ];
  });
}

function saysThatItWrote(view: AccountView, released: Released): boolean {
  if (released.outcome === 'accepted') return true;
  if (released.outcome !== 'begun') return false;
  // What was counted before is answered again without a write: whoever was killed then did not answer it.
  const { ke1 } = view.asked.get(released.request) ?? {};
  const isRepeated = view.released.some(
    ({ ke2, written }) => ke2 === released.ke2 && written !== undefined && written <= released.read,
  );
  return !isRepeated && !countsOf(view, ke1).some(({ sequence }) => sequence <= released.read);
}

function twice({ account }: AccountView, version: number, committed: readonly Write[]): Violation {
  const events = committed.flatMap((write) => write.events);
  const why = `version ${version} was committed ${committed.length} times: one of them is lost`;
  return { rule: 'every version is written once', account, at: events.at(-1)!.at, why, events };
}

function missing({ account }: AccountView, version: number, { sequence, events }: Write): Violation {
  const why = `nobody is known to have written version ${version}, but there is version ${sequence}`;
  return { rule: 'every version is written once', account, at: events[0]!.at, why, events };
}
