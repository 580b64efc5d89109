import type { ReactElement } from 'react';
import { Button, ButtonLink } from '../../../design/Button.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Screen } from '../../../design/Screen.tsx';
import type { Problem } from '../../../engine/contract.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import type { Opening } from './use-opening.ts';

/** The cloud shows an older backup than the newest one known: explains, and asks. */
export function Older({
  problem,
  opening,
}: {
  readonly problem: Problem;
  readonly opening: Opening;
}): ReactElement {
  const { restore } = useWords();
  const format = useFormat();
  const [seen, found] = [Number(problem.details['seen']), Number(problem.details['found'])];
  const footer = (
    <>
      <ButtonLink variant="primary" wide href="/">
        {restore.notNow}
      </ButtonLink>
      {found > 0 && (
        <Button variant="danger" wide busy={opening.busy} onClick={() => void opening.acceptOlder()}>
          {restore.olderAccept}
        </Button>
      )}
    </>
  );
  return (
    <Screen title={restore.title} back="/" footer={footer}>
      <Notice tone="danger" live title={restore.olderTitle}>
        <p>{restore.olderText(seen, found, format)}</p>
      </Notice>
      <p>{restore.olderAsk}</p>
      {opening.problem && opening.problem.code !== 'rolled-back' && (
        <ProblemNotice problem={opening.problem} />
      )}
    </Screen>
  );
}
