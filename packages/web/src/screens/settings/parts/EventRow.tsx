import {
  BellRing,
  Ban,
  KeyRound,
  LockKeyholeOpen,
  LogOut,
  RectangleEllipsis,
  Smartphone,
  Trash2,
  type LucideIcon,
} from 'lucide-react';
import type { ReactElement } from 'react';
import { Row } from '../../../design/Row.tsx';
import type { EventView } from '../../../engine/contract.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { inARowOf, kindOf, weightOf, type EventKind } from '../../../shell/events/event-kinds.ts';
import styles from './EventRow.module.css';
import { useWho } from '../../../shell/events/use-who.ts';

const icons: Readonly<Record<EventKind, LucideIcon>> = {
  'wrong-password': RectangleEllipsis,
  'backup-opened': LockKeyholeOpen,
  locked: Ban,
  'password-set': RectangleEllipsis,
  'password-changed': RectangleEllipsis,
  'replacement-asked': KeyRound,
  'replacement-cancelled': KeyRound,
  'replacement-done': KeyRound,
  erased: Trash2,
  'device-signed-in': Smartphone,
  'device-removed': LogOut,
  'device-signed-out': LogOut,
  unknown: BellRing,
};

/** One event: what happened, who did it, when. @param isNew it was not seen before one came here */
export function EventRow({
  event,
  isNew,
  onClick,
}: {
  readonly event: EventView;
  readonly isNew: boolean;
  readonly onClick: () => void;
}): ReactElement {
  const { events } = useWords();
  const format = useFormat();
  const who = useWho(event);
  const kind = kindOf(event);
  const inARow = inARowOf(event);
  const often = inARow > 1 ? ` (${events.inARow(inARow, format)})` : '';
  return (
    <Row
      icon={icons[kind]}
      title={events.kinds[kind] + often}
      detail={events.whoAndWhen(who, event.at, format)}
      tone={weightOf(event) === 'grave' ? 'danger' : 'plain'}
      end={isNew && <span className={styles.fresh}>{events.fresh}</span>}
      onClick={onClick}
    />
  );
}
