import { throwIfAborted } from '../abort.ts';
import type { Category, Entry } from '../entry.ts';
import type { Totals } from '../snapshot/snapshot.ts';
import type { Source } from '../source.ts';

/** Adds up the files of a snapshot. */
export class TotalsCounter {
  readonly #totals: Record<Category, { files: number; bytes: number }> = {
    messages: { files: 0, bytes: 0 },
    media: { files: 0, bytes: 0 },
    other: { files: 0, bytes: 0 },
  };

  count(entry: Entry): void {
    if (entry.kind !== 'file') return;
    this.#totals[entry.category].files++;
    this.#totals[entry.category].bytes += entry.size;
  }

  totals(): Totals {
    return this.#totals;
  }
}

/** Entries and plaintext bytes of a source, for progress. */
export async function countSource(
  source: Source,
  signal: AbortSignal | undefined,
): Promise<{ files: number; bytes: number }> {
  let files = 0;
  let bytes = 0;
  for await (const { size } of source.entries({ signal })) {
    throwIfAborted(signal);
    files++;
    bytes += size;
  }
  return { files, bytes };
}
