import { useState, type ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Stack } from '../../../design/Stack.tsx';
import { askDeviceLock } from '../../../passkey/device-lock.ts';
import { useEngineState } from '../../../shell/engine.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useWords } from '../../../words/use-words.ts';
import type { ProofProps } from './ProofForm.tsx';

/** The device's own lock; where it has none, that one holds it. */
export function DeviceProof({
  confirm,
  danger = false,
  onProof,
  hasLock,
}: ProofProps & { readonly hasLock: boolean }): ReactElement {
  const { backup } = useWords();
  const { account } = useEngineState();
  const { run, busy, problem } = useCommand();
  const [refused, setRefused] = useState(false);
  const prove = async (): Promise<void> => {
    setRefused(false);
    const outcome = hasLock ? await askDeviceLock(account?.phone ?? '') : { ok: true };
    if (outcome.ok) await onProof({ way: 'device-lock' });
    else setRefused(true);
  };
  return (
    <Stack gap={4}>
      <p>{hasLock ? backup.deviceLockText : backup.noDeviceLock}</p>
      {refused && <Notice live>{backup.deviceLockRefused}</Notice>}
      {problem && <ProblemNotice problem={problem} />}
      <Button variant={danger ? 'danger' : 'primary'} wide busy={busy} onClick={() => void run(prove)}>
        {confirm}
      </Button>
    </Stack>
  );
}
