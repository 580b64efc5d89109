import type { ReactElement } from 'react';
import { Notice } from '../../../design/Notice.tsx';
import { useWords } from '../../../words/use-words.ts';
import { countdown } from './countdown.ts';

/** The next try is not possible yet: when it is, second by second. Not read aloud; the field has said it once. */
export function Waiting({ until, now }: { readonly until: number; readonly now: number }): ReactElement {
  const { restore } = useWords();
  return <Notice title={restore.waitTitle(countdown(until - now))}>{restore.waitText}</Notice>;
}
