import type { Result } from '../rounds.ts';
import { scenarios, type Scenario } from '../scenarios.ts';
import { metrics, titles, type Metric } from './metrics.ts';
import { spreadOf, type Spread } from './statistics.ts';

/** The tables of all metrics, in Markdown: a row for each scenario, a column for each peer. */
export function tables(results: readonly Result[], ours: string): string {
  return metrics
    .map((metric) => table(metric, results, ours))
    .filter((text) => text !== '')
    .join('\n\n');
}

function table(metric: Metric, results: readonly Result[], ours: string): string {
  const names = [...new Set(results.map(({ peer }) => peer))].toSorted(
    (a, b) => rank(a, ours) - rank(b, ours),
  );
  const rows = scenarios
    .filter(
      (scenario) => metric.of.includes(scenario) && results.some((result) => result.scenario === scenario),
    )
    .map((scenario) => [titles[scenario], ...cells(metric, results, scenario, names, ours)]);
  if (rows.length === 0) return '';
  return [line([metric.title, ...names]), line(['---', ...names.map(() => '---:')]), ...rows.map(line)].join(
    '\n',
  );
}

// Ours first, the others as they are.
function rank(name: string, ours: string): number {
  return name === ours ? 0 : 1;
}

function cells(
  metric: Metric,
  results: readonly Result[],
  scenario: Scenario,
  names: readonly string[],
  ours: string,
): readonly string[] {
  const spreads = names.map((name) => spread(metric, results, scenario, name));
  const own = spreads[names.indexOf(ours)] ?? null;
  return spreads.map((found, at) => cell(metric, found, names[at] === ours ? null : own));
}

/** What a peer's rounds of a scenario come to; null when they were not measured. */
function spread(metric: Metric, results: readonly Result[], scenario: Scenario, peer: string): Spread | null {
  const values = results
    .filter((result) => result.scenario === scenario && result.peer === peer)
    .map(metric.value)
    .filter((value) => value !== null && value !== undefined);
  return values.length === 0 ? null : spreadOf(values);
}

function cell({ show }: Metric, found: Spread | null, own: Spread | null): string {
  if (found === null) return '–';
  const [median, min, max] = [found.median, found.min, found.max].map(show);
  const range = min === max ? '' : ` (${min}–${max})`;
  const ratio = own === null || found.median === 0 ? '' : ` · ${(own.median / found.median).toFixed(2)}×`;
  return `${median}${range}${ratio}`;
}

/** A row of a table in Markdown. */
export function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
