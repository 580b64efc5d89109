import type { ReactElement } from 'react';
import { Button, ButtonLink } from '../../../design/Button.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Sheet } from '../../../design/Sheet.tsx';
import { Note } from '../../../design/Stack.tsx';
import type { EventView } from '../../../engine/contract.ts';
import { useToast } from '../../../design/Toast.tsx';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { useCommand } from '../../../shell/use-command.ts';
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
      {kind === 'replacement-asked' && <CancelReplacement onDone={onClose} />}
    </Sheet>
  );
}

// As long as it waits.
function CancelReplacement({ onDone }: { readonly onDone: () => void }): ReactElement | undefined {
  const { events } = useWords();
  const format = useFormat();
  const engine = useEngine();
  const toast = useToast();
  const { vault } = useEngineState('backup');
  const { run, busy, problem } = useCommand();
  if (vault?.replacement === undefined) return undefined;
  const cancel = async (): Promise<void> => {
    if (!(await run(async () => engine.cancelReplacement()))) return;
    toast(events.replacementCancelled);
    onDone();
  };
  return (
    <>
      <p>{events.replacementText(vault.replacement.committableAt, format)}</p>
      {problem && <ProblemNotice problem={problem} />}
      <Button variant="danger" wide busy={busy} onClick={() => void cancel()}>
        {events.replacementCancel}
      </Button>
    </>
  );
}
