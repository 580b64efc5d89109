import type { ReactElement } from 'react';
import { ButtonLink } from '../../../design/Button.tsx';
import { Sheet } from '../../../design/Sheet.tsx';
import { Note } from '../../../design/Stack.tsx';
import type { EventView } from '../../../engine/contract.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { kindOf, type EventKind } from '../../../shell/events/event-kinds.ts';
import { useWho } from '../../../shell/events/use-who.ts';

type Where = 'devices' | 'password' | 'backup';

const leadsTo: Readonly<Partial<Record<EventKind, readonly Where[]>>> = {
  'wrong-password': ['devices'],
  'backup-opened': ['devices', 'password'],
  locked: ['password', 'devices'],
  'password-set': ['devices'],
  'password-changed': ['password', 'devices'],
  'replacement-asked': ['devices'],
  'replacement-done': ['backup', 'devices'],
  erased: ['backup', 'devices'],
  'device-signed-in': ['devices'],
};

/** What an event means, and what one can do if it was somebody else. */
export function EventSheet({
  event,
  onClose,
}: {
  readonly event: EventView;
  readonly onClose: () => void;
}): ReactElement {
  const { events } = useWords();
  const format = useFormat();
  const who = useWho(event);
  const kind = kindOf(event);
  const labels: Record<Where, string> = {
    devices: events.toDevices,
    password: events.toPassword,
    backup: events.toBackup,
  };
  const paths: Record<Where, string> = {
    devices: '/settings/devices',
    password: '/settings/backup/password',
    backup: '/settings/backup',
  };
  const actions = leadsTo[kind]?.map((where) => (
    <ButtonLink key={where} wide href={paths[where]}>
      {labels[where]}
    </ButtonLink>
  ));
  return (
    <Sheet open onClose={onClose} title={events.kinds[kind]} actions={actions}>
      <Note>{events.whoAndWhen(who, event.at, format)}</Note>
      <p>{events.meaning[kind]}</p>
    </Sheet>
  );
}
