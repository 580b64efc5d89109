import { useState, type ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Stack } from '../../../design/Stack.tsx';
import { askDeviceLock } from '../../../passkey/device-lock.ts';
import { useEngineState } from '../../../shell/engine.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useWords } from '../../../words/use-words.ts';

/**
 * Has the device ask for its own lock. It keeps whoever finds the app open from going on; to the engine it proves
 * nothing, because the page alone says so.
 */
export function AskDeviceLock({ onAsked }: { readonly onAsked: () => void }): ReactElement {
  const { backup, common } = useWords();
  const account = useEngineState('account');
  const { run, busy, problem } = useCommand();
  const [refused, setRefused] = useState(false);
  const ask = async (): Promise<void> => {
    setRefused(false);
    const { ok } = await askDeviceLock(account?.phone ?? '');
    if (ok) onAsked();
    else setRefused(true);
  };
  return (
    <Stack gap={4}>
      <p>{backup.deviceLockText}</p>
      {refused && <Notice live>{backup.deviceLockRefused}</Notice>}
      {problem && <ProblemNotice problem={problem} />}
      <Button variant="primary" wide busy={busy} onClick={() => void run(ask)}>
        {common.next}
      </Button>
    </Stack>
  );
}
