import type { ReactElement } from 'react';
import { ButtonLink } from '../../../design/Button.tsx';
import { Empty } from '../../../design/Empty.tsx';
import { Screen } from '../../../design/Screen.tsx';
import { useWords } from '../../../words/use-words.ts';

/** A screen that has nothing to show while encrypted backups are off. */
export function NotOn({ title }: { readonly title: string }): ReactElement {
  const { backup } = useWords();
  const footer = (
    <ButtonLink variant="primary" wide replace href="/settings/backup">
      {backup.toBackup}
    </ButtonLink>
  );
  return (
    <Screen title={title} back="/settings/backup" footer={footer}>
      <Empty title={backup.notOnTitle}>{backup.notOnText}</Empty>
    </Screen>
  );
}
