import { useState, type ReactElement } from 'react';
import { Button } from '../../design/Button.tsx';
import { RowGroup } from '../../design/Card.tsx';
import { Notice } from '../../design/Notice.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { Progress } from '../../design/Progress.tsx';
import { Row } from '../../design/Row.tsx';
import { Screen } from '../../design/Screen.tsx';
import { Line, Note, Stack } from '../../design/Stack.tsx';
import type { Problem, TaskView } from '../../engine/contract.ts';
import { useEngine, useEngineState } from '../../shell/engine.ts';
import { problemOf } from '../../words/sentence-of.ts';
import { useFormat, useWords } from '../../words/use-words.ts';
import { partOf } from './parts/BackupTask.tsx';
import { NotOn } from './parts/NotOn.tsx';
import { TakeOver } from './parts/TakeOver.tsx';
import { AskedReplacement, OwnReplacement } from './parts/Waiting.tsx';
import { WhoCanOpen } from './parts/WhoCanOpen.tsx';

/** How healthy the backup is: the last one, the last check, what would be lost today, who can open it. */
export default function Health(): ReactElement {
  const { backup: words } = useWords();
  const backup = useEngineState('backup');
  if (!backup.on) return <NotOn title={words.health} />;
  return (
    <Screen title={words.health} back="/settings/backup">
      <AskedReplacement />
      <OwnReplacement />
      <TakeOver />
      <Facts />
      <Checks />
      <WhoCanOpen />
    </Screen>
  );
}

function Facts(): ReactElement {
  const { backup: words } = useWords();
  const format = useFormat();
  const { last, lastCheck, unsaved } = useEngineState('backup');
  const check = lastCheck ? words.checkedAt(lastCheck, format) : words.neverChecked;
  return (
    <RowGroup>
      <Row
        title={words.lastBackup}
        detail={last ? words.contents(last, format) : words.noneYet}
        {...(last && { value: format.moment(last.at) })}
      />
      <Row
        title={words.lastCheck}
        detail={check}
        tone={lastCheck?.ok === false ? 'danger' : 'plain'}
        {...(lastCheck && { value: format.moment(lastCheck.at) })}
      />
      <Row title={words.lostToday} detail={words.lost(unsaved, format)} />
    </RowGroup>
  );
}

function Checks(): ReactElement {
  const { backup: words } = useWords();
  const engine = useEngine();
  const task = useEngineState('task');
  const [problem, setProblem] = useState<Problem>();
  const check = (depth: 'quick' | 'full'): void => {
    setProblem(undefined);
    // It takes as long as the check does, and how it goes is seen in the state.
    engine.check(depth).catch((error: unknown) => setProblem(problemOf(error)));
  };
  const busy = task?.status === 'running' || task?.status === 'cancelling';
  return (
    <Stack gap={3}>
      {task?.kind === 'check' ? <CheckTask task={task} /> : undefined}
      {problem && problem.code !== 'cancelled' && <ProblemNotice problem={problem} />}
      {!(task?.kind === 'check' && busy) && (
        <Line>
          <Button variant="primary" disabled={busy} onClick={() => check('quick')}>
            {words.checkQuick}
          </Button>
          <Button disabled={busy} onClick={() => check('full')}>
            {words.checkFull}
          </Button>
        </Line>
      )}
      <Note>{words.checkNote}</Note>
    </Stack>
  );
}

function CheckTask({ task }: { readonly task: TaskView }): ReactElement | undefined {
  const { backup: words, common } = useWords();
  const format = useFormat();
  const engine = useEngine();
  const backup = useEngineState('backup');
  const part = partOf(task);
  if (task.status === 'done' && backup.lastCheck)
    return (
      <Notice
        live
        tone={backup.lastCheck.ok ? 'info' : 'danger'}
        title={words.checkedAt(backup.lastCheck, format)}
      >
        {backup.lastCheck.ok
          ? words.checkedFine
          : words.checkedBad(
              task.warnings.slice(0, 5).map(({ path }) => path),
              format,
            )}
      </Notice>
    );
  if (task.status !== 'running' && task.status !== 'cancelling') return undefined;
  return (
    <>
      <Progress
        label={words.checking}
        {...(part !== undefined && {
          value: part,
          detail: words.bytesOf(task.bytesDone, task.bytesTotal, format),
        })}
      />
      <Button busy={task.status === 'cancelling'} onClick={() => void engine.cancel().catch(() => undefined)}>
        {common.cancel}
      </Button>
    </>
  );
}
