import type { ReactElement } from 'react';
import { Button, ButtonLink } from '../../../design/Button.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Stack } from '../../../design/Stack.tsx';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { useNow } from './use-now.ts';

/** Another device has asked to replace the key of this backup: until then it can be cancelled. */
export function AskedReplacement(): ReactElement | undefined {
  const { backup: words } = useWords();
  const format = useFormat();
  const engine = useEngine();
  const { vault } = useEngineState('backup');
  const { run, busy, problem } = useCommand();
  useNow(30_000);
  if (vault?.replacement === undefined) return undefined;
  return (
    <>
      <Notice tone="danger" title={words.contestedTitle}>
        <Stack gap={3} align="start">
          <p>{words.contestedText(vault.replacement.committableAt, format)}</p>
          <Button
            variant="danger"
            busy={busy}
            onClick={() => void run(async () => engine.cancelReplacement())}
          >
            {words.notMe}
          </Button>
        </Stack>
      </Notice>
      {problem && <ProblemNotice problem={problem} />}
    </>
  );
}

/** A password of this device waits, because another device has a registration and may cancel it. */
export function OwnReplacement(): ReactElement | undefined {
  const { backup: words } = useWords();
  const format = useFormat();
  const now = useNow(30_000);
  const { on, contestedUntil } = useEngineState('backup');
  if (!on || contestedUntil === undefined) return undefined;
  const isOver = now >= contestedUntil;
  const action = (
    <ButtonLink variant="quiet" href="/settings/backup/password">
      {words.changePassword}
    </ButtonLink>
  );
  return (
    <Notice tone="brass" title={words.waitsTitle} {...(isOver && { action })}>
      {isOver ? words.waitsNoMore : words.waitsText(contestedUntil, format)}
    </Notice>
  );
}
