import type { ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { Dial } from '../../../design/Dial.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { Note, Stack } from '../../../design/Stack.tsx';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import styles from './Backup.module.css';
import { useNow } from './use-now.ts';

/** The last backup and what is in it; what has come since; when the next one is. */
export function LastBackup(): ReactElement {
  const { backup: words } = useWords();
  const format = useFormat();
  useNow(30_000);
  const backup = useEngineState('backup');
  const { last, unsaved, next } = backup;
  const isNew = unsaved.messages + unsaved.media > 0;
  const saved = ({ videosLeftOut = 0 }: NonNullable<typeof last>): string =>
    videosLeftOut === 0 ? words.allSaved : words.allButVideos(videosLeftOut, format);
  return (
    <div className={styles.head}>
      <Stack gap={4} align="center">
        <Dial size={120} {...(last === undefined && { progress: 0 })} />
        <Stack gap={1} align="center">
          <h2>{last ? words.lastAt(last.at, format) : words.noneYet}</h2>
          {last && <p className={styles.text}>{words.contents(last, format)}</p>}
          <Note>{isNew ? words.unsaved(unsaved, last !== undefined, format) : last && saved(last)}</Note>
          <Note>{next === undefined ? words.onlyWhenTapped : words.nextAt(next, format)}</Note>
        </Stack>
        <LeftOut />
      </Stack>
    </div>
  );
}

function LeftOut(): ReactElement | undefined {
  const { backup: words, common } = useWords();
  const format = useFormat();
  const engine = useEngine();
  const { run } = useCommand();
  const task = useEngineState('task');
  if (task?.kind !== 'backup' || task.status !== 'done' || task.warnings.length === 0) return undefined;
  const paths = task.warnings.slice(0, 3).map(({ path }) => path);
  return (
    <Notice
      live
      title={words.leftOut(task.warnings.length, format)}
      action={
        <Button variant="quiet" onClick={() => void run(async () => engine.dismiss())}>
          {common.done}
        </Button>
      }
    >
      {format.list(paths)}
    </Notice>
  );
}
