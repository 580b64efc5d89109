import type { ReactElement } from 'react';
import { Button, ButtonLink } from '../../../design/Button.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Stack } from '../../../design/Stack.tsx';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { useNow } from './use-now.ts';

/** What needs the person, the most pressing first. */
export function Needs(): ReactElement {
  const { backup: words } = useWords();
  const format = useFormat();
  const now = useNow(30_000);
  const { backup } = useEngineState();
  const { vault, ways, unfinished, reminderAt } = backup;
  return (
    <>
      {vault?.replacement && <Replacement until={vault.replacement.committableAt} />}
      {vault?.locked === true && ways.password && (
        <Notice
          tone="danger"
          title={words.lockedTitle}
          action={<To href="/settings/backup/password">{words.newPassword}</To>}
        >
          {words.lockedHere}
        </Notice>
      )}
      {vault && !vault.locked && vault.failuresSinceOpening > 0 && (
        <Notice
          title={words.wrongTried(vault.guessLimit - vault.guessesLeft, vault.guessLimit, format)}
          action={<To href="/settings/backup/password">{words.changePassword}</To>}
        >
          {words.wrongTriedText}
        </Notice>
      )}
      {ways.key64 === 'unconfirmed' && (
        <Notice
          tone="brass"
          title={words.keyUnconfirmed}
          action={<To href="/settings/backup/key">{words.keyConfirmNow}</To>}
        >
          {words.keyUnconfirmedText}
        </Notice>
      )}
      {unfinished === 'change-of-password' && (
        <Notice
          tone="brass"
          title={words.unfinishedPassword}
          action={<To href="/settings/backup/password">{words.changePassword}</To>}
        >
          {words.unfinishedPasswordText}
        </Notice>
      )}
      {unfinished === 'change-of-key' && (
        <Notice tone="brass" title={words.unfinishedKey}>
          {words.unfinishedKeyText}
        </Notice>
      )}
      {reminderAt !== undefined && reminderAt <= now && vault?.locked !== true && (
        <Notice title={words.reminder} action={<To href="/settings/backup/password?check">{words.check}</To>}>
          {words.reminderText}
        </Notice>
      )}
    </>
  );
}

function To({ href, children }: { readonly href: string; readonly children: string }): ReactElement {
  return (
    <ButtonLink variant="quiet" href={href}>
      {children}
    </ButtonLink>
  );
}

function Replacement({ until }: { readonly until: number }): ReactElement {
  const { backup: words } = useWords();
  const format = useFormat();
  const engine = useEngine();
  const { run, busy, problem } = useCommand();
  return (
    <>
      <Notice tone="danger" title={words.contestedTitle}>
        <Stack gap={3} align="start">
          <p>{words.contestedText(until, format)}</p>
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
