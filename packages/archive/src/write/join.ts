import { StrongroomError } from '@strongroom/core';
import type { ListedEntry } from '../manifest/listed-entry.ts';
import { comparePaths } from '../paths.ts';
import type { SourceEntry } from '../source.ts';

/** An entry of the source, beside what the last snapshot has under the same path; or the latter alone. */
export interface Pair {
  readonly now: SourceEntry | undefined;
  readonly before: ListedEntry | undefined;
}

/**
 * Walks through a source and the last manifest side by side; both are in the order of their paths.
 * @throws StrongroomError 'bug' when the source is not
 */
export async function* joinByPath(
  source: AsyncIterable<SourceEntry>,
  manifest: AsyncIterable<ListedEntry>,
): AsyncGenerator<Pair> {
  const old = manifest[Symbol.asyncIterator]();
  try {
    let before = await old.next();
    let last: string | undefined;
    for await (const now of source) {
      checkOrder(last, now.path);
      last = now.path;
      while (!before.done && comparePaths(before.value.entry.path, now.path) < 0) {
        yield { now: undefined, before: before.value };
        before = await old.next();
      }
      const same = !before.done && before.value.entry.path === now.path;
      yield { now, before: same ? before.value : undefined };
      if (same) before = await old.next();
    }
    for (; !before.done; before = await old.next()) yield { now: undefined, before: before.value };
  } finally {
    await old.return?.();
  }
}

function checkOrder(last: string | undefined, path: string): void {
  if (last !== undefined && comparePaths(last, path) >= 0)
    throw new StrongroomError('bug', { where: 'the order of a source' });
}
