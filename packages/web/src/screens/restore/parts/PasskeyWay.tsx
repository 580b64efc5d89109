import { useState, type ReactElement, type ReactNode } from 'react';
import { Button } from '../../../design/Button.tsx';
import { Dial } from '../../../design/Dial.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Screen } from '../../../design/Screen.tsx';
import type { FoundBackup } from '../../../engine/contract.ts';
import type { PasskeyFailure } from '../../../passkey/outcome.ts';
import { askPasskey } from '../../../passkey/ask-passkey.ts';
import { useWords } from '../../../words/use-words.ts';
import { Middle } from './Middle.tsx';
import type { Opening } from './use-opening.ts';

/** Opens the backup by a passkey. */
export function PasskeyWay({
  passkeys,
  opening,
  children,
}: {
  readonly passkeys: FoundBackup['passkeys'];
  readonly opening: Opening;
  /** The other ways. */
  readonly children: ReactNode;
}): ReactElement {
  const { restore } = useWords();
  const [failure, setFailure] = useState<PasskeyFailure>();
  const ask = async (): Promise<void> => {
    setFailure(undefined);
    opening.clear();
    const outcome = await askPasskey(passkeys);
    if (outcome.ok) await opening.open({ way: 'passkey', passkey: outcome.value });
    else setFailure(outcome.why);
  };
  const footer = (
    <Button variant="primary" wide busy={opening.busy} onClick={() => void ask()}>
      {opening.busy ? restore.opening : restore.passkeyOpen}
    </Button>
  );
  return (
    <Screen title={restore.title} back="/welcome" footer={footer}>
      <Middle>
        <Dial size={112} tone="brass" />
        <h2>{restore.found}</h2>
        <p>{restore.passkeyAsk}</p>
      </Middle>
      {failure !== undefined && <Notice live>{restore.passkeyFailed[failure]}</Notice>}
      {opening.problem && <ProblemNotice problem={opening.problem} />}
      {children}
    </Screen>
  );
}
