import { useState, type ReactElement } from 'react';
import { Button } from '../../design/Button.tsx';
import { RowGroup } from '../../design/Card.tsx';
import { Empty } from '../../design/Empty.tsx';
import { Notice } from '../../design/Notice.tsx';
import { Row } from '../../design/Row.tsx';
import { Screen } from '../../design/Screen.tsx';
import { Sheet } from '../../design/Sheet.tsx';
import { useToast } from '../../design/Toast.tsx';
import { KeyRound } from 'lucide-react';
import { useEngine, useEngineState } from '../../shell/engine.ts';
import { useWords } from '../../words/use-words.ts';
import { NotOn } from '../backup/parts/NotOn.tsx';
import { ProofForm } from '../backup/parts/ProofForm.tsx';
import { ProofSheet } from '../backup/parts/ProofSheet.tsx';
import { isLastWay } from '../backup/parts/standing.ts';
import { KeyConfirm } from './parts/KeyConfirm.tsx';
import { KeyShown } from './parts/KeyShown.tsx';
import { LeavingSheet } from './parts/LeavingSheet.tsx';
import { useLeaving } from './parts/use-leaving.ts';

const parent = '/settings/backup';

/** The 64-digit key of a backup that is on: made a way to open it, shown again, kept, taken off. */
export default function Key(): ReactElement {
  const { key } = useWords();
  const { on, ways } = useEngineState('backup');
  const [groups, setGroups] = useState<readonly string[]>();
  const [proving, setProving] = useState(false);
  if (!on) return <NotOn title={key.title} />;
  if (groups) return <Shown groups={groups} onDone={() => (setGroups(undefined), setProving(false))} />;
  if (proving) return <Proving onShown={setGroups} />;
  if (ways.key64 === 'not-chosen') return <Add onShown={setGroups} />;
  return <Overview onShow={() => setProving(true)} />;
}

function Add({ onShown }: { readonly onShown: (groups: readonly string[]) => void }): ReactElement {
  const { key } = useWords();
  const { backup } = useWords();
  const engine = useEngine();
  const [proving, setProving] = useState(false);
  const footer = (
    <Button variant="primary" wide onClick={() => setProving(true)}>
      {key.add}
    </Button>
  );
  return (
    <Screen title={key.title} back={parent} footer={footer}>
      <Empty title={key.addTitle} icon={KeyRound}>
        {key.addText}
      </Empty>
      <Notice tone="brass" title={key.opens}>
        {key.lost}
      </Notice>
      {proving && (
        <ProofSheet
          onClose={() => setProving(false)}
          title={backup.proofTitle}
          confirm={key.showDo}
          onProof={async (proof) => onShown(await engine.addKey64(proof))}
        >
          {key.proofText}
        </ProofSheet>
      )}
    </Screen>
  );
}

function Overview({ onShow }: { readonly onShow: () => void }): ReactElement {
  const { key } = useWords();
  const { ways } = useEngineState('backup');
  const [removing, setRemoving] = useState(false);
  const unconfirmed = ways.key64 === 'unconfirmed';
  return (
    <Screen title={key.title} back={parent}>
      <Notice tone="brass" title={unconfirmed ? key.unconfirmedTitle : key.opens}>
        {unconfirmed ? key.unconfirmedText : key.lost}
      </Notice>
      <RowGroup note={key.showNote}>
        <Row
          title={unconfirmed ? key.showAndConfirm : key.show}
          detail={key.showDetail}
          tone="brass"
          onClick={onShow}
        />
        <Row title={key.remove} tone="danger" onClick={() => setRemoving(true)} />
      </RowGroup>
      {removing && <Removing onClose={() => setRemoving(false)} />}
    </Screen>
  );
}

function Proving({ onShown }: { readonly onShown: (groups: readonly string[]) => void }): ReactElement {
  const { key } = useWords();
  const engine = useEngine();
  return (
    <Screen key="proof" title={key.show} back={parent}>
      <p>{key.proofText}</p>
      <ProofForm confirm={key.showDo} onProof={async (proof) => onShown(await engine.showKey(proof))} />
    </Screen>
  );
}

function Shown({
  groups,
  onDone,
}: {
  readonly groups: readonly string[];
  readonly onDone: () => void;
}): ReactElement {
  const { key, common } = useWords();
  const engine = useEngine();
  const toast = useToast();
  const { account, backup } = useEngineState();
  const [confirming, setConfirming] = useState(false);
  const unconfirmed = backup.ways.key64 === 'unconfirmed';
  const leaving = useLeaving(unconfirmed);
  if (confirming)
    return (
      <Screen key="confirm" title={key.confirmTitle}>
        <KeyConfirm
          onBack={() => setConfirming(false)}
          onConfirm={async (typed) => {
            await engine.confirmKey(typed);
            toast(key.confirmed);
            onDone();
          }}
        />
        <LeavingSheet leaving={leaving}>{key.leaveUnconfirmed}</LeavingSheet>
      </Screen>
    );
  return (
    <Screen
      key="shown"
      title={key.title}
      footer={
        <Button variant="primary" wide onClick={() => (unconfirmed ? setConfirming(true) : onDone())}>
          {unconfirmed ? key.kept : common.done}
        </Button>
      }
    >
      <KeyShown groups={groups} account={account?.phone ?? ''} />
      <LeavingSheet leaving={leaving}>{key.leaveUnconfirmed}</LeavingSheet>
    </Screen>
  );
}

function Removing({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { key, backup: words } = useWords();
  const engine = useEngine();
  const { ways, vault } = useEngineState('backup');
  if (isLastWay(ways, vault, 'key64'))
    return (
      <Sheet open onClose={onClose} title={words.lastWayTitle}>
        <p>{words.lastWay}</p>
      </Sheet>
    );
  return (
    <ProofSheet
      onClose={onClose}
      title={key.removeTitle}
      confirm={words.remove}
      danger
      onProof={async (proof) => {
        await engine.removeWay('key64', proof);
        onClose();
      }}
    >
      {key.removeText}
    </ProofSheet>
  );
}
