import type { ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { Dial } from '../../../design/Dial.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Screen } from '../../../design/Screen.tsx';
import { Note } from '../../../design/Stack.tsx';
import type { Problem } from '../../../engine/contract.ts';
import { useWords } from '../../../words/use-words.ts';
import { Middle } from './Middle.tsx';
import { NoneFound } from './NoneFound.tsx';
import { Unlock } from './Unlock.tsx';
import type { Opening } from './use-opening.ts';
import { useSearch } from './use-search.ts';

/** Looks for the backup, and leads to what opens it. */
export function Find({ opening }: { readonly opening: Opening }): ReactElement {
  const [search, again] = useSearch();
  if (search.state === 'looking') return <Looking />;
  if (search.state === 'none') return <NoneFound again={again} />;
  if (search.state === 'failed') return <Away problem={search.problem} again={again} />;
  return <Unlock backup={search.backup} opening={opening} />;
}

function Looking(): ReactElement {
  const { restore } = useWords();
  return (
    <Screen title={restore.title} back="/welcome">
      <Middle>
        <Dial size={96} />
        <p role="status">{restore.looking}</p>
      </Middle>
    </Screen>
  );
}

function Away({ problem, again }: { readonly problem: Problem; readonly again: () => void }): ReactElement {
  const { restore } = useWords();
  const footer = (
    <Button variant="primary" wide onClick={again}>
      {restore.again}
    </Button>
  );
  return (
    <Screen title={restore.title} back="/welcome" footer={footer}>
      <h2>{restore.awayTitle}</h2>
      <ProblemNotice problem={problem} />
      <Note>{restore.awayText}</Note>
    </Screen>
  );
}
