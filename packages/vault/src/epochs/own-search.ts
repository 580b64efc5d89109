import type { Bytes } from '@strongroom/core';
import { walk, statedEpoch, type WalkOptions } from './walk.ts';
import { epochsIn, type Fleet } from './fleet.ts';
import { rolledBack } from './fleet-record.ts';
import type { SearchResult, ServingFacts } from './steps.ts';

interface Search {
  readonly after: Bytes | undefined;
  readonly seen: number;
  readonly found: boolean;
}

/**
 * What this process itself has seen of empty epochs: since when, and whether anything in the store is sealed under
 * them. It remembers how many values there were; none is ever removed from a store, so that one which shows fewer
 * hides something.
 */
export class OwnSearch {
  readonly #emptySince = new Map<number, number>();
  readonly #searches = new Map<number, Search>();
  readonly #results = new Map<number, SearchResult>();
  #mostSeen = 0;

  /** Takes note of which epochs are empty. What was known of others is forgotten. */
  note(fleet: Fleet, now: number): void {
    const empty = new Set(epochsIn(fleet, 'empty').map(({ number }) => number));
    for (const number of empty) if (!this.#emptySince.has(number)) this.#emptySince.set(number, now);
    for (const number of this.#emptySince.keys())
      if (!empty.has(number)) for (const map of [this.#emptySince, this.#searches, this.#results]) map.delete(number);
  }

  get facts(): Pick<ServingFacts, 'emptySince' | 'searched'> {
    return { emptySince: this.#emptySince, searched: this.#results };
  }

  /**
   * Goes on looking for something under an epoch. Answers whether it is known now.
   * @throws StrongroomError `wrong-usage` when the store shows less than before
   */
  async goOn(epoch: number, fleet: Fleet, options: WalkOptions): Promise<boolean> {
    const search = this.#searches.get(epoch) ?? { after: undefined, seen: 0, found: false };
    let { found } = search;
    const walked = await walk(search.after, options, async (value) => {
      found ||= statedEpoch(value) === epoch;
    });
    const seen = search.seen + walked.seen;
    this.#searches.set(epoch, { after: walked.after, seen, found });
    if (!walked.isWhole && !found) return false;
    this.#searches.delete(epoch);
    if (!found) this.#compare(seen, fleet);
    this.#results.set(epoch, found ? 'found' : 'clear');
    return true;
  }

  #compare(seen: number, { values }: Fleet): void {
    const before = Math.max(this.#mostSeen, values);
    if (seen < before) throw rolledBack(`The store shows ${seen} values, where there were ${before}.`);
    this.#mostSeen = seen;
  }
}
