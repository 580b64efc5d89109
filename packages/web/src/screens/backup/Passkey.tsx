import { LockKeyhole, Trash2 } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { Button } from '../../design/Button.tsx';
import { RowGroup } from '../../design/Card.tsx';
import { Empty } from '../../design/Empty.tsx';
import { IconButton } from '../../design/IconButton.tsx';
import { Row } from '../../design/Row.tsx';
import { Screen } from '../../design/Screen.tsx';
import { Sheet } from '../../design/Sheet.tsx';
import { useToast } from '../../design/Toast.tsx';
import type { WaysView } from '../../engine/contract.ts';
import { useEngine, useEngineState } from '../../shell/engine.ts';
import { useFormat, useWords } from '../../words/use-words.ts';
import { MakePasskey } from './parts/MakePasskey.tsx';
import { NotOn } from './parts/NotOn.tsx';
import { ProofSheet } from './parts/ProofSheet.tsx';
import { isLastWay } from './parts/standing.ts';
import { useProof, type AskForProof } from './parts/use-proof.tsx';

type OnePasskey = WaysView['passkeys'][number];

/** The passkeys that open the backup: their names, a further one, and off with one. */
export default function Passkey(): ReactElement {
  const { backup: words } = useWords();
  const backup = useEngineState('backup');
  const [adding, setAdding] = useState(false);
  const { ensure, withProof, sheet } = useProof();
  if (!backup.on) return <NotOn title={words.passkeys} />;
  const { passkeys } = backup.ways;
  // Before one is made that would open nothing.
  const add = async (): Promise<void> => setAdding(await ensure());
  const footer = (
    <Button variant="primary" wide onClick={() => void add()}>
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
      <Adding open={adding} onClose={() => setAdding(false)} withProof={withProof} />
      {sheet}
    </Screen>
  );
}

function Adding({
  open,
  onClose,
  withProof,
}: Pick<AskForProof, 'withProof'> & {
  readonly open: boolean;
  readonly onClose: () => void;
}): ReactElement {
  const { backup: words } = useWords();
  const engine = useEngine();
  const toast = useToast();
  return (
    <Sheet open={open} onClose={onClose} title={words.passkeyAdd}>
      <MakePasskey
        confirm={words.passkeyCreate}
        onMade={async (passkey) => {
          await withProof(() => engine.addPasskey(passkey));
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
  const { ways, vault } = useEngineState('backup');
  const name = passkey.name || words.passkeyNameless;
  if (isLastWay(ways, vault, { passkey: passkey.id }))
    return (
      <Sheet open onClose={onClose} title={words.lastWayTitle}>
        <p>{words.lastWay}</p>
      </Sheet>
    );
  return (
    <ProofSheet
      onClose={onClose}
      title={words.passkeyRemoveTitle(name)}
      confirm={words.remove}
      danger
      onProof={async (proof) => {
        await engine.removeWay({ passkey: passkey.id }, proof);
        onClose();
      }}
    >
      {words.passkeyRemoveText}
    </ProofSheet>
  );
}
