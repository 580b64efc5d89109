import type { Answered, Asked, At, Concluded, Event, Kind, Released, Wrote } from '../history/events.ts';

/** A write from its two lines. `possible`: it may have been committed or not. */
export interface Write {
  readonly sequence: number;
  readonly outcome: 'committed' | 'possible' | 'not written';
  readonly kind: Kind;
  readonly request: string | undefined;
  readonly began: At;
  /** `Infinity` when its end is not known. */
  readonly ended: At;
  readonly events: readonly Wrote[];
}

/** All that a history knows of one account. */
export interface AccountView {
  readonly account: string;
  readonly asked: ReadonlyMap<string, Asked>;
  readonly answered: readonly Answered[];
  readonly concluded: readonly Concluded[];
  /** In the order in which the answers were let out. */
  readonly released: readonly Released[];
  /** Those that may be there: of one version, the committed one, or else all that are possible. Ascending. */
  readonly versions: ReadonlyMap<number, readonly Write[]>;
  /** All. */
  readonly writes: readonly Write[];
}

/** Sorts a history by account. */
export function viewAccounts(history: readonly Event[]): readonly AccountView[] {
  const writes = groupBy(joinWrites(history), ({ account }) => account);
  const events = groupBy(history.filter(isOfAccount), ({ account }) => account);
  return [...events].map(([account, own]) =>
    viewOf(
      account,
      own,
      (writes.get(account) ?? []).map(({ write }) => write),
    ),
  );
}

type OfAccount = Asked | Answered | Concluded | Released;

function isOfAccount(event: Event): event is OfAccount {
  return ['asked', 'answered', 'concluded', 'released'].includes(event.e);
}

function viewOf(account: string, events: readonly OfAccount[], writes: readonly Write[]): AccountView {
  const asked = new Map<string, Asked>();
  const answered: Answered[] = [];
  const concluded: Concluded[] = [];
  const released: Released[] = [];
  for (const event of events)
    if (event.e === 'asked') asked.set(event.request, event);
    else if (event.e === 'answered') answered.push(event);
    else if (event.e === 'concluded') concluded.push(event);
    else released.push(event);
  return { account, asked, answered, concluded, released, writes, versions: versionsOf(writes) };
}

function versionsOf(writes: readonly Write[]): ReadonlyMap<number, readonly Write[]> {
  const there = writes.filter(({ outcome }) => outcome !== 'not written');
  const bySequence = [...groupBy(there, ({ sequence }) => sequence)].toSorted(([a], [b]) => a - b);
  return new Map(
    bySequence.map(([sequence, all]) => {
      const committed = all.filter(({ outcome }) => outcome === 'committed');
      return [sequence, committed.length > 0 ? committed : all];
    }),
  );
}

interface OwnedWrite {
  readonly account: string;
  readonly write: Write;
}

// What a node writes by itself is told by its record alone, whose account other writes tell.
function joinWrites(history: readonly Event[]): readonly OwnedWrite[] {
  const lines = history.filter((event) => event.e === 'wrote');
  const accounts = new Map<string, string>();
  for (const { record, account } of lines) if (account !== undefined) accounts.set(record, account);
  return [...groupBy(lines, ({ write }) => write).values()].map((events) => ({
    account: accounts.get(events[0]!.record) ?? `record ${events[0]!.record}`,
    write: joinWrite(events),
  }));
}

function joinWrite(events: readonly Wrote[]): Write {
  const begun = events.find(({ phase }) => phase === 'begun') ?? events[0]!;
  const end = events.find(({ phase }) => phase !== 'begun');
  return {
    sequence: begun.sequence,
    outcome: outcomeOf(end?.phase),
    kind: begun.kind ?? 'unknown',
    request: begun.request,
    began: begun.at,
    ended: end === undefined || end.phase === 'unknown' ? Infinity : end.at,
    events,
  };
}

function outcomeOf(phase: Wrote['phase'] | undefined): Write['outcome'] {
  if (phase === 'committed') return 'committed';
  return phase === undefined || phase === 'unknown' ? 'possible' : 'not written';
}

function groupBy<T, K>(list: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of list) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
