import { groupsToAsk } from '@strongroom/client';
import { useState, type ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { Field } from '../../../design/Field.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Stack } from '../../../design/Stack.tsx';
import type { Problem } from '../../../engine/contract.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useWords } from '../../../words/use-words.ts';
import { groupFault } from '../key-text.ts';

/** Two groups of the key, typed back from where it was kept. */
export function KeyConfirm({
  onConfirm,
  onBack,
}: {
  /** Gets the two groups by their names. @throws StrongroomError `malformed-key` that names the one that is not right */
  readonly onConfirm: (groups: Readonly<Record<string, string>>) => Promise<void>;
  /** Shows the key once more. */
  readonly onBack: () => void;
}): ReactElement {
  const { key } = useWords();
  const { run, busy, problem, clear } = useCommand();
  const [names] = useState(() => groupsToAsk().toSorted());
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [tried, setTried] = useState(false);
  const faults = names.map((name) => groupFault(typed[name] ?? ''));
  const send = (): void => {
    setTried(true);
    if (faults.every((fault) => fault === undefined))
      void run(() => onConfirm(Object.fromEntries(names.map((name) => [name, typed[name] ?? '']))));
  };
  const errorOf = (name: string, at: number): string => {
    const fault = faults[at];
    if (tried && fault !== undefined) return key.fault(name, key.faults[fault]);
    return wrongGroup(problem) === name ? key.notShown(name) : '';
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Stack gap={6}>
        <p>{key.confirmText(names[0]!, names[1]!)}</p>
        {names.map((name, at) => (
          <Field
            key={name}
            label={key.group(name)}
            value={typed[name] ?? ''}
            onChange={(text) => {
              clear();
              setTyped({ ...typed, [name]: text });
            }}
            error={errorOf(name, at)}
            mono
            autoFocus={at === 0}
            autoComplete="off"
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            maxLength={20}
          />
        ))}
        {problem && wrongGroup(problem) === undefined && <ProblemNotice problem={problem} />}
        <Stack gap={2}>
          <Button type="submit" variant="primary" wide busy={busy}>
            {key.confirm}
          </Button>
          <Button variant="quiet" wide onClick={onBack}>
            {key.showAgain}
          </Button>
        </Stack>
      </Stack>
    </form>
  );
}

function wrongGroup(problem: Problem | undefined): string | undefined {
  const group = problem?.code === 'malformed-key' ? problem.details['group'] : undefined;
  return typeof group === 'string' ? group : undefined;
}
