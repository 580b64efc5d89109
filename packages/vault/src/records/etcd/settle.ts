import { equalBytes } from '@strongroom/core';
import type { KeyValue } from '@strongroom/wire/etcd';
import type { Replacement } from './transaction.ts';

/** What a key had at a revision of the store. @throws EtcdFailure `compacted` when that is forgotten */
export type History = (revision: bigint) => Promise<KeyValue | undefined>;

// Each write in between is somebody else's; so many within one deadline are not believed.
const mostSteps = 32;

/**
 * Finds out whether a replacement that may have been sent more than once was committed: by what the key has now, and,
 * when others have written since, by what it had before. `conflict` is for good: what the replacement expects will
 * never be there again.
 * @param found at the moment when the key no longer had what the replacement expects
 * @throws Error when it is too late to find out
 */
export async function settle(
  { value, expected }: Replacement,
  found: KeyValue | undefined,
  history: History,
): Promise<'committed' | 'conflict'> {
  let at = found;
  for (let step = 0; step < mostSteps; step++) {
    if (at === undefined || at.modRevision <= expected) return 'conflict';
    if (equalBytes(at.value, value)) return 'committed';
    at = await history(at.modRevision - 1n);
  }
  throw new Error('too many others have written since');
}
