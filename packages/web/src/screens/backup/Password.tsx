import { useState, type ReactElement } from 'react';
import { useSearch } from 'wouter';
import { RowGroup } from '../../design/Card.tsx';
import { Notice } from '../../design/Notice.tsx';
import { Row } from '../../design/Row.tsx';
import { Screen } from '../../design/Screen.tsx';
import { Sheet } from '../../design/Sheet.tsx';
import { useToast } from '../../design/Toast.tsx';
import { useEngine, useEngineState } from '../../shell/engine.ts';
import { useFormat, useWords } from '../../words/use-words.ts';
import { ChangePassword } from './parts/ChangePassword.tsx';
import { NewPassword } from './parts/NewPassword.tsx';
import { NotOn } from './parts/NotOn.tsx';
import { PasswordProof } from './parts/PasswordProof.tsx';
import { ProofSheet } from './parts/ProofSheet.tsx';
import { isLastWay, triesOf } from './parts/standing.ts';
import { TriesDial } from './parts/TriesDial.tsx';
import { useNow } from './parts/use-now.ts';
import { useProof } from './parts/use-proof.tsx';

type Doing = 'nothing' | 'check' | 'change' | 'forgotten' | 'remove';

/** The password: whether one still knows it, another one, none any more. */
export default function Password(): ReactElement {
  const { backup: words } = useWords();
  const { on, ways } = useEngineState('backup');
  const asked = useSearch() === 'check';
  const [doing, setDoing] = useState<Doing>(asked ? 'check' : 'nothing');
  const done = (): void => setDoing('nothing');
  if (!on) return <NotOn title={words.password} />;
  if (!ways.password) return <AddPassword />;
  if (doing === 'check') return <Check onDone={done} onForgotten={() => setDoing('forgotten')} />;
  if (doing === 'change' || doing === 'forgotten')
    return (
      <Screen key={doing} title={words.changePassword} back="/settings/backup">
        <ChangePassword isForgotten={doing === 'forgotten'} onDone={done} />
      </Screen>
    );
  return <Overview removing={doing === 'remove'} onDo={setDoing} />;
}

function AddPassword(): ReactElement {
  const { backup: words } = useWords();
  const engine = useEngine();
  const toast = useToast();
  const { withProof, sheet } = useProof();
  return (
    <Screen title={words.addPassword} back="/settings/backup">
      <p>{words.addPasswordText}</p>
      <NewPassword
        confirm={words.addPasswordDo}
        onChosen={async (password, again) => {
          await withProof(() => engine.addPassword(password, again));
          toast(words.passwordAdded);
        }}
      />
      {sheet}
    </Screen>
  );
}

function Check({
  onDone,
  onForgotten,
}: {
  readonly onDone: () => void;
  readonly onForgotten: () => void;
}): ReactElement {
  const { backup: words } = useWords();
  const engine = useEngine();
  const toast = useToast();
  return (
    <Screen key="check" title={words.checkPassword} back="/settings/backup">
      <PasswordProof
        confirm={words.check}
        alwaysDial
        onPassword={async (password) => {
          await engine.checkPassword(password);
          toast(words.checkedRight);
          onDone();
        }}
      />
      <RowGroup>
        <Row title={words.forgotten} detail={words.forgottenDetail} onClick={onForgotten} />
      </RowGroup>
    </Screen>
  );
}

function Overview({
  removing,
  onDo,
}: {
  readonly removing: boolean;
  readonly onDo: (doing: Doing) => void;
}): ReactElement {
  const { backup: words } = useWords();
  const format = useFormat();
  const now = useNow();
  const { vault, reminderAt } = useEngineState('backup');
  const tries = triesOf(vault, undefined, now);
  const locked = vault?.locked === true;
  return (
    <Screen title={words.password} back="/settings/backup">
      {locked ? (
        <Notice tone="danger" title={words.lockedTitle}>
          {words.lockedHere}
        </Notice>
      ) : (
        tries && <TriesDial tries={tries} />
      )}
      <RowGroup note={words.triesNote}>
        {!locked && (
          <Row
            title={words.checkPassword}
            detail={reminderAt === undefined ? words.checkDetail : words.askedAgain(reminderAt, format)}
            onClick={() => onDo('check')}
          />
        )}
        <Row
          title={locked ? words.newPassword : words.changePassword}
          detail={words.changeDetail}
          onClick={() => onDo('change')}
        />
        <Row title={words.removePassword} tone="danger" onClick={() => onDo('remove')} />
      </RowGroup>
      {removing && <Remove onClose={() => onDo('nothing')} />}
    </Screen>
  );
}

function Remove({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { backup: words } = useWords();
  const engine = useEngine();
  const { ways, vault } = useEngineState('backup');
  if (isLastWay(ways, vault, 'password'))
    return (
      <Sheet open onClose={onClose} title={words.lastWayTitle}>
        <p>{words.lastWay}</p>
      </Sheet>
    );
  return (
    <ProofSheet
      onClose={onClose}
      title={words.removePasswordTitle}
      confirm={words.remove}
      danger
      onProof={async (proof) => {
        await engine.removeWay('password', proof);
        onClose();
      }}
    >
      {words.removePasswordText}
    </ProofSheet>
  );
}
