import { Eraser } from 'lucide-react';
import type { ReactElement } from 'react';
import { Button } from '../../design/Button.tsx';
import { RowGroup } from '../../design/Card.tsx';
import { Notice } from '../../design/Notice.tsx';
import { Row } from '../../design/Row.tsx';
import { Screen } from '../../design/Screen.tsx';
import { Note } from '../../design/Stack.tsx';
import { useEngineState } from '../../shell/engine.ts';
import { useFormat, useWords } from '../../words/use-words.ts';
import { useStorage } from './parts/use-storage.ts';

/** What is kept in this browser, whether it stays, and how it is deleted. */
export default function Storage(): ReactElement {
  const { settings } = useWords();
  const format = useFormat();
  const chats = useEngineState('chats');
  const { used, free, ...keeping } = useStorage();
  const size = (bytes: number | undefined): string =>
    bytes === undefined ? settings.storageUnknown : format.size(bytes);
  return (
    <Screen title={settings.storage} back="/settings">
      <RowGroup>
        <Row title={settings.storageUsed} value={size(used)} />
        <Row
          title={settings.storageMedia}
          detail={settings.mediaCount(chats.media - chats.mediaMissing, format)}
          value={format.size(chats.mediaBytes)}
        />
        <Row title={settings.storageMessages} value={format.number(chats.messages)} />
        <Row title={settings.storageFree} value={size(free)} />
      </RowGroup>
      <Keeping {...keeping} />
      <RowGroup>
        <Row
          icon={Eraser}
          tone="danger"
          title={settings.reset}
          detail={settings.resetDetail}
          href="/settings/reset"
        />
      </RowGroup>
    </Screen>
  );
}

function Keeping({
  persisted,
  refused,
  persist,
}: Pick<ReturnType<typeof useStorage>, 'persisted' | 'refused' | 'persist'>): ReactElement | null {
  const { settings } = useWords();
  if (persisted === undefined) return null;
  if (persisted)
    return (
      <RowGroup>
        <Row title={settings.kept} detail={settings.keptDetail} />
      </RowGroup>
    );
  const action = (
    <Button variant="quiet" onClick={persist}>
      {settings.keep}
    </Button>
  );
  return (
    <Notice title={settings.notKept} action={action}>
      <p>{settings.notKeptDetail}</p>
      <div role="status">{refused && <Note>{settings.keepRefused}</Note>}</div>
    </Notice>
  );
}
