import { useState, type ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Sheet } from '../../../design/Sheet.tsx';
import { Stack } from '../../../design/Stack.tsx';
import { useToast } from '../../../design/Toast.tsx';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useWords } from '../../../words/use-words.ts';
import { PasswordProof } from './PasswordProof.tsx';

/** A change of the backup key was cut off: finishes it, by the password where one opens the backup. */
export function FinishKeyChange(): ReactElement {
  const { backup: words } = useWords();
  const engine = useEngine();
  const toast = useToast();
  const { ways } = useEngineState('backup');
  const { run, busy, problem } = useCommand();
  const [asking, setAsking] = useState(false);
  const finish = async (password?: string): Promise<void> => {
    await engine.finishKeyChange(password);
    toast(words.keyChangeFinished);
  };
  const start = (): void => (ways.password ? setAsking(true) : void run(finish));
  return (
    <>
      <Notice
        tone="brass"
        title={words.unfinishedKey}
        action={
          <Button variant="quiet" busy={busy} onClick={start}>
            {words.finishKey}
          </Button>
        }
      >
        {words.unfinishedKeyText}
      </Notice>
      {problem && <ProblemNotice problem={problem} />}
      <Sheet open={asking} onClose={() => setAsking(false)} title={words.unfinishedKey}>
        <Stack gap={4}>
          <p>{words.finishKeyText}</p>
          <PasswordProof confirm={words.finishKey} onPassword={finish} />
        </Stack>
      </Sheet>
    </>
  );
}
