import { useCallback, useEffect, useState, type ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { PasswordField } from '../../../design/PasswordField.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Note, Stack } from '../../../design/Stack.tsx';
import type { Engine } from '../../../engine/contract.ts';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useWords } from '../../../words/use-words.ts';

type Judgement = Awaited<ReturnType<Engine['judgePassword']>>;

// A password of so many characters and more may be long enough.
const least = 8;

/** A password that is being chosen: its strength, and the same once more. */
export function NewPassword({
  confirm,
  onChosen,
}: {
  /** What the button says. */
  readonly confirm: string;
  readonly onChosen: (password: string, again: string) => Promise<void>;
}): ReactElement {
  const { backup } = useWords();
  const { run, busy, problem, clear } = useCommand();
  const account = useEngineState('account');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const [judgement, judge] = useJudgement(password);
  const differs = again !== password;
  const typing =
    (set: (text: string) => void) =>
    (text: string): void => {
      clear();
      set(text);
    };
  const send = (): void => {
    setTried(true);
    if (differs) return;
    void run(async () => {
      if ((await judge()).ok) await onChosen(password, again);
    });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Stack gap={4}>
        <input type="text" hidden readOnly autoComplete="username" value={account?.phone ?? ''} />
        <PasswordField
          label={backup.newPassword}
          value={password}
          onChange={typing(setPassword)}
          purpose="new"
          autoFocus
          {...(judgement && { strength: judgement.strength })}
          help={judgement?.ok === true ? backup.advice[judgement.strength] : backup.rules}
          error={passwordError(tried, password, judgement, backup)}
        />
        <PasswordField
          label={backup.again}
          value={again}
          onChange={typing(setAgain)}
          purpose="new"
          error={
            differs && (tried || again.length >= password.length) && again !== ''
              ? backup.differs
              : tried && again === ''
                ? backup.againMissing
                : ''
          }
        />
        <Note>{backup.provedOnce}</Note>
        {problem && <ProblemNotice problem={problem} />}
        <Button type="submit" variant="primary" wide busy={busy}>
          {confirm}
        </Button>
      </Stack>
    </form>
  );
}

function passwordError(
  tried: boolean,
  password: string,
  judgement: Judgement | undefined,
  words: { readonly tooShort: string; readonly tooCommon: string },
): string {
  if (judgement === undefined || judgement.ok || (!tried && password.length < least)) return '';
  return Array.from(password).length < least ? words.tooShort : words.tooCommon;
}

/** What is thought of a password as it is typed, and a way to have it judged at once. */
function useJudgement(password: string): readonly [Judgement | undefined, () => Promise<Judgement>] {
  const engine = useEngine();
  const [judged, setJudged] = useState<{ readonly password: string; readonly judgement: Judgement }>();
  const judge = useCallback(async (): Promise<Judgement> => {
    const judgement = await engine.judgePassword(password);
    setJudged({ password, judgement });
    return judgement;
  }, [engine, password]);
  useEffect(() => {
    // Whoever sends it hears of a failure.
    judge().catch(() => undefined);
  }, [judge]);
  return [judged?.password === password ? judged.judgement : undefined, judge];
}
