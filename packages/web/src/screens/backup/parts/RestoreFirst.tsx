import type { ReactElement } from 'react';
import { ButtonLink } from '../../../design/Button.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { useEngineState } from '../../../shell/engine.ts';
import { useWords } from '../../../words/use-words.ts';

/** A restore has still something to bring: a backup made now would lack it. */
export function RestoreFirst(): ReactElement | undefined {
  const { backup: words } = useWords();
  const task = useEngineState('task');
  if (task === undefined || !task.kind.startsWith('restore') || task.status === 'done') return undefined;
  return (
    <Notice
      title={words.restoreFirst}
      action={
        <ButtonLink variant="quiet" href="/restore">
          {words.restoreFirstLook}
        </ButtonLink>
      }
    >
      {words.restoreFirstText}
    </Notice>
  );
}
