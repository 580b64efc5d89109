import { useState, type ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { ConfirmSheet } from '../../../design/Sheet.tsx';
import type { TaskView } from '../../../engine/contract.ts';
import { useEngine } from '../../../shell/engine.ts';
import { useGo } from '../../../shell/navigation.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';

/** Stops what comes, goes on with it, or does without it. @param missing media, when the messages are here already */
export function Steering({
  task: { status, problem },
  missing,
}: {
  readonly task: TaskView;
  readonly missing?: number;
}): ReactElement {
  const words = useWords();
  const engine = useEngine();
  const { run } = useCommand();
  const stop = (): void => void run(async () => engine.cancel());
  const goOn = (): void => void run(async () => engine.resume());
  const waits = status === 'paused' && problem !== undefined && problem.code !== 'cancelled';
  if (status === 'running' || status === 'cancelling' || waits)
    return (
      <Button variant="secondary" wide busy={status === 'cancelling'} onClick={stop}>
        {status === 'cancelling' ? words.restore.stopping : words.restore.stop}
      </Button>
    );
  return (
    <>
      <Button variant={missing === undefined ? 'primary' : 'secondary'} wide onClick={goOn}>
        {words.common.resume}
      </Button>
      <LetGo missing={missing} />
    </>
  );
}

function LetGo({ missing }: { readonly missing: number | undefined }): ReactElement {
  const { restore } = useWords();
  const format = useFormat();
  const engine = useEngine();
  const go = useGo();
  const [open, setOpen] = useState(false);
  const { run, busy } = useCommand();
  const letGo = async (): Promise<void> => {
    if (await run(async () => engine.dismiss())) go('/', { replace: true });
  };
  const first = missing === undefined;
  return (
    <>
      <Button variant="quiet" wide busy={busy} onClick={() => (first ? void letGo() : setOpen(true))}>
        {first ? restore.letGoMessages : restore.letGo}
      </Button>
      <ConfirmSheet
        open={open}
        onClose={() => setOpen(false)}
        title={restore.letGoTitle}
        confirm={restore.letGo}
        danger
        busy={busy}
        onConfirm={() => void letGo()}
      >
        {restore.letGoText(missing ?? 0, format)}
      </ConfirmSheet>
    </>
  );
}

/** Why nothing comes at the moment. */
export function WhyNot({
  task: { kind, status, problem },
}: {
  readonly task: TaskView;
}): ReactElement | null {
  const { restore } = useWords();
  if (status === 'paused')
    return (
      <Notice live>
        {problem === undefined || problem.code === 'cancelled' ? restore.stopped : restore.waiting}
      </Notice>
    );
  if (status !== 'failed' || problem === undefined) return null;
  const damaged = problem.code === 'archive-damaged' || problem.code === 'archive-incomplete';
  if (kind === 'restore-messages' && damaged)
    return (
      <Notice tone="danger" live title={restore.damagedTitle}>
        {restore.damagedText}
      </Notice>
    );
  return <ProblemNotice problem={problem} />;
}
