import { useEffect, useState, type ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { Note } from '../../../design/Stack.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Skeleton } from '../../../design/Skeleton.tsx';
import type { Problem } from '../../../engine/contract.ts';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { problemOf } from '../../../words/sentence-of.ts';
import { useWords } from '../../../words/use-words.ts';
import { KeyConfirm } from '../../key/parts/KeyConfirm.tsx';
import { KeyShown } from '../../key/parts/KeyShown.tsx';

/** The new key, to be kept. */
export function KeyStep({ onNext }: { readonly onNext: () => void }): ReactElement {
  const { key, common } = useWords();
  const account = useEngineState('account');
  const { groups, problem } = useNewKey();
  if (problem) return <ProblemNotice problem={problem} />;
  if (groups === undefined) return <Skeleton rows={4} label={common.loading} />;
  return (
    <>
      <p>{key.intro}</p>
      <KeyShown groups={groups} account={account?.phone ?? ''} />
      <Button variant="primary" wide onClick={onNext}>
        {key.kept}
      </Button>
    </>
  );
}

/** Two groups of it, typed back; then it may be the last step. */
export function KeyConfirmStep({
  onConfirmed,
  onBack,
  turnsOn,
}: {
  readonly onConfirmed: () => Promise<void>;
  readonly onBack: () => void;
  readonly turnsOn: boolean;
}): ReactElement {
  const { backup } = useWords();
  const engine = useEngine();
  return (
    <>
      <KeyConfirm
        onBack={onBack}
        onConfirm={async (groups) => {
          await engine.confirmKey(groups);
          await onConfirmed();
        }}
      />
      {turnsOn && <Note>{backup.turnsOnThen}</Note>}
    </>
  );
}

function useNewKey(): { readonly groups?: readonly string[]; readonly problem?: Problem } {
  const engine = useEngine();
  const [found, setFound] = useState<{ readonly groups?: readonly string[]; readonly problem?: Problem }>({});
  useEffect(() => {
    engine.newKey().then(
      (groups) => setFound({ groups }),
      (error: unknown) => setFound({ problem: problemOf(error) }),
    );
  }, [engine]);
  return found;
}
