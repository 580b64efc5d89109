import { machineLine, type Machine } from '../../report/report.ts';
import type { Spread } from '../../report/statistics.ts';
import { line } from '../../report/table.ts';
import type { Kind, Sample } from '../contenders/contender.ts';
import type { VaultOptions } from '../options.ts';
import { figuresOf } from './figures.ts';
import { goalsOf } from './goals.ts';

/** Everything that a run found out. */
export interface VaultReport {
  /** ISO 8601. */
  readonly date: string;
  readonly machine: Machine;
  /** As it was called. */
  readonly command: string;
  readonly options: Pick<VaultOptions, 'rounds' | 'seconds' | 'records'>;
  readonly inFlight: number;
  readonly versions: string;
  readonly samples: readonly Sample[];
  /** A table of where the time goes, if that was asked for. */
  readonly profile: string | undefined;
}

const dash = '–';

/** A run for people: the section "The vault" of the page of benchmarks. */
export function toMarkdown(report: VaultReport): string {
  const { date, machine, command, options, inFlight, versions, samples, profile } = report;
  return `${[
    '## The vault',
    `\`${command}\`: ${date.slice(0, 10)}, ${machineLine(machine)}; ${versions}. Medians of ${options.rounds} rounds (smallest–largest); latencies of all rounds together.`,
    rates(samples),
    `“A second and core” is by the CPU time of the process that serves, user and kernel mode, with ${inFlight} requests in flight; “a second” by the clock, on a machine that the clients, and five members of etcd, share. A retrieval is Begin and Finish: two sealed requests, two durable writes. A registration is Describe, Propose and Commit. What clients compute is prepared before, in another process, and counts nowhere.`,
    latencies(samples),
    'One retrieval at a time: Describe, Begin and Finish of one account, of those drawn at random over all ids. “Cold”: the system was made to forget what it had read of the file before each round.',
    goals(report),
    ...(profile === undefined ? [] : [profile]),
  ].join('\n\n')}\n`;
}

/** A run for programs: every sample of every round. */
export function toJson(report: VaultReport): string {
  return `${JSON.stringify(report, null, 1)}\n`;
}

function rates(samples: readonly Sample[]): string {
  const kinds: readonly Kind[] = ['step', 'transaction', 'retrieval'];
  const rows = namesIn(samples).map((name) => {
    const main = kinds.map((kind) => figuresOf(samples, name, kind)).find((found) => found !== undefined);
    const registration = figuresOf(samples, name, 'registration');
    const describe = figuresOf(samples, name, 'describe');
    return line([
      name,
      spread(main?.perCore),
      spread(main?.perSecond),
      spread(describe?.perCore),
      spread(registration?.perCore),
      spread(registration?.perSecond),
    ]);
  });
  const head = [
    '',
    'retrievals (steps, transactions) a second and core',
    'a second',
    'Describes a second and core',
    'registrations a second and core',
    'a second',
  ];
  return [line(head), rule(head.length), ...rows].join('\n');
}

function latencies(samples: readonly Sample[]): string {
  const rows = namesIn(samples).flatMap((name) => {
    const warm = figuresOf(samples, name, 'alone');
    if (warm === undefined) return [];
    const cold = figuresOf(samples, name, 'cold');
    return [line([name, ms(warm.p50), ms(warm.p99), ms(cold?.p50), ms(cold?.p99)])];
  });
  const head = ['milliseconds', 'p50', 'p99', 'p50, cold', 'p99, cold'];
  return [line(head), rule(head.length), ...rows].join('\n');
}

function goals({ samples, options }: VaultReport): string {
  const rows = goalsOf(samples, options.records).map(({ title, ratio, goal, isMet }) =>
    line([title, ratio.toFixed(2), goal.toFixed(1), isMet ? 'met' : 'missed']),
  );
  return [line(['ratio', 'measured', 'goal', '']), rule(4), ...rows].join('\n');
}

function namesIn(samples: readonly Sample[]): readonly string[] {
  return [...new Set(samples.map(({ contender }) => contender))];
}

function spread(found: Spread | undefined): string {
  if (found === undefined) return dash;
  const [median, min, max] = [found.median, found.min, found.max].map((value) => value.toFixed(0));
  return min === max ? median! : `${median} (${min}–${max})`;
}

function ms(value: number | undefined): string {
  return value === undefined ? dash : value.toFixed(2);
}

function rule(columns: number): string {
  return line(['---', ...Array.from({ length: columns - 1 }, () => '---:')]);
}
