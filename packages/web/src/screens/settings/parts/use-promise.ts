import type { VaultView } from '../../../engine/contract.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';

/** What can be said of those who guard the password: never more than holds. */
export function usePromise(vault: VaultView | undefined): { readonly title: string; readonly text: string } {
  const { settings } = useWords();
  const format = useFormat();
  if (vault === undefined) return { title: settings.promiseNone, text: settings.promiseNoneText };
  const { operators, threshold } = vault;
  const names = format.list(operators);
  if (threshold <= 1) return { title: settings.promiseOne, text: settings.promiseOneText(names) };
  return {
    title: settings.promiseMany(threshold, operators.length, format),
    text: settings.promiseManyText(names, threshold, format),
  };
}
