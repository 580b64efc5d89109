import type { ReactElement } from 'react';
import { Button, ButtonLink } from '../../../design/Button.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { Screen } from '../../../design/Screen.tsx';
import { useFormat, useWords } from '../../../words/use-words.ts';
import styles from './Backup.module.css';
import { useNow } from './use-now.ts';

/** Another device has a backup of this number: open that one, or wait until this one takes its place. */
export function Contested({
  until,
  onAgain,
}: {
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly onAgain: () => void;
}): ReactElement {
  const { backup: words } = useWords();
  const format = useFormat();
  const now = useNow();
  const isOver = now >= until;
  const footer = (
    <>
      <ButtonLink variant={isOver ? 'secondary' : 'primary'} wide href="/restore">
        {words.openThatOne}
      </ButtonLink>
      <Button variant={isOver ? 'primary' : 'secondary'} wide disabled={!isOver} onClick={onAgain}>
        {isOver ? words.turnOnGoOn : words.waitUntil(until, format)}
      </Button>
    </>
  );
  return (
    <Screen title={words.turnOnTitle} back="/settings/backup" footer={footer}>
      <Notice tone="brass" live title={words.otherBackup}>
        {words.otherBackupText(until, format)}
      </Notice>
      <ul className={styles.bullets}>
        {words.otherBackupDo.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Screen>
  );
}
