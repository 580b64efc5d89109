import { fromHex } from '@strongroom/core';
import { useEffect, useState, type ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { Field } from '../../../design/Field.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Stack } from '../../../design/Stack.tsx';
import type { PasskeyProof } from '../../../engine/contract.ts';
import { askPasskey, type PasskeyHint } from '../../../passkey/ask-passkey.ts';
import { createPasskey } from '../../../passkey/create-passkey.ts';
import type { PasskeyFailure } from '../../../passkey/outcome.ts';
import { passkeysMayWork } from '../../../passkey/support.ts';
import { useEngineState } from '../../../shell/engine.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useWords } from '../../../words/use-words.ts';

/** Makes a passkey; some give their secret only when they are touched once more. */
export function MakePasskey({
  confirm,
  onMade,
  onReady,
}: {
  readonly confirm: string;
  /** Puts it to use; called again when that failed and the person tries again. */
  readonly onMade: (passkey: PasskeyProof) => Promise<void>;
  /** From now on there is a passkey that opens nothing yet. */
  readonly onReady?: () => void;
}): ReactElement {
  const { backup: words } = useWords();
  const { account, backup } = useEngineState();
  const { run, busy, problem } = useCommand();
  const [name, setName] = useState(account?.deviceName ?? '');
  const [hint, setHint] = useState<PasskeyHint>();
  const [made, setMade] = useState<PasskeyProof>();
  const [failure, setFailure] = useState<PasskeyFailure>();
  const mayWork = useMayWork();
  if (mayWork === false) return <Notice>{words.passkeyFailures.unsupported}</Notice>;
  const use = async (passkey: PasskeyProof): Promise<void> => {
    setMade(passkey);
    onReady?.();
    await onMade(passkey);
  };
  const create = async (): Promise<void> => {
    const known = backup.ways.passkeys.map(({ id }) => fromHex(id));
    const outcome = await createPasskey({ name: name.trim(), account: account?.phone ?? '', known });
    if (!outcome.ok) return setFailure(outcome.why);
    if (outcome.value.complete) return use(outcome.value.proof);
    setHint(outcome.value.hint);
  };
  const touchAgain = async (asked: PasskeyHint): Promise<void> => {
    const outcome = await askPasskey([asked]);
    if (outcome.ok) await use(outcome.value);
    else setFailure(outcome.why);
  };
  const go = async (): Promise<void> => {
    setFailure(undefined);
    await (made ? onMade(made) : hint ? touchAgain(hint) : create());
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') void run(go);
      }}
    >
      <Stack gap={4}>
        <Field
          label={words.passkeyName}
          value={name}
          onChange={setName}
          help={words.passkeyNameHelp}
          error={name.trim() === '' ? words.passkeyNameMissing : ''}
          readOnly={hint !== undefined || made !== undefined}
          maxLength={40}
          autoComplete="off"
        />
        {hint && !made && (
          <Notice live tone="brass" title={words.secondTouch}>
            {words.secondTouchText}
          </Notice>
        )}
        {made && <Notice live>{words.passkeyReady}</Notice>}
        {failure && <Notice live>{words.passkeyFailures[failure]}</Notice>}
        {problem && <ProblemNotice problem={problem} />}
        <Button type="submit" variant="primary" wide busy={busy}>
          {made ? words.passkeyUse : hint ? words.touchAgain : confirm}
        </Button>
      </Stack>
    </form>
  );
}

function useMayWork(): boolean | undefined {
  const [may, setMay] = useState<boolean>();
  useEffect(() => {
    passkeysMayWork().then(setMay, () => setMay(undefined));
  }, []);
  return may;
}
