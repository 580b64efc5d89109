import { CloudUpload, EyeOff, KeyRound } from 'lucide-react';
import type { ReactElement } from 'react';
import { ButtonLink } from '../../../design/Button.tsx';
import { RowGroup } from '../../../design/Card.tsx';
import { Dial } from '../../../design/Dial.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Row } from '../../../design/Row.tsx';
import { Screen } from '../../../design/Screen.tsx';
import { Stack } from '../../../design/Stack.tsx';
import { useEngineState } from '../../../shell/engine.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import styles from './Backup.module.css';

/** Before the first backup: what it gives, and the one button. */
export function BackupOff(): ReactElement {
  const { backup: words } = useWords();
  const format = useFormat();
  const { backup, chats } = useEngineState();
  const { contestedUntil } = backup;
  const begun = backup.unfinished === 'turning-on';
  const footer = (
    <ButtonLink variant="primary" wide href="/settings/backup/turn-on">
      {begun ? words.turnOnGoOn : words.turnOn}
    </ButtonLink>
  );
  return (
    <Screen title={words.title} back="/settings" footer={footer}>
      <div className={styles.head}>
        <Stack gap={4} align="center">
          <Dial size={120} progress={0} />
          <Stack gap={2} align="center">
            <h2>{words.offTitle}</h2>
            <p className={styles.text}>{words.offText(chats.messages, chats.media, format)}</p>
          </Stack>
        </Stack>
      </div>
      {backup.problem && <ProblemNotice problem={backup.problem} />}
      {begun && (
        <Notice tone="brass" title={words.unfinishedOn}>
          {contestedUntil === undefined
            ? words.unfinishedOnText
            : words.otherBackupText(contestedUntil, format)}
        </Notice>
      )}
      <RowGroup>
        <Row icon={EyeOff} title={words.givesSealed} detail={words.givesSealedText} />
        <Row icon={KeyRound} title={words.givesChoice} detail={words.givesChoiceText} />
        <Row icon={CloudUpload} title={words.givesDaily} detail={words.givesDailyText} />
      </RowGroup>
    </Screen>
  );
}
