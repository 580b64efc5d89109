import { use, useState, type ReactElement } from 'react';
import { Button, ButtonLink } from '../../design/Button.tsx';
import { RowGroup } from '../../design/Card.tsx';
import { CheckRow } from '../../design/CheckRow.tsx';
import { Notice } from '../../design/Notice.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { Screen } from '../../design/Screen.tsx';
import type { EngineState } from '../../engine/contract.ts';
import { EngineContext, useEngineState } from '../../shell/engine.ts';
import { useCommand } from '../../shell/use-command.ts';
import { useFormat, useWords } from '../../words/use-words.ts';
import { eraseDevice } from './parts/erase-device.ts';
import { Proving } from './parts/Proving.tsx';
import { useProving } from './parts/use-proving.ts';

/** Deletes all that is kept in this browser: after a warning, and after one has shown that one can get it back. */
export default function Reset(): ReactElement {
  const { settings } = useWords();
  const { chats, backup } = useEngineState();
  const connection = use(EngineContext);
  const [sure, setSure] = useState(false);
  const { run, busy, problem } = useCommand();
  const proving = useProving();
  const unsaved = unsavedIn(backup, chats);
  const asks = unsaved || proving.ways.length === 0;
  const reset = (): void =>
    void run(async () => {
      await proving.prove();
      await eraseDevice(connection!);
      location.replace('/');
    });
  const ready = (sure || !asks) && proving.ready;
  const footer = (
    <>
      {unsaved && (
        <ButtonLink variant="primary" wide href="/settings/backup">
          {settings.resetFirst}
        </ButtonLink>
      )}
      <Button variant="danger" wide busy={busy} disabled={!ready} onClick={reset}>
        {settings.resetDo}
      </Button>
    </>
  );
  return (
    <Screen title={settings.resetTitle} back="/settings/storage" footer={footer}>
      <p>{settings.resetWhat}</p>
      <AtStake />
      <Proving proving={proving} />
      {asks && (
        <RowGroup>
          <CheckRow
            label={unsaved ? settings.resetSure : settings.resetSureEmpty}
            checked={sure}
            onChange={setSure}
          />
        </RowGroup>
      )}
      {problem && <ProblemNotice problem={problem} />}
    </Screen>
  );
}

// A proof says that one can get back what is in a backup; for the rest, one has to say that one knows.
function unsavedIn({ on, unsaved }: EngineState['backup'], { messages }: EngineState['chats']): boolean {
  return on ? unsaved.messages + unsaved.media > 0 : messages > 0;
}

function AtStake(): ReactElement {
  const { settings } = useWords();
  const format = useFormat();
  const { chats, backup } = useEngineState();
  const { messages, media } = backup.on ? backup.unsaved : chats;
  const parts = [
    ...(messages > 0 ? [settings.messageCount(messages, format)] : []),
    ...(media > 0 ? [settings.mediaCount(media, format)] : []),
  ];
  if (parts.length > 0) return <Notice tone="danger">{settings.resetUnsaved(format.list(parts))}</Notice>;
  if (backup.last === undefined || chats.messages === 0) return <Notice>{settings.resetNothing}</Notice>;
  return <Notice>{settings.resetSaved(format.moment(backup.last.at))}</Notice>;
}
