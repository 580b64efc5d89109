import type { FoundBackup } from '../../../engine/contract.ts';
import { useWords } from '../../../words/use-words.ts';

/** The ways that need no password, as a part of a sentence; nothing when there is none. */
export function useWithoutPassword(ways: FoundBackup['ways']): string | undefined {
  const { restore } = useWords();
  const named = [
    ...(ways.includes('key') ? [restore.wayKey] : []),
    ...(ways.includes('passkey') ? [restore.wayPasskey] : []),
  ];
  return named.length === 0 ? undefined : named.join(restore.or);
}
