import { StrongroomError } from '@strongroom/core';
import type { Entry } from '../entry.ts';
import { comparePaths } from '../paths.ts';
import type { SourceEntry } from '../source.ts';

/** An entry of the source, beside what the last snapshot has under the same path; or the latter alone. */
export interface Pair {
  readonly now: SourceEntry | undefined;
  readonly before: Entry | undefined;
}

/**
 * Walks through a source and the last manifest side by side; both are in the order of their paths.
 * @throws StrongroomError 'bug' when the source is not
 */
export async function* joinByPath(
  source: AsyncIterable<SourceEntry>,
  manifest: AsyncIterable<Entry>,
): AsyncGenerator<Pair> {
  const old = manifest[Symbol.asyncIterator]();
  try {
    let before = await old.next();
    for await (const now of inOrder(source)) {
      while (!before.done && comparePaths(before.value.path, now.path) < 0) {
        yield { now: undefined, before: before.value };
        before = await old.next();
      }
      const same = !before.done && before.value.path === now.path;
      yield { now, before: same ? before.value : undefined };
      if (same) before = await old.next();
    }
    for (; !before.done; before = await old.next()) yield { now: undefined, before: before.value };
  } finally {
    await old.return?.();
  }
}

async function* inOrder(source: AsyncIterable<SourceEntry>): AsyncGenerator<SourceEntry> {
  let last: string | undefined;
  for await (const entry of source) {
    if (last !== undefined && comparePaths(last, entry.path) >= 0) {
      throw new StrongroomError('bug', { where: 'the order of a source' });
    }
    last = entry.path;
    yield entry;
  }
}
