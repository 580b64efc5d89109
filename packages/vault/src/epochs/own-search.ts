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
  // When it became empty, as the state says: it may not have been so in between.
  readonly #stated = new Map<number, number>();
  readonly #searches = new Map<number, Search>();
  readonly #results = new Map<number, SearchResult>();
  #mostSeen = 0;

  /** Takes note of which epochs are empty. What was known of others is forgotten. */
  note(fleet: Fleet, now: number): void {
    const empty = new Map(epochsIn(fleet, 'empty').map(({ number, since }) => [number, since]));
    for (const [number, since] of this.#stated) if (empty.get(number) !== since) this.#forget(number);
    for (const [number, since] of empty) {
      if (this.#stated.has(number)) continue;
      this.#stated.set(number, since);
      this.#emptySince.set(number, now);
    }
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

  #forget(number: number): void {
    for (const map of [this.#stated, this.#emptySince, this.#searches, this.#results]) map.delete(number);
  }

  #compare(seen: number, { values }: Fleet): void {
    const before = Math.max(this.#mostSeen, values);
    if (seen < before) throw rolledBack(`The store shows ${seen} values, where there were ${before}.`);
    this.#mostSeen = seen;
  }
}
