import { useState, type ReactElement } from 'react';
import { useRoute } from 'wouter';
import { Button } from '../../design/Button.tsx';
import { classNames } from '../../design/class-names.ts';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { useToast } from '../../design/Toast.tsx';
import { useFormat, useWords } from '../../words/use-words.ts';
import { useEngine, useEngineState } from '../engine.ts';
import { useCommand } from '../use-command.ts';
import styles from './EventNotices.module.css';
import { answered, answerMine } from './replacement-answer.ts';

/** Somebody asked to replace the backup key, as the vaults say: stays wherever one is until it is answered. */
export function Replacement(): ReactElement | null {
  const { events } = useWords();
  const format = useFormat();
  const backup = useEngineState('backup');
  const [onBackup] = useRoute('/settings/backup/*?');
  const [mine, setMine] = useState(answered);
  const at = backup.vault?.replacement?.committableAt;
  // There it is asked, too.
  if (at === undefined || at === mine || onBackup) return null;
  const answer = (): void => {
    answerMine(at);
    setMine(at);
  };
  return (
    <div className={classNames(styles.notice, styles.grave)}>
      <p className={styles.words}>
        <strong>{events.replacementTitle}</strong>
        <span>{events.replacementText(at, format)}</span>
      </p>
      <Answers onMine={answer} />
    </div>
  );
}

function Answers({ onMine }: { readonly onMine: () => void }): ReactElement {
  const { events } = useWords();
  const engine = useEngine();
  const toast = useToast();
  const { run, busy, problem } = useCommand();
  const cancel = async (): Promise<void> => {
    if (await run(async () => engine.cancelReplacement())) toast(events.replacementCancelled);
  };
  return (
    <>
      <div className={styles.answers}>
        <Button variant="danger" busy={busy} onClick={() => void cancel()}>
          {events.replacementCancel}
        </Button>
        <Button variant="quiet" disabled={busy} onClick={onMine}>
          {events.replacementMine}
        </Button>
      </div>
      {problem && <ProblemNotice problem={problem} />}
    </>
  );
}
