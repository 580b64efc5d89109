import { useId, useState, type FormEvent, type ReactElement, type ReactNode } from 'react';
import { Button } from '../../../design/Button.tsx';
import { Dial } from '../../../design/Dial.tsx';
import { PasswordField } from '../../../design/PasswordField.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Screen } from '../../../design/Screen.tsx';
import { Note } from '../../../design/Stack.tsx';
import type { FoundBackup, Problem } from '../../../engine/contract.ts';
import { useEngineState } from '../../../shell/engine.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { Locked } from './Locked.tsx';
import { Middle } from './Middle.tsx';
import { NearlyLocked } from './NearlyLocked.tsx';
import { fewTries, type Standing } from './standing.ts';
import { Unfinished } from './Unfinished.tsx';
import type { Opening } from './use-opening.ts';
import { useNow } from './use-now.ts';
import { Waiting } from './Waiting.tsx';

/** Opens the backup by its password, and says at every moment how many tries there are. */
export function PasswordWay({
  backup,
  standing,
  opening,
  children,
}: {
  readonly backup: FoundBackup;
  readonly standing: Standing | undefined;
  readonly opening: Opening;
  /** The other ways. */
  readonly children: ReactNode;
}): ReactElement {
  const { restore } = useWords();
  const form = useId();
  const now = useNow(standing?.waitUntil);
  if (standing?.locked === true)
    return (
      <Locked backup={backup} limit={standing.limit}>
        {children}
      </Locked>
    );
  const waits = standing?.waitUntil !== undefined && standing.waitUntil > now;
  const few = standing !== undefined && standing.left <= fewTries;
  const footer = (
    <Button variant="primary" wide type="submit" form={form} disabled={waits} busy={opening.busy}>
      {opening.busy ? restore.opening : restore.open}
    </Button>
  );
  return (
    <Screen title={restore.title} back="/welcome" footer={footer}>
      <Tries standing={standing} few={few} />
      {few && <NearlyLocked left={standing.left} ways={backup.ways} />}
      <PasswordForm id={form} waits={waits} opening={opening} standing={standing} />
      {waits && <Waiting key={standing.waitUntil} until={standing.waitUntil} now={now} />}
      {standing === undefined && <Note>{restore.vaultAway}</Note>}
      <Unfinished opening={opening} />
      {children}
    </Screen>
  );
}

function Tries({
  standing,
  few,
}: {
  readonly standing: Standing | undefined;
  readonly few: boolean;
}): ReactElement {
  const { restore } = useWords();
  const format = useFormat();
  return (
    <Middle>
      <Dial
        size={few ? 80 : 112}
        tone={few ? 'danger' : 'accent'}
        {...(standing && { tries: standing, label: restore.tries(standing.left, standing.limit, format) })}
      />
      {standing !== undefined && standing.left < standing.limit ? (
        <p aria-hidden>{restore.tries(standing.left, standing.limit, format)}</p>
      ) : (
        <h2>{restore.found}</h2>
      )}
    </Middle>
  );
}

function PasswordForm({
  id,
  waits,
  opening,
  standing,
}: {
  readonly id: string;
  readonly waits: boolean;
  readonly opening: Opening;
  readonly standing: Standing | undefined;
}): ReactElement {
  const { restore } = useWords();
  const account = useEngineState('account');
  const [password, setPassword] = useState('');
  const { error, other } = useSaid(opening.problem, standing);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (password === '' || waits || opening.busy) return;
    if (!(await opening.open({ way: 'password', password }))) return;
    setPassword('');
  };
  const type = (text: string): void => {
    setPassword(text);
    opening.clear();
  };
  return (
    <form id={id} onSubmit={(event) => void submit(event)}>
      {/* For password managers: whose password it is. */}
      <input hidden readOnly autoComplete="username" value={account?.phone ?? ''} />
      <PasswordField
        label={restore.password}
        purpose="current"
        value={password}
        onChange={type}
        help={restore.passwordAsk}
        error={error}
        required
      />
      {other && <ProblemNotice problem={other} />}
    </form>
  );
}

// What concerns the password stands at its field, and when the next try is, below it; the rest is a notice.
function useSaid(
  problem: Problem | undefined,
  standing: Standing | undefined,
): { readonly error?: string; readonly other?: Problem } {
  const { restore } = useWords();
  const format = useFormat();
  if (problem === undefined || problem.code === 'must-wait') return {};
  if (problem.code !== 'wrong-password' || standing === undefined) return { other: problem };
  return { error: restore.wrong(standing.left, standing.limit, format) };
}
