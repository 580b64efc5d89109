import { useState, type ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Stack } from '../../../design/Stack.tsx';
import { useCommand } from '../../../shell/use-command.ts';
import { digitsOf, isWhole, noGroups } from '../../key/key-text.ts';
import { KeyInput } from '../../key/KeyInput.tsx';
import type { ProofProps } from './ProofForm.tsx';

/** The 64-digit key. */
export function KeyProof({ confirm, danger = false, onProof }: ProofProps): ReactElement {
  const { run, busy, problem, clear } = useCommand();
  const [groups, setGroups] = useState(noGroups);
  const [tried, setTried] = useState(false);
  const send = (): void => {
    setTried(true);
    if (isWhole(groups)) void run(() => onProof({ way: 'key', digits: digitsOf(groups) }));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Stack gap={4}>
        <KeyInput
          groups={groups}
          onChange={(next) => {
            clear();
            setGroups(next);
          }}
          strict={tried}
        />
        {problem && <ProblemNotice problem={problem} />}
        <Button type="submit" variant={danger ? 'danger' : 'primary'} wide busy={busy}>
          {confirm}
        </Button>
      </Stack>
    </form>
  );
}
