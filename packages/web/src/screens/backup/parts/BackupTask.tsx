import type { ReactElement } from 'react';
import { Dial } from '../../../design/Dial.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Note, Stack } from '../../../design/Stack.tsx';
import type { TaskView } from '../../../engine/contract.ts';
import { useEngineState } from '../../../shell/engine.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import styles from './Backup.module.css';

/** A backup under way, paused, or failed: ring, bytes, time left. */
export function BackupTask({ task }: { readonly task: TaskView }): ReactElement {
  const { backup: words } = useWords();
  const format = useFormat();
  const part = partOf(task);
  return (
    <div className={styles.head}>
      <Stack gap={4} align="center">
        <Dial
          size={144}
          progress={part ?? 0}
          label={words.progressLabel}
          tone={task.status === 'failed' ? 'danger' : 'accent'}
        />
        <Stack gap={1} align="center">
          <h2 className={styles.percent}>
            <Title task={task} part={part} />
          </h2>
          {task.bytesTotal > 0 && (
            <p className={styles.percent}>{words.bytesOf(task.bytesDone, task.bytesTotal, format)}</p>
          )}
          <div role="status">{task.status === 'paused' && <Paused task={task} />}</div>
          {task.status === 'running' && <Running task={task} />}
        </Stack>
      </Stack>
      {task.status === 'failed' && task.problem && (
        <div className={styles.problem}>
          <ProblemNotice problem={task.problem} />
        </div>
      )}
    </div>
  );
}

/** How much of a task is done, from 0 to 1; nothing while nobody knows how much there is. */
export function partOf({ bytesDone, bytesTotal }: TaskView): number | undefined {
  return bytesTotal === 0 ? undefined : Math.min(1, bytesDone / bytesTotal);
}

function Title({ task, part }: { readonly task: TaskView; readonly part: number | undefined }): ReactElement {
  const { backup: words } = useWords();
  const format = useFormat();
  if (task.status === 'cancelling') return <>{words.stopping}</>;
  if (task.status === 'failed') return <>{words.failed}</>;
  if (task.status === 'paused')
    return <>{task.problem && task.problem.code !== 'cancelled' ? words.paused : words.stopped}</>;
  return <>{part === undefined ? words.looking : words.running(part, format)}</>;
}

function Paused({ task: { problem } }: { readonly task: TaskView }): ReactElement {
  const { backup: words } = useWords();
  const online = useEngineState('online');
  if (problem === undefined || problem.code === 'cancelled') return <Note>{words.stoppedText}</Note>;
  return <Note>{online ? words.pausedServer : words.pausedOffline}</Note>;
}

function Running({ task: { secondsLeft } }: { readonly task: TaskView }): ReactElement {
  const { backup: words } = useWords();
  const format = useFormat();
  return (
    <>
      {secondsLeft !== undefined && <p>{words.left(secondsLeft, format)}</p>}
      <Note>{words.mayLeave}</Note>
    </>
  );
}
