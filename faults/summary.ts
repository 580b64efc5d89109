import type { Event } from './history/events.ts';
import { viewAccounts } from './checker/account-view.ts';
import { evaluationsOf } from './checker/evaluations.ts';
import type { Violation } from './checker/violation.ts';

/** What a campaign came to, in numbers. */
export interface Summary {
  readonly seconds: number;
  readonly accounts: number;
  /** By kind: how often it was brought about. */
  readonly faults: Readonly<Record<string, number>>;
  /** By kind and outcome: requests of devices. */
  readonly requests: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly evaluations: number;
  readonly openedRight: number;
  readonly versionsWritten: number;
  /** Writes of which the node that sent them did not learn what became of them. */
  readonly writesInDoubt: number;
  readonly violations: number;
}

/** Counts what a history holds. */
export function summarize(history: readonly Event[], violations: readonly Violation[]): Summary {
  const views = viewAccounts(history);
  const answered = history.filter((event) => event.e === 'answered');
  const struck = history.filter((event) => event.e === 'struck' && event.failed === undefined);
  const requests = Object.groupBy(answered, ({ kind }) => kind);
  const sum = (of: (view: (typeof views)[number]) => number): number =>
    views.reduce((total, view) => total + of(view), 0);
  return {
    seconds: Math.round(((history.at(-1)?.at ?? 0) - (history[0]?.at ?? 0)) / 1000),
    accounts: views.length,
    faults: countBy(struck.map((event) => (event.e === 'struck' ? event.fault : ''))),
    requests: Object.fromEntries(
      Object.entries(requests).map(([kind, all]) => [kind, countBy(all.map(({ outcome }) => outcome))]),
    ),
    evaluations: sum((view) => evaluationsOf(view).length),
    openedRight: sum(({ concluded }) => concluded.filter(({ got }) => got === 'opens').length),
    versionsWritten: sum(({ versions }) => versions.size),
    writesInDoubt: sum(({ writes }) => writes.filter(({ outcome }) => outcome === 'possible').length),
    violations: violations.length,
  };
}

/** The summary as people read it. */
export function printSummary(summary: Summary): string {
  const { faults, requests, ...numbers } = summary;
  const lines = [
    `faults       ${list(faults)}`,
    ...Object.entries(requests).map(([kind, outcomes]) => `${kind.padEnd(12)} ${list(outcomes)}`),
    ...Object.entries(numbers).map(([name, value]) => `${name.padEnd(16)} ${value}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** The shortest explanation of a violation: what was promised, what happened, and the lines that show it. */
export function explain({ rule, account, at, why, events }: Violation): string {
  const lines = events.map((event) => `    ${JSON.stringify(event)}`);
  return [`Broken: ${rule}`, `  account ${account}, at ${at}: ${why}`, ...lines, ''].join('\n');
}

function countBy(list: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of list.toSorted()) counts[item] = (counts[item] ?? 0) + 1;
  return counts;
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
