import type { ReactElement } from 'react';
import { ButtonLink } from '../../../design/Button.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { useEngineState } from '../../../shell/engine.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { FinishKeyChange } from './FinishKeyChange.tsx';
import { TakeOver } from './TakeOver.tsx';
import { useNow } from './use-now.ts';
import { AskedReplacement, OwnReplacement } from './Waiting.tsx';

/** What needs the person, the most pressing first. */
export function Needs(): ReactElement {
  const { backup: words } = useWords();
  const format = useFormat();
  const now = useNow(30_000);
  const backup = useEngineState('backup');
  const { vault, ways, unfinished, contestedUntil, reminderAt } = backup;
  return (
    <>
      <AskedReplacement />
      <OwnReplacement />
      <TakeOver />
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
      {unfinished === 'change-of-password' && contestedUntil === undefined && (
        <Notice
          tone="brass"
          title={words.unfinishedPassword}
          action={<To href="/settings/backup/password">{words.changePassword}</To>}
        >
          {words.unfinishedPasswordText}
        </Notice>
      )}
      {unfinished === 'change-of-key' && <FinishKeyChange />}
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
