import { useEffect, useState, type ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Stack } from '../../../design/Stack.tsx';
import type { FoundBackup, Problem } from '../../../engine/contract.ts';
import { askPasskey } from '../../../passkey/ask-passkey.ts';
import type { PasskeyFailure } from '../../../passkey/outcome.ts';
import { useEngine } from '../../../shell/engine.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { problemOf } from '../../../words/sentence-of.ts';
import { useWords } from '../../../words/use-words.ts';
import type { ProofProps } from './ProofForm.tsx';

/** A passkey of the backup. */
export function PasskeyProofForm({ confirm, danger = false, onProof }: ProofProps): ReactElement {
  const { backup } = useWords();
  const { run, busy, problem } = useCommand();
  const { hints, missing } = useHints();
  const [failure, setFailure] = useState<PasskeyFailure>();
  const prove = async (): Promise<void> => {
    setFailure(undefined);
    const outcome = await askPasskey(hints ?? []);
    if (outcome.ok) await onProof({ way: 'passkey', passkey: outcome.value });
    else setFailure(outcome.why);
  };
  return (
    <Stack gap={4}>
      <p>{backup.passkeyProofText}</p>
      {failure && <Notice live>{backup.passkeyFailures[failure]}</Notice>}
      {(problem ?? missing) && <ProblemNotice problem={(problem ?? missing)!} />}
      <Button
        variant={danger ? 'danger' : 'primary'}
        wide
        busy={busy}
        disabled={hints === undefined}
        onClick={() => void run(prove)}
      >
        {confirm}
      </Button>
    </Stack>
  );
}

// Read before the tap: some browsers ask for a passkey only straight after one.
function useHints(): { readonly hints?: FoundBackup['passkeys']; readonly missing?: Problem } {
  const engine = useEngine();
  const [found, setFound] = useState<{
    readonly hints?: FoundBackup['passkeys'];
    readonly missing?: Problem;
  }>({});
  useEffect(() => {
    engine.findBackup().then(
      (backup) => setFound({ hints: backup?.passkeys ?? [] }),
      (error: unknown) => setFound({ missing: problemOf(error) }),
    );
  }, [engine]);
  return found;
}
