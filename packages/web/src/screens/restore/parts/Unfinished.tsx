import type { ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { useWords } from '../../../words/use-words.ts';
import type { Opening } from './use-opening.ts';

/** A change of the password was interrupted: asks before the other one is tried, because it costs a try. */
export function Unfinished({ opening }: { readonly opening: Opening }): ReactElement | null {
  const { restore } = useWords();
  const { problem, busy } = opening;
  if (problem?.code !== 'wrong-password' || problem.details['unfinishedChange'] !== true) return null;
  const action = (
    <Button variant="quiet" busy={busy} onClick={() => void opening.tryUnfinished()}>
      {restore.unfinishedTry}
    </Button>
  );
  return (
    <Notice tone="brass" live title={restore.unfinishedTitle} action={action}>
      {restore.unfinishedText}
    </Notice>
  );
}
