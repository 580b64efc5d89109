import { useState, type ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { PasswordField } from '../../../design/PasswordField.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Stack } from '../../../design/Stack.tsx';
import type { Problem } from '../../../engine/contract.ts';
import { useEngineState } from '../../../shell/engine.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { sentenceOf } from '../../../words/sentence-of.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { triesOf } from './standing.ts';
import { TriesDial } from './TriesDial.tsx';
import { useNow } from './use-now.ts';

/** The password, with the tries that are left for it. */
export function PasswordProof({
  confirm,
  danger = false,
  alwaysDial = false,
  onPassword,
}: {
  readonly confirm: string;
  readonly danger?: boolean;
  /** Also while no try is gone. */
  readonly alwaysDial?: boolean;
  readonly onPassword: (password: string) => Promise<void>;
}): ReactElement {
  const words = useWords();
  const { backup } = words;
  const format = useFormat();
  const now = useNow();
  const { run, busy, problem, clear } = useCommand();
  const state = useEngineState();
  const [password, setPassword] = useState('');
  const tries = triesOf(state.backup.vault, problem, now);
  if (tries?.left === 0)
    return (
      <Notice tone="danger" live title={backup.lockedTitle}>
        {backup.lockedHere}
      </Notice>
    );
  const send = async (): Promise<void> => {
    if (password !== '' && !(await run(() => onPassword(password)))) setPassword('');
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Stack gap={4}>
        {tries && (alwaysDial || tries.left < tries.limit) && <TriesDial tries={tries} />}
        <input type="text" hidden readOnly autoComplete="username" value={state.account?.phone ?? ''} />
        <PasswordField
          label={backup.yourPassword}
          value={password}
          onChange={(text) => {
            setPassword(text);
            if (text !== '') clear();
          }}
          purpose="current"
          help={backup.countsAsTry}
          error={problem && isOfPassword(problem) ? sentenceOf(problem, words, format) : ''}
        />
        {problem && !isOfPassword(problem) && <ProblemNotice problem={problem} />}
        <Button
          type="submit"
          variant={danger ? 'danger' : 'primary'}
          wide
          busy={busy}
          disabled={tries?.waitUntil !== undefined}
        >
          {confirm}
        </Button>
      </Stack>
    </form>
  );
}

function isOfPassword({ code }: Problem): boolean {
  return code === 'wrong-password' || code === 'must-wait';
}
