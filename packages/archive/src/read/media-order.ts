import type { Entry } from '../entry.ts';

const entriesAtOnce = 20_000;

/**
 * Puts media newest first without holding all of their entries: the manifest is walked once for the times, and
 * then once for every 20,000 entries that come next.
 */
export class MediaOrder {
  readonly #times: number[] = [];
  #ranks: Uint32Array = new Uint32Array();

  /** Takes the time of the next media entry of the manifest. */
  add(entry: Entry): void {
    this.#times.push(Number(entry.mtimeNs));
  }

  /** @param walk the media entries, the same ones in the same order as `add` saw them */
  async *newestFirst(walk: () => AsyncIterable<Entry>): AsyncGenerator<Entry> {
    this.#rank();
    for (let first = 0; first < this.#times.length; first += entriesAtOnce)
      yield* await this.#next(first, walk);
  }

  #rank(): void {
    const numbers = Uint32Array.from(this.#times.keys());
    numbers.sort((a, b) => this.#times[b]! - this.#times[a]!);
    this.#ranks = new Uint32Array(numbers.length);
    for (const [rank, number] of numbers.entries()) this.#ranks[number] = rank;
  }

  async #next(first: number, walk: () => AsyncIterable<Entry>): Promise<Entry[]> {
    const entries: { rank: number; entry: Entry }[] = [];
    let number = 0;
    for await (const entry of walk()) {
      const rank = this.#ranks[number++] ?? first;
      if (rank >= first && rank < first + entriesAtOnce) entries.push({ rank, entry });
    }
    return entries.toSorted((a, b) => a.rank - b.rank).map(({ entry }) => entry);
  }
}
