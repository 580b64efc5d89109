import type { Answered, Asked, At, Concluded } from '../history/events.ts';
import type { AccountView } from './account-view.ts';
import type { Violation } from './violation.ts';

/** A Commit or an Erase as the devices know it. */
interface Change {
  /** What is live afterwards: nothing after an Erase. */
  readonly live: string | undefined;
  readonly asked: At;
  /** When it was acknowledged; `Infinity` when nobody was told that it was done. */
  readonly done: At;
  readonly events: readonly (Asked | Answered)[];
}

/**
 * What devices see of their registrations, by their own lines alone: after a Commit was acknowledged, that registration
 * is the live one, or one of which a Commit was asked for that may come later, or none if an Erase may.
 */
export function checkRegistrations(view: AccountView): readonly Violation[] {
  const changes = changesOf(view);
  return view.answered.flatMap((answered): readonly Violation[] => {
    const asked = view.asked.get(answered.request)?.at;
    if (answered.described === undefined || asked === undefined) return [];
    const { live } = answered.described;
    const before = changes.filter((change) => change.done < asked);
    const last = before.toSorted((a, b) => a.asked - b.asked).at(-1);
    if (last === undefined) return [];
    const isPossible = changes.some(
      (change) =>
        change.live === live &&
        change.asked < answered.at &&
        !before.some((later) => later !== change && later.asked > change.done),
    );
    if (isPossible) return [];
    const why = `${live ?? 'nothing'} is live, though ${last.live ?? 'an Erase'} was acknowledged, and nothing since can have changed it`;
    const { account } = view;
    const events = [...last.events, answered];
    return [{ rule: 'no acknowledged registration is lost', account, at: answered.at, why, events }];
  });
}

/** The right password opens the backup key that was registered with it, and no other opens anything. */
export function checkConclusions({ account, concluded }: AccountView): readonly Violation[] {
  return concluded
    .filter(({ expected, got }) => expected !== got)
    .map((event: Concluded) => {
      const why = `a password that ${event.expected} came to this: ${event.got}`;
      return { rule: 'passwords open what they should', account, at: event.at, why, events: [event] };
    });
}

function changesOf(view: AccountView): readonly Change[] {
  const answers = new Map(view.answered.map((answered) => [answered.request, answered]));
  return [...view.asked.values()]
    .filter(({ kind }) => kind === 'commit' || kind === 'erase')
    .map((asked) => {
      const answer = answers.get(asked.request);
      const isDone = answer?.outcome === 'accepted';
      return {
        live: asked.kind === 'commit' ? asked.generation : undefined,
        asked: asked.at,
        done: isDone ? answer.at : Infinity,
        events: answer === undefined ? [asked] : [asked, answer],
      };
    });
}
