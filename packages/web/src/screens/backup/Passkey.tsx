import { LockKeyhole, Trash2 } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { Button } from '../../design/Button.tsx';
import { RowGroup } from '../../design/Card.tsx';
import { Empty } from '../../design/Empty.tsx';
import { IconButton } from '../../design/IconButton.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { Row } from '../../design/Row.tsx';
import { Screen } from '../../design/Screen.tsx';
import { ConfirmSheet, Sheet } from '../../design/Sheet.tsx';
import { useToast } from '../../design/Toast.tsx';
import type { WaysView } from '../../engine/contract.ts';
import { useEngine, useEngineState } from '../../shell/engine.ts';
import { useCommand } from '../../shell/use-command.ts';
import { useFormat, useWords } from '../../words/use-words.ts';
import { MakePasskey } from './parts/MakePasskey.tsx';
import { NotOn } from './parts/NotOn.tsx';
import { isLastWay } from './parts/standing.ts';

type OnePasskey = WaysView['passkeys'][number];

/** The passkeys that open the backup: their names, a further one, and off with one. */
export default function Passkey(): ReactElement {
  const { backup: words } = useWords();
  const { backup } = useEngineState();
  const [adding, setAdding] = useState(false);
  if (!backup.on) return <NotOn title={words.passkeys} />;
  const { passkeys } = backup.ways;
  const footer = (
    <Button variant="primary" wide onClick={() => setAdding(true)}>
      {words.passkeyAdd}
    </Button>
  );
  return (
    <Screen title={words.passkeys} back="/settings/backup" footer={footer}>
      {passkeys.length === 0 ? (
        <Empty title={words.noPasskeys} icon={LockKeyhole}>
          {words.passkeyWhat}
        </Empty>
      ) : (
        <Known passkeys={passkeys} />
      )}
      <Adding open={adding} onClose={() => setAdding(false)} />
    </Screen>
  );
}

function Adding({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }): ReactElement {
  const { backup: words } = useWords();
  const engine = useEngine();
  const toast = useToast();
  return (
    <Sheet open={open} onClose={onClose} title={words.passkeyAdd}>
      <MakePasskey
        confirm={words.passkeyCreate}
        onMade={async (passkey) => {
          await engine.addPasskey(passkey);
          onClose();
          toast(words.passkeyAdded(passkey.name));
        }}
      />
    </Sheet>
  );
}

function Known({ passkeys }: { readonly passkeys: readonly OnePasskey[] }): ReactElement {
  const { backup: words } = useWords();
  const format = useFormat();
  const [going, setGoing] = useState<OnePasskey>();
  return (
    <>
      <RowGroup note={words.passkeyWhat}>
        {passkeys.map((passkey) => (
          <Row
            key={passkey.id}
            icon={LockKeyhole}
            title={passkey.name || words.passkeyNameless}
            {...(passkey.addedAt > 0 && { detail: words.passkeySince(passkey.addedAt, format) })}
            end={
              <IconButton
                icon={Trash2}
                label={words.passkeyRemove(passkey.name || words.passkeyNameless)}
                onClick={() => setGoing(passkey)}
              />
            }
          />
        ))}
      </RowGroup>
      {going && <Removing key={going.id} passkey={going} onClose={() => setGoing(undefined)} />}
    </>
  );
}

function Removing({
  passkey,
  onClose,
}: {
  readonly passkey: OnePasskey;
  readonly onClose: () => void;
}): ReactElement {
  const { backup: words } = useWords();
  const engine = useEngine();
  const { ways, vault } = useEngineState().backup;
  const { run, busy, problem } = useCommand();
  const name = passkey.name || words.passkeyNameless;
  if (isLastWay(ways, vault, { passkey: passkey.id }))
    return (
      <Sheet open onClose={onClose} title={words.lastWayTitle}>
        <p>{words.lastWay}</p>
      </Sheet>
    );
  const remove = async (): Promise<void> => {
    if (await run(async () => engine.removeWay({ passkey: passkey.id }))) onClose();
  };
  return (
    <ConfirmSheet
      open
      onClose={onClose}
      title={words.passkeyRemoveTitle(name)}
      confirm={words.remove}
      onConfirm={() => void remove()}
      danger
      busy={busy}
    >
      <p>{words.passkeyRemoveText}</p>
      {problem && <ProblemNotice problem={problem} />}
    </ConfirmSheet>
  );
}
