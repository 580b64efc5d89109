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

/** Looks for the backup of the account; again when asked to, and when the network is back after a failure. */
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
    addEventListener('online', again);
    return () => removeEventListener('online', again);
  }, [hasFailed, again]);
  return [search, again];
}
