import { useState, type ReactElement } from 'react';
import { RowGroup } from '../../../design/Card.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { Row } from '../../../design/Row.tsx';
import { Skeleton } from '../../../design/Skeleton.tsx';
import { useToast } from '../../../design/Toast.tsx';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { useWords } from '../../../words/use-words.ts';
import { AskDeviceLock } from './AskDeviceLock.tsx';
import { NewPassword } from './NewPassword.tsx';
import { ProofForm } from './ProofForm.tsx';
import { useDeviceLock } from './use-device-lock.ts';
import { useProof } from './use-proof.tsx';
import { waysToProve } from './ways-to-prove.ts';

type Step = 'proof' | 'lock' | 'proven' | 'forgotten';

/** Another password: after a proof, or without one, because this device has the key. */
export function ChangePassword({
  isForgotten,
  onDone,
}: {
  /** Nobody is asked for the old one. */
  readonly isForgotten: boolean;
  readonly onDone: () => void;
}): ReactElement {
  const { backup: words, common } = useWords();
  const engine = useEngine();
  const backup = useEngineState('backup');
  const [step, setStep] = useState<Step>(() =>
    isForgotten || waysToProve(backup).length === 0 ? 'lock' : 'proof',
  );
  if (step === 'lock') return <DeviceLock onPassed={() => setStep('forgotten')} />;
  if (step !== 'proof') return <Choose how={step} onDone={onDone} />;
  return (
    <>
      <ProofForm
        confirm={common.next}
        onProof={async (proof) => {
          await engine.prove(proof);
          setStep('proven');
        }}
      />
      <RowGroup>
        <Row title={words.forgotten} detail={words.forgottenDetail} onClick={() => setStep('lock')} />
      </RowGroup>
    </>
  );
}

function DeviceLock({ onPassed }: { readonly onPassed: () => void }): ReactElement {
  const { common } = useWords();
  const has = useDeviceLock(onPassed);
  return has ? <AskDeviceLock onAsked={onPassed} /> : <Skeleton rows={2} label={common.loading} />;
}

function Choose({
  how,
  onDone,
}: {
  readonly how: 'proven' | 'forgotten';
  readonly onDone: () => void;
}): ReactElement {
  const { backup: words } = useWords();
  const engine = useEngine();
  const toast = useToast();
  const { withProof, sheet } = useProof();
  return (
    <>
      <p>{words.changeText}</p>
      {how === 'forgotten' && <Notice>{words.provesAfterAWeek}</Notice>}
      <NewPassword
        confirm={words.changePassword}
        onChosen={async (password, again) => {
          await withProof(() => engine.changePassword(password, again, how));
          toast(words.passwordChanged);
          onDone();
        }}
      />
      {sheet}
    </>
  );
}
