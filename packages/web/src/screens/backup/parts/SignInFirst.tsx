import type { ReactElement } from 'react';
import { ButtonLink } from '../../../design/Button.tsx';
import { Empty } from '../../../design/Empty.tsx';
import { Screen } from '../../../design/Screen.tsx';
import { useWords } from '../../../words/use-words.ts';

/** Backups belong to a number: it comes first. */
export function SignInFirst(): ReactElement {
  const { backup } = useWords();
  const footer = (
    <ButtonLink variant="primary" wide href="/sign-in?next=/settings/backup/turn-on">
      {backup.signIn}
    </ButtonLink>
  );
  return (
    <Screen title={backup.turnOnTitle} back="/settings/backup" footer={footer}>
      <Empty title={backup.signInFirst}>{backup.signInFirstText}</Empty>
    </Screen>
  );
}
