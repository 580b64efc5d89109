import { useState, type ReactElement, type ReactNode } from 'react';
import { Button } from '../../../design/Button.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Screen } from '../../../design/Screen.tsx';
import { Stack } from '../../../design/Stack.tsx';
import { useWords } from '../../../words/use-words.ts';
import { digitsOf, isWhole, noGroups } from '../../key/key-text.ts';
import { KeyInput } from '../../key/KeyInput.tsx';
import type { Opening } from './use-opening.ts';

/** Opens the backup by its 64-digit key. */
export function KeyWay({
  opening,
  children,
}: {
  readonly opening: Opening;
  /** The other ways. */
  readonly children: ReactNode;
}): ReactElement {
  const { restore } = useWords();
  const [groups, setGroups] = useState(noGroups);
  const [strict, setStrict] = useState(false);
  const type = (next: readonly string[]): void => {
    setGroups(next);
    opening.clear();
  };
  const open = async (): Promise<void> => {
    setStrict(true);
    if (isWhole(groups)) await opening.open({ way: 'key', digits: digitsOf(groups) });
  };
  const footer = (
    <Button variant="primary" wide busy={opening.busy} onClick={() => void open()}>
      {opening.busy ? restore.opening : restore.open}
    </Button>
  );
  return (
    <Screen title={restore.title} back="/welcome" footer={footer}>
      <Stack gap={2}>
        <h2>{restore.found}</h2>
        <p>{restore.keyAsk}</p>
      </Stack>
      <KeyInput groups={groups} onChange={type} strict={strict} />
      {opening.problem && <ProblemNotice problem={opening.problem} />}
      {children}
    </Screen>
  );
}
