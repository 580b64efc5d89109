import { CloudUpload, Eraser } from 'lucide-react';
import type { ReactElement } from 'react';
import { ButtonLink } from '../../../design/Button.tsx';
import { RowGroup } from '../../../design/Card.tsx';
import { Row } from '../../../design/Row.tsx';
import { Screen } from '../../../design/Screen.tsx';
import { Stack } from '../../../design/Stack.tsx';
import type { ChatsView } from '../../../engine/contract.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';

/** A restore never writes over chats: what one can do instead. */
export function NotEmpty({ chats }: { readonly chats: ChatsView }): ReactElement {
  const { restore } = useWords();
  const format = useFormat();
  const footer = (
    <ButtonLink variant="primary" wide href="/">
      {restore.read}
    </ButtonLink>
  );
  return (
    <Screen title={restore.title} back="/" footer={footer}>
      <Stack gap={2}>
        <h2>{restore.notEmptyTitle}</h2>
        <p>{restore.notEmptyText(chats.messages, format)}</p>
      </Stack>
      <RowGroup>
        <Row
          icon={CloudUpload}
          title={restore.notEmptyBackup}
          detail={restore.notEmptyBackupDetail}
          href="/settings/backup"
        />
        <Row
          icon={Eraser}
          title={restore.notEmptyReset}
          detail={restore.notEmptyResetDetail}
          href="/settings/reset"
        />
      </RowGroup>
    </Screen>
  );
}
