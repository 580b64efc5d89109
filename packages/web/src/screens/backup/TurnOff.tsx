import { useState, type ReactElement } from 'react';
import { ButtonLink } from '../../design/Button.tsx';
import { RowGroup } from '../../design/Card.tsx';
import { CheckRow } from '../../design/CheckRow.tsx';
import { Empty } from '../../design/Empty.tsx';
import { Notice } from '../../design/Notice.tsx';
import { Screen } from '../../design/Screen.tsx';
import { useEngine, useEngineState } from '../../shell/engine.ts';
import { useWords } from '../../words/use-words.ts';
import styles from './parts/Backup.module.css';
import { ProofForm } from './parts/ProofForm.tsx';

const parent = '/settings/backup';

/** Turns encrypted backups off: what happens, whether the backups go, too, and a proof. */
export default function TurnOff(): ReactElement {
  const { backup: words } = useWords();
  const backup = useEngineState('backup');
  const [deleted, setDeleted] = useState<boolean>();
  if (!backup.on)
    return (
      <Screen title={words.turnOffTitle} back={parent} footer={<ToBackup />}>
        <Empty title={words.isOff}>{deleted === true ? words.isOffDeleted : words.isOffKept}</Empty>
      </Screen>
    );
  return <Asking onDone={setDeleted} />;
}

function ToBackup(): ReactElement {
  const { common } = useWords();
  return (
    <ButtonLink variant="primary" wide replace href={parent}>
      {common.done}
    </ButtonLink>
  );
}

function Asking({ onDone }: { readonly onDone: (deleted: boolean) => void }): ReactElement {
  const { backup: words } = useWords();
  const engine = useEngine();
  const [deleteBackups, setDeleteBackups] = useState(false);
  return (
    <Screen title={words.turnOffTitle} back={parent}>
      <ul className={styles.bullets}>
        {words.turnOffWhat.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <RowGroup>
        <CheckRow
          label={words.deleteBackups}
          detail={deleteBackups ? words.deleteBackupsYes : words.deleteBackupsNo}
          checked={deleteBackups}
          onChange={setDeleteBackups}
        />
      </RowGroup>
      {deleteBackups && <Notice tone="danger">{words.deleteWarning}</Notice>}
      <ProofForm
        confirm={deleteBackups ? words.turnOffDelete : words.turnOffDo}
        danger
        onProof={async (proof) => {
          await engine.turnOff(proof, { deleteBackups });
          onDone(deleteBackups);
        }}
      />
    </Screen>
  );
}
