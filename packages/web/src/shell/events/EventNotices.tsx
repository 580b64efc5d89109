import { X } from 'lucide-react';
import type { ReactElement } from 'react';
import { Link, useRoute } from 'wouter';
import { classNames } from '../../design/class-names.ts';
import { IconButton } from '../../design/IconButton.tsx';
import type { EventView } from '../../engine/contract.ts';
import { useFormat, useWords } from '../../words/use-words.ts';
import { useEngine, useEngineFact, useEngineState } from '../engine.ts';
import { eventsToShow, inARowOf, kindOf, weightOf } from './event-kinds.ts';
import styles from './EventNotices.module.css';
import { Replacement } from './Replacement.tsx';
import { usePassingEvents } from './use-passing-events.ts';
import { useWho } from './use-who.ts';

/** What happened to the account, told wherever one is: what matters stays until it was seen, the rest passes. */
export function EventNotices(): ReactElement {
  const signedIn = useEngineFact(({ account }) => account !== undefined);
  const hasBackup = useEngineFact(({ backup }) => backup.on);
  const events = useEngineState('events');
  const [onEvents] = useRoute('/settings/events');
  usePassingEvents();
  // They concern whoever has the backup: a device that only looks for it is not told what was before it.
  const shows = signedIn && hasBackup && !onEvents;
  const unseen = eventsToShow(events);
  return (
    <div role="status" className={styles.notices}>
      {signedIn && <Replacement />}
      {shows && unseen.length > 0 && <Unseen events={unseen} />}
    </div>
  );
}

function Unseen({ events }: { readonly events: readonly EventView[] }): ReactElement {
  const words = useWords();
  const format = useFormat();
  const engine = useEngine();
  const first = events.find((event) => weightOf(event) === 'grave') ?? events[0]!;
  const who = useWho(first);
  const inARow = inARowOf(first);
  const often = inARow > 1 ? ` (${words.events.inARow(inARow, format)})` : '';
  const more = events.length > 1 ? ` · ${words.events.more(events.length - 1, format)}` : '';
  const seen = (): void => void engine.seen(events.map(({ id }) => id)).catch(() => undefined);
  return (
    <div className={classNames(styles.notice, weightOf(first) === 'grave' && styles.grave)}>
      <p className={styles.words}>
        <strong>{words.events.kinds[kindOf(first)] + often}</strong>
        <span className={styles.detail}>{words.events.whoAndWhen(who, first.at, format) + more}</span>
      </p>
      <Link href="/settings/events" className={styles.look}>
        {words.events.look}
      </Link>
      <IconButton icon={X} label={words.common.close} onClick={seen} />
    </div>
  );
}
