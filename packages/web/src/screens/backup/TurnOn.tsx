import { ArrowLeft } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { Redirect } from 'wouter';
import { IconButton } from '../../design/IconButton.tsx';
import { Screen } from '../../design/Screen.tsx';
import type { PasskeyProof } from '../../engine/contract.ts';
import { useEngine, useEngineState } from '../../shell/engine.ts';
import { useGoBack } from '../../shell/navigation.ts';
import { problemOf } from '../../words/sentence-of.ts';
import { useWords } from '../../words/use-words.ts';
import { LeavingSheet } from '../key/parts/LeavingSheet.tsx';
import { useLeaving } from '../key/parts/use-leaving.ts';
import styles from './parts/Backup.module.css';
import { ChooseWays } from './parts/ChooseWays.tsx';
import { Contested } from './parts/Contested.tsx';
import { KeyConfirmStep, KeyStep } from './parts/KeySteps.tsx';
import { MakePasskey } from './parts/MakePasskey.tsx';
import { NewPassword } from './parts/NewPassword.tsx';
import { SignInFirst } from './parts/SignInFirst.tsx';
import { TurnedOn } from './parts/TurnedOn.tsx';
import { stepAfter, stepBefore, type Choice, type Step } from './parts/turn-on-steps.ts';

const parent = '/settings/backup';

/** Turns encrypted backups on: by a password, a 64-digit key, a passkey, or several. */
export default function TurnOn(): ReactElement {
  const { account, backup } = useEngineState();
  const [began] = useState(backup.on);
  if (began) return <Redirect to={parent} replace />;
  if (account === undefined) return <SignInFirst />;
  return <Steps />;
}

function Steps(): ReactElement {
  const { backup: words } = useWords();
  const engine = useEngine();
  const goBack = useGoBack();
  const [choice, setChoice] = useState<Choice>({ password: true, key64: false, passkey: false });
  const [step, setStep] = useState<Step>('choose');
  const [passkey, setPasskey] = useState<PasskeyProof>();
  const [made, setMade] = useState(false);
  const [contested, setContested] = useState<number>();
  const leaving = useLeaving(step === 'key' || step === 'confirm' || (made && step !== 'done'));
  const next = stepAfter(step, choice);

  const turnOn = async (more: {
    password?: string;
    again?: string;
    passkey?: PasskeyProof;
  }): Promise<void> => {
    try {
      await engine.turnOn({ ...(choice.key64 && { key64: true }), ...(passkey && { passkey }), ...more });
    } catch (error) {
      const { code, details } = problemOf(error);
      if (code === 'contested') setContested(Number(details['until']));
      throw error;
    }
    setStep('done');
    // How it goes is seen in the state.
    engine.backUp().catch(() => undefined);
  };
  const goOn = async (): Promise<void> => (next === 'done' ? turnOn({}) : setStep(next));
  const back = (): void => (step === 'choose' ? goBack(parent) : setStep(stepBefore(step, choice)));

  if (contested !== undefined)
    return <Contested until={contested} onAgain={() => (setContested(undefined), setStep('choose'))} />;
  if (step === 'done') return <TurnedOn />;
  return (
    <Screen
      key={step}
      title={words.stepTitles[step]}
      start={
        <span className={styles.stepBack}>
          <IconButton icon={ArrowLeft} label={words.stepBack} onClick={back} />
        </span>
      }
    >
      {step === 'choose' && <ChooseWays choice={choice} onChoose={setChoice} onNext={() => setStep(next)} />}
      {step === 'key' && <KeyStep onNext={() => setStep(next)} />}
      {step === 'confirm' && <KeyConfirmStep onBack={back} onConfirmed={goOn} turnsOn={next === 'done'} />}
      {step === 'passkey' && (
        <>
          <p>{words.passkeyWhat}</p>
          <MakePasskey
            confirm={words.passkeyCreate}
            onReady={() => setMade(true)}
            onMade={async (ready) => {
              setPasskey(ready);
              if (next === 'done') await turnOn({ passkey: ready });
              else setStep(next);
            }}
          />
        </>
      )}
      {step === 'password' && (
        <>
          <p>{words.passwordWhat}</p>
          <NewPassword confirm={words.turnOnDo} onChosen={(password, again) => turnOn({ password, again })} />
        </>
      )}
      <LeavingSheet leaving={leaving}>{made ? words.leaveWithPasskey : words.leaveWithKey}</LeavingSheet>
    </Screen>
  );
}
