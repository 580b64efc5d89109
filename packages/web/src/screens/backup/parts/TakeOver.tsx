import type { ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { useWords } from '../../../words/use-words.ts';

/** Another device backs up this account: this one can, instead. */
export function TakeOver(): ReactElement | undefined {
  const { backup: words } = useWords();
  const engine = useEngine();
  const { backup, task } = useEngineState();
  if (backup.problem?.code !== 'other-writer') return undefined;
  const { device } = backup.problem.details;
  // How it goes is seen in the state.
  const takeOver = (): void => void engine.backUp(true).catch(() => undefined);
  return (
    <Notice
      title={words.otherWriterTitle(typeof device === 'string' ? device : '')}
      action={
        <Button variant="quiet" disabled={task?.status === 'running'} onClick={takeOver}>
          {words.takeOver}
        </Button>
      }
    >
      {words.otherWriterText}
    </Notice>
  );
}
