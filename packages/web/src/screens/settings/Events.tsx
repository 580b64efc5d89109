import { Bell } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { ButtonLink } from '../../design/Button.tsx';
import { RowGroup } from '../../design/Card.tsx';
import { Empty } from '../../design/Empty.tsx';
import { Screen } from '../../design/Screen.tsx';
import { Note } from '../../design/Stack.tsx';
import type { EventView } from '../../engine/contract.ts';
import { useEngine, useEngineState } from '../../shell/engine.ts';
import { useWords } from '../../words/use-words.ts';
import { doerOf } from '../../shell/events/event-kinds.ts';
import { EventRow } from './parts/EventRow.tsx';
import { EventSheet } from './parts/EventSheet.tsx';

/** What happened to the account and its backup, the newest first. */
export default function Events(): ReactElement {
  const words = useWords();
  const { account, events, online } = useEngineState();
  if (account === undefined)
    return (
      <Screen title={words.events.title} back="/settings">
        <Empty
          icon={Bell}
          action={<ButtonLink href="/sign-in?next=/settings/events">{words.devices.signIn}</ButtonLink>}
        >
          {words.events.emptyText}
        </Empty>
      </Screen>
    );
  return (
    <Screen title={words.events.title} back="/settings">
      {!online && <Note>{words.events.offline}</Note>}
      {events.length === 0 ? (
        <Empty icon={Bell} title={words.events.empty}>
          {words.events.emptyText}
        </Empty>
      ) : (
        <List events={events} />
      )}
    </Screen>
  );
}

function List({ events }: { readonly events: readonly EventView[] }): ReactElement {
  const words = useWords();
  const isNew = useNewness(events);
  const [chosen, setChosen] = useState<EventView>();
  return (
    <>
      <RowGroup note={words.events.note}>
        {events.map((event) => (
          <EventRow
            key={event.id}
            event={event}
            isNew={isNew(event) && doerOf(event)?.isThis !== true}
            onClick={() => setChosen(event)}
          />
        ))}
      </RowGroup>
      {chosen !== undefined && <EventSheet event={chosen} onClose={() => setChosen(undefined)} />}
    </>
  );
}

// What is on the screen counts as seen; as long as one is here, it stays marked as new.
function useNewness(events: readonly EventView[]): (event: EventView) => boolean {
  const engine = useEngine();
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const unseen = events.filter(({ seen }) => !seen).map(({ id }) => id);
  if (unseen.some((id) => !fresh.has(id))) setFresh(new Set([...fresh, ...unseen]));
  const key = unseen.join(' ');
  useEffect(() => {
    if (key !== '') void engine.seen(key.split(' ')).catch(() => undefined);
  }, [engine, key]);
  return ({ id }) => fresh.has(id);
}
