import type { ReactElement } from 'react';
import { useFormat, useWords } from '../words/use-words.ts';

/** Says aloud how far something is, at each quarter alone: whoever wants more asks the bar. */
export function Quarters({
  label,
  part,
}: {
  readonly label: string;
  /** From 0 to 1; absent: nobody knows. */
  readonly part: number | undefined;
}): ReactElement {
  const { common } = useWords();
  const format = useFormat();
  const quarter = Math.floor((part ?? 0) * 4) / 4;
  // Its beginning and its end are told by what begins and ends.
  const said = quarter > 0 && quarter < 1 ? `${label}: ${common.progress(quarter, format)}` : '';
  return (
    <span role="status" className="visually-hidden">
      {said}
    </span>
  );
}
