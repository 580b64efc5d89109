import type { EventView } from '../../engine/contract.ts';
import type { Words } from '../../words/en.ts';

/** The kinds that there are words for. */
export type EventKind = keyof Words['events']['kinds'];

/** How much of a stir an event makes: `grave` and `notable` stay in sight until they were seen, `slight` passes. */
export type Weight = 'grave' | 'notable' | 'slight';

const weights: Readonly<Record<EventKind, Weight>> = {
  locked: 'grave',
  'replacement-asked': 'grave',
  'replacement-done': 'grave',
  erased: 'grave',
  'wrong-password': 'notable',
  'backup-opened': 'notable',
  'password-set': 'notable',
  'password-changed': 'notable',
  'device-signed-in': 'slight',
  'replacement-cancelled': 'slight',
  'device-removed': 'slight',
  'device-signed-out': 'slight',
  unknown: 'slight',
};

/** Who did something, as the front door names it. */
export interface Doer {
  readonly name: string;
  readonly isThis: boolean;
}

/** What an event is; `unknown`: a later version knows it. */
export function kindOf({ kind }: Pick<EventView, 'kind'>): EventKind {
  return Object.hasOwn(weights, kind) ? (kind as EventKind) : 'unknown';
}

/** How much of a stir it makes. What this device did itself makes little. */
export function weightOf(event: Pick<EventView, 'kind' | 'details'>): Weight {
  if (doerOf(event)?.isThis === true && event.kind !== 'locked') return 'slight';
  return weights[kindOf(event)];
}

/** Those that stay in sight: not yet seen, of weight, and not from before this device came to the account. */
export function eventsToShow(events: readonly EventView[]): readonly EventView[] {
  const arrival = events.find((event) => event.kind === 'device-signed-in' && doerOf(event)?.isThis === true);
  return events.filter(
    (event) => !event.seen && weightOf(event) !== 'slight' && event.at >= (arrival?.at ?? 0),
  );
}

/** The device that did it; nothing when it is not known. */
export function doerOf({ details }: Pick<EventView, 'details'>): Doer | undefined {
  return doerIn(details['by']);
}

/** The device that it was done to, where one was signed out; nothing when it is not known. */
export function removedOf({ details }: Pick<EventView, 'details'>): Doer | undefined {
  return doerIn(details['removed']);
}

/** Of wrong passwords: how many in a row. */
export function inARowOf({ details }: Pick<EventView, 'details'>): number {
  const count = details['wrongInARow'];
  return typeof count === 'number' ? count : 0;
}

function doerIn(value: unknown): Doer | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, isThis } = value as Partial<Doer>;
  return typeof name === 'string' ? { name, isThis: isThis === true } : undefined;
}
