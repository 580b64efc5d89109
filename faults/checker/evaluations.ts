import type { Released } from '../history/events.ts';
import type { AccountView, Write } from './account-view.ts';

/** One evaluation of a blinded password: one KE2, however often it was let out. */
export interface Evaluation {
  readonly ke2: string;
  readonly ke1: string | undefined;
  readonly generation: string | undefined;
  /**
   * The version of the record that counts it, the earliest that is possible. For one that no write was seen for,
   * between the version that the rules saw and the next.
   */
  readonly position: number;
  /** The same, the latest that is possible. */
  readonly latest: number;
  /** It was let out with the write that counts it behind it. */
  readonly isCounted: boolean;
  readonly released: Released;
}

/** A point at which failures in a row are forgotten, or may be. */
export interface Opening {
  readonly position: number;
  /** Guesses up to this position were no failures. */
  readonly covers: number;
  readonly kind: 'finish' | 'commit' | 'heal';
}

/** The evaluations that were let out, by position. */
export function evaluationsOf(view: AccountView): readonly Evaluation[] {
  const known = new Map<string, Evaluation>();
  for (const released of view.released) {
    const { ke2 } = released;
    if (ke2 === undefined) continue;
    const before = known.get(ke2);
    const evaluation = evaluationOf(view, released, ke2);
    // A repetition can be let out before the first answer is.
    if (before === undefined || (evaluation.isCounted && !before.isCounted)) known.set(ke2, evaluation);
  }
  return [...known.values()].toSorted((a, b) => a.position - b.position);
}

/** What forgave failures, by position; what is only possible is taken to have happened. */
export function openingsOf(view: AccountView, evaluations: readonly Evaluation[]): readonly Opening[] {
  const positions = new Map(evaluations.map(({ ke2, latest }) => [ke2, latest]));
  return [...view.versions].flatMap(([position, writes]) =>
    writes.flatMap((write): readonly Opening[] => {
      const { kind } = write;
      if (kind === 'commit' || kind === 'heal') return [{ position, covers: position, kind }];
      if (kind === 'finish') return [{ position, covers: guessOf(view, write, positions) ?? position, kind }];
      return [];
    }),
  );
}

/** Writes that may have counted a guess with some KE1. */
export function countsOf(view: AccountView, ke1: string | undefined): readonly Write[] {
  if (ke1 === undefined) return [];
  return [...view.versions.values()]
    .flat()
    .filter(({ kind, request }) => kind === 'begin' && view.asked.get(request ?? '')?.ke1 === ke1);
}

// A guess that another one came after is counted again. A repetition belongs to the newest of its counts.
function evaluationOf(view: AccountView, released: Released, ke2: string): Evaluation {
  const { ke1, generation } = view.asked.get(released.request) ?? {};
  const { written, read } = released;
  const evaluation = { ke2, ke1, generation, released };
  if (written !== undefined) return { ...evaluation, position: written, latest: written, isCounted: true };
  const counts = countsOf(view, ke1).filter(({ sequence }) => sequence <= read);
  const certain = counts.filter(({ outcome }) => outcome === 'committed').map(({ sequence }) => sequence);
  const possible = counts.map(({ sequence }) => sequence);
  const position = certain.length > 0 ? Math.max(...certain) : Math.min(...possible, read + 0.5);
  return { ...evaluation, position, latest: Math.max(position, ...possible), isCounted: counts.length > 0 };
}

function guessOf(
  view: AccountView,
  { request }: Write,
  positions: ReadonlyMap<string, number>,
): number | undefined {
  return positions.get(view.asked.get(request ?? '')?.ke2 ?? '');
}
