import { MonitorSmartphone } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { RowGroup } from '../../../design/Card.tsx';
import { Dial } from '../../../design/Dial.tsx';
import { Row } from '../../../design/Row.tsx';
import { Screen } from '../../../design/Screen.tsx';
import { Stack } from '../../../design/Stack.tsx';
import type { FoundBackup } from '../../../engine/contract.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { Middle } from './Middle.tsx';
import { useWithoutPassword } from './use-without-password.ts';

/** The password is locked: what happened, what still opens the backup, what to do on which device. */
export function Locked({
  backup,
  limit,
  children,
}: {
  readonly backup: FoundBackup;
  readonly limit: number;
  /** The other ways. */
  readonly children: ReactNode;
}): ReactElement {
  const { restore } = useWords();
  const format = useFormat();
  const others = useWithoutPassword(backup.ways);
  return (
    <Screen title={restore.title} back="/welcome">
      <Middle>
        <Dial size={112} tone="danger" tries={{ left: 0, limit }} />
      </Middle>
      <Stack gap={2}>
        <h2>{restore.lockedTitle}</h2>
        <p role="alert">{restore.lockedWhat(limit, format)}</p>
        <p>{others === undefined ? restore.lockedNothing : restore.lockedStill(others)}</p>
      </Stack>
      {children}
      <RowGroup title={restore.lockedElsewhere}>
        <Row icon={MonitorSmartphone} title={restore.noneDevice} detail={restore.lockedDevice} />
      </RowGroup>
    </Screen>
  );
}
