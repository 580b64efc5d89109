import { useCallback, useEffect, useState, type FormEvent, type ReactElement } from 'react';
import { useSearch } from 'wouter';
import { Button } from '../../design/Button.tsx';
import { CodeField } from '../../design/CodeField.tsx';
import { Field } from '../../design/Field.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { Screen } from '../../design/Screen.tsx';
import { Note, Stack } from '../../design/Stack.tsx';
import { useToast } from '../../design/Toast.tsx';
import { useEngine, useEngineState } from '../../shell/engine.ts';
import { useGo, useGoBack } from '../../shell/navigation.ts';
import { useCommand, type Command } from '../../shell/use-command.ts';
import { sentenceOf } from '../../words/sentence-of.ts';
import { useFormat, useWords } from '../../words/use-words.ts';
import { nextPath } from './parts/next-path.ts';
import { readPhone, regionOf, type ReadPhone } from './parts/phone.ts';
import { useNow } from './parts/use-now.ts';

// Before a further code can be asked for, milliseconds.
const resendAfter = 30_000;

interface Sent {
  readonly phone: string;
  readonly at: number;
  readonly expiresAt: number;
  readonly inTerminal: boolean;
}

/** Signing in: the number, then the code that was sent to it. Then on to `?next=`, or back to where one came from. */
export default function SignIn(): ReactElement {
  const { signIn } = useWords();
  const engine = useEngine();
  const command = useCommand();
  const [typed, setTyped] = useState('');
  const [sent, setSent] = useState<Sent>();
  const onwards = useOnwards(sent === undefined);
  const send = async (phone: string): Promise<boolean> => {
    const at = Date.now();
    return command.run(async () => {
      setSent({ phone, at, ...(await engine.startSignIn(phone)) });
    });
  };
  return (
    <Screen title={sent === undefined ? signIn.title : signIn.codeTitle} back="/">
      {sent === undefined ? (
        <Phone typed={typed} onType={setTyped} onSend={(phone) => void send(phone)} command={command} />
      ) : (
        <Code
          key={sent.at}
          sent={sent}
          resending={command}
          onDone={onwards}
          onResend={() => send(sent.phone)}
          onBack={() => {
            command.clear();
            setSent(undefined);
          }}
        />
      )}
    </Screen>
  );
}

// Whoever comes signed in has no business here. Whoever signs in goes on when that is kept, not before.
function useOnwards(isIdle: boolean): () => void {
  const account = useEngineState('account');
  const go = useGo();
  const back = useGoBack();
  // As it was at first: while the next screen is read in, this one is still here, and the address is the next one's.
  const [query] = useState(useSearch());
  const next = nextPath(query, location.origin);
  const onwards = useCallback(() => {
    if (next === undefined) back('/');
    else go(next, { replace: true });
  }, [next, go, back]);
  const isSignedIn = account !== undefined;
  useEffect(() => {
    if (isSignedIn && isIdle) onwards();
  }, [isSignedIn, isIdle, onwards]);
  return onwards;
}

function Phone({
  typed,
  onType,
  onSend,
  command,
}: {
  readonly typed: string;
  readonly onType: (typed: string) => void;
  readonly onSend: (phone: string) => void;
  readonly command: Command;
}): ReactElement {
  const { signIn } = useWords();
  const [fault, setFault] = useState<Exclude<ReadPhone, { readonly phone: string }>>();
  const change = (text: string): void => {
    onType(text);
    setFault(undefined);
    command.clear();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const read = readPhone(typed, regionOf(navigator.languages));
    if ('phone' in read) onSend(read.phone);
    else setFault(read);
  };
  const { suggestion } = fault ?? {};
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap={6}>
        <p>{signIn.text}</p>
        <Field
          type="tel"
          label={signIn.phone}
          value={typed}
          onChange={change}
          autoComplete="tel"
          autoFocus
          maxLength={40}
          placeholder={signIn.placeholder}
          help={signIn.help}
          error={fault && signIn[fault.fault]}
        />
        {suggestion !== undefined && (
          <Button wide onClick={() => change(suggestion)}>
            {signIn.didYouMean(suggestion)}
          </Button>
        )}
        {command.problem && <ProblemNotice problem={command.problem} />}
        <Button type="submit" variant="primary" wide busy={command.busy}>
          {signIn.send}
        </Button>
      </Stack>
    </form>
  );
}

function Code({
  sent,
  resending,
  onDone,
  onResend,
  onBack,
}: {
  readonly sent: Sent;
  readonly resending: Command;
  readonly onDone: () => void;
  readonly onResend: () => Promise<boolean>;
  readonly onBack: () => void;
}): ReactElement {
  const words = useWords();
  const { signIn } = words;
  const format = useFormat();
  const engine = useEngine();
  const { run, busy, problem, clear } = useCommand();
  const [code, setCode] = useState('');
  const now = useNow();
  const check = async (digits: string): Promise<void> => {
    if (await run(() => engine.finishSignIn(digits))) onDone();
    else setCode('');
  };
  const isWrong = problem?.code === 'wrong-code';
  const over = now >= sent.expiresAt || (isWrong && problem.details['triesLeft'] === 0);
  const sentence = problem && isWrong ? sentenceOf(problem, words, format) : undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void check(code);
      }}
      noValidate
    >
      <Stack gap={6}>
        <p>{sent.inTerminal ? signIn.codeInTerminal(sent.phone) : signIn.codeText(sent.phone)}</p>
        <CodeField
          label={signIn.code}
          value={code}
          onChange={(digits) => {
            setCode(digits);
            if (digits !== '') clear();
          }}
          onComplete={(digits) => void check(digits)}
          autoFocus
          error={sentence ?? (over ? signIn.codeOver : undefined)}
          help={signIn.codeUntil(format.until(sent.expiresAt))}
        />
        {problem && !isWrong && <ProblemNotice problem={problem} />}
        <Button type="submit" variant="primary" wide busy={busy} disabled={over || code.length < 6}>
          {signIn.check}
        </Button>
        <Resend sent={sent} now={now} resending={resending} onResend={onResend} />
        <Button variant="quiet" wide onClick={onBack}>
          {signIn.otherNumber}
        </Button>
      </Stack>
    </form>
  );
}

function Resend({
  sent,
  now,
  resending: { busy, problem },
  onResend,
}: {
  readonly sent: Sent;
  readonly now: number;
  readonly resending: Command;
  readonly onResend: () => Promise<boolean>;
}): ReactElement {
  const { signIn } = useWords();
  const format = useFormat();
  const toast = useToast();
  const resend = async (): Promise<void> => {
    if (await onResend()) toast(signIn.sentAgain);
  };
  const seconds = Math.ceil((sent.at + resendAfter - now) / 1000);
  if (seconds > 0) return <Note>{signIn.againIn(seconds, format)}</Note>;
  const until = problem?.code === 'too-many-requests' ? Number(problem.details['until']) : 0;
  return (
    <>
      {problem && <ProblemNotice problem={problem} />}
      <Button wide busy={busy} disabled={now < until} onClick={() => void resend()}>
        {signIn.again}
      </Button>
    </>
  );
}
