import { machineLine, type Machine } from '../report/report.ts';
import { spreadOf } from '../report/statistics.ts';
import { line } from '../report/table.ts';
import type { Sample, Unit } from './sample.ts';

/** Everything that a run found out. */
export interface WebReport {
  /** ISO 8601. */
  readonly date: string;
  readonly machine: Machine;
  /** As it was called. */
  readonly command: string;
  readonly rounds: number;
  readonly versions: string;
  readonly samples: readonly Sample[];
}

/** A run for people: the section "The app" of the page of benchmarks. */
export function toMarkdown({ date, machine, command, rounds, versions, samples }: WebReport): string {
  return `${[
    '## The app',
    `\`${command}\`: ${date.slice(0, 10)}, ${machineLine(machine)}; ${versions}. Medians of ${rounds} rounds (smallest–largest).`,
    table(samples),
  ].join('\n\n')}\n`;
}

/** A run for programs: every sample of every round. */
export function toJson(report: WebReport): string {
  return `${JSON.stringify(report, null, 1)}\n`;
}

function table(samples: readonly Sample[]): string {
  const rows = Array.from(
    Map.groupBy(samples, ({ what }) => what),
    ([what, some]) => row(what, some),
  );
  return [line(['', 'measured', 'budget', '']), line(['---', '---:', '---:', '---']), ...rows].join('\n');
}

function row(what: string, samples: readonly Sample[]): string {
  const [{ unit, budget }] = samples as [Sample];
  const { median, min, max } = spreadOf(samples.map(({ value }) => value));
  const [middle, least, most] = [median, min, max].map((value) => shown(value, unit));
  const range = least === most ? '' : ` (${least}–${most})`;
  if (budget === undefined) return line([what, `${middle}${range}`, '', '']);
  return line([what, `${middle}${range}`, shown(budget, unit), median <= budget ? 'met' : 'missed']);
}

function shown(value: number, unit: Unit): string {
  if (unit === 'ms') return `${value.toFixed(0)} ms`;
  if (unit === 'bytes') return `${(value / 1000).toFixed(1)} kB`;
  return unit === 'percent' ? `${value.toFixed(1)} %` : String(value);
}
