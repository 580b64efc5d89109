import { useState, type ReactElement } from 'react';
import { Notice } from '../../../design/Notice.tsx';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { countdown } from './countdown.ts';

/** The next try is not possible yet: when it is, second by second. Read aloud is it once, not each second. */
export function Waiting({ until, now }: { readonly until: number; readonly now: number }): ReactElement {
  const { restore } = useWords();
  const format = useFormat();
  const [spoken] = useState(() => restore.waitSpoken(until, format));
  return (
    <>
      <p role="alert" className="visually-hidden">
        {spoken}
      </p>
      <Notice title={restore.waitTitle(countdown(until - now))}>{restore.waitText}</Notice>
    </>
  );
}
