import type { ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Screen } from '../../../design/Screen.tsx';
import type { Problem, TaskView } from '../../../engine/contract.ts';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useWords } from '../../../words/use-words.ts';
import { BackupTask } from './BackupTask.tsx';
import { Choices } from './Choices.tsx';
import { LastBackup } from './LastBackup.tsx';
import { Needs } from './Needs.tsx';
import { RestoreFirst } from './RestoreFirst.tsx';
import { WaysRows } from './WaysRows.tsx';

/** How the backups stand, what is under way, and everything that can be set. */
export function BackupOn(): ReactElement {
  const { backup: words } = useWords();
  return (
    <Screen title={words.title} back="/settings" footer={<Footer />}>
      <Needs />
      <RestoreFirst />
      <Standing />
      <Choices />
      <WaysRows />
    </Screen>
  );
}

// It is drawn ten times a second while something is under way, and the rest is not.
function Standing(): ReactElement {
  const task = useEngineState('task');
  const { problem } = useEngineState('backup');
  const shown = isShown(task) ? task : undefined;
  return (
    <>
      {shown ? <BackupTask task={shown} /> : <LastBackup />}
      {isToldHere(problem, shown) && <ProblemNotice problem={problem!} />}
    </>
  );
}

// What the task or `TakeOver` says is not said twice.
function isToldHere(problem: Problem | undefined, shown: TaskView | undefined): boolean {
  if (problem === undefined || problem.code === 'other-writer') return false;
  return shown?.status !== 'failed' && shown?.status !== 'paused';
}

// What has gone well is what `LastBackup` says.
function isShown(task: TaskView | undefined): task is TaskView {
  return task !== undefined && task.kind === 'backup' && task.status !== 'done';
}

function Footer(): ReactElement {
  const task = useEngineState('task');
  const { backup: words, common } = useWords();
  const engine = useEngine();
  const { run, busy, problem } = useCommand();
  const isOurs = task?.kind === 'backup';
  const underWay =
    task?.status === 'running' || (task?.status === 'paused' && task.problem?.code !== 'cancelled');
  if (isOurs && (underWay || task.status === 'cancelling'))
    return (
      <Button
        wide
        busy={busy || task.status === 'cancelling'}
        onClick={() => void run(async () => engine.cancel())}
      >
        {task.status === 'cancelling' ? words.stopping : common.cancel}
      </Button>
    );
  const goOn = isOurs && task.status === 'paused';
  const start = (): void => {
    // It takes as long as the backup does, and how it goes is seen in the state.
    (goOn ? engine.resume() : engine.backUp()).catch(
      (error: unknown) =>
        void run(async () => {
          if (!isSeen(error)) throw error;
        }),
    );
  };
  return (
    <>
      {problem && <ProblemNotice problem={problem} />}
      <Button variant="primary" wide disabled={underWay} onClick={start}>
        {goOn ? common.resume : words.backUpNow}
      </Button>
    </>
  );
}

// A backup that failed says so above; what did not even begin says so here.
function isSeen(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: string };
  return code !== 'in-use' && code !== 'not-enabled';
}
