import type { ReactElement } from 'react';
import { ButtonLink } from '../../../design/Button.tsx';
import { RowGroup } from '../../../design/Card.tsx';
import { Dial } from '../../../design/Dial.tsx';
import { Row } from '../../../design/Row.tsx';
import { Screen } from '../../../design/Screen.tsx';
import { Stack } from '../../../design/Stack.tsx';
import { useEngineState } from '../../../shell/engine.ts';
import { useWords } from '../../../words/use-words.ts';
import styles from './Backup.module.css';
import { BackupTask } from './BackupTask.tsx';
import { LastBackup } from './LastBackup.tsx';

/** It is on, and the first backup is under way. */
export function TurnedOn(): ReactElement {
  const { backup: words, common } = useWords();
  const { backup, task } = useEngineState();
  const underWay = task?.kind === 'backup' && task.status !== 'done';
  const footer = (
    <ButtonLink variant="primary" wide replace href="/settings/backup">
      {common.done}
    </ButtonLink>
  );
  const { ways } = backup;
  const passwordAlone = ways.password && ways.key64 === 'not-chosen' && ways.passkeys.length === 0;
  return (
    <Screen title={words.turnedOnTitle} footer={footer}>
      <p className={styles.text}>{words.turnedOnText}</p>
      {underWay ? <BackupTask task={task} /> : backup.last ? <LastBackup /> : <First />}
      {passwordAlone && (
        <RowGroup title={words.better}>
          <Row
            title={words.betterKey}
            detail={words.betterKeyText}
            tone="brass"
            href="/settings/backup/key"
          />
        </RowGroup>
      )}
    </Screen>
  );
}

function First(): ReactElement {
  const { backup } = useWords();
  return (
    <Stack align="center">
      <Dial size={144} progress={0} />
      <h2>{backup.looking}</h2>
    </Stack>
  );
}
