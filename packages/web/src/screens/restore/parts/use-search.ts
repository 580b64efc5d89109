import { useCallback, useEffect, useState } from 'react';
import type { FoundBackup, Problem } from '../../../engine/contract.ts';
import { useEngine } from '../../../shell/engine.ts';
import { problemOf } from '../../../words/sentence-of.ts';

/** What came of looking for a backup. */
export type Search =
  | { readonly state: 'looking' }
  | { readonly state: 'none' }
  | { readonly state: 'found'; readonly backup: FoundBackup }
  | { readonly state: 'failed'; readonly problem: Problem };

// A network that has just come back does not always carry yet; a server says nothing when it is back. Milliseconds.
const retryEvery = 10_000;

/** Looks for the backup of the account; again when asked to, and after a failure by itself. */
export function useSearch(): readonly [Search, () => void] {
  const engine = useEngine();
  const [search, setSearch] = useState<Search>({ state: 'looking' });
  const [attempt, setAttempt] = useState(0);
  const again = useCallback(() => {
    setSearch({ state: 'looking' });
    setAttempt((count) => count + 1);
  }, []);
  useEffect(() => {
    let late = false;
    const look = async (): Promise<void> => {
      const found = await engine.findBackup().then(
        (backup): Search => (backup === undefined ? { state: 'none' } : { state: 'found', backup }),
        (thrown: unknown): Search => ({ state: 'failed', problem: problemOf(thrown) }),
      );
      if (!late) setSearch(found);
    };
    void look();
    return () => {
      late = true;
    };
  }, [engine, attempt]);
  const hasFailed = search.state === 'failed';
  useEffect(() => {
    if (!hasFailed) return undefined;
    // Quietly: what stands there stays until there is something better to say.
    const retry = (): void => setAttempt((count) => count + 1);
    const timer = setInterval(retry, retryEvery);
    addEventListener('online', retry);
    return () => {
      clearInterval(timer);
      removeEventListener('online', retry);
    };
  }, [hasFailed]);
  return [search, again];
}
