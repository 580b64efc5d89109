import type { Result } from '../rounds.ts';
import type { Scenario } from '../scenarios.ts';

/** One number of a sample, and how it is shown. */
export interface Metric {
  readonly title: string;
  /** Scenarios that it is shown for. */
  readonly of: readonly Scenario[];
  readonly value: (result: Result) => number | null | undefined;
  readonly show: (value: number) => string;
}

const all: readonly Scenario[] = ['first-backup', 'second-day', 'unchanged', 'restore', 'messages', 'verify'];
const backups: readonly Scenario[] = ['first-backup', 'second-day', 'unchanged'];

/** What is reported, a table each. */
export const metrics: readonly Metric[] = [
  { title: 'Seconds', of: all, value: ({ seconds }) => seconds, show: (value) => value.toFixed(2) },
  { title: 'CPU seconds', of: all, value: ({ cpuSeconds }) => cpuSeconds, show: (value) => value.toFixed(2) },
  { title: 'Peak memory, MiB', of: all, value: ({ peakBytes }) => peakBytes, show: inUnits(2 ** 20, 0) },
  {
    title: 'Stored afterwards, MB',
    of: backups,
    value: ({ storedBytes }) => storedBytes,
    show: inUnits(1e6, 3),
  },
  { title: 'Uploaded, MB', of: backups, value: ({ uploadedBytes }) => uploadedBytes, show: inUnits(1e6, 3) },
];

/** What a row says of a scenario. */
export const titles: Readonly<Record<Scenario, string>> = {
  'first-backup': 'First backup',
  'second-day': 'Second day',
  unchanged: 'Nothing changed',
  restore: 'Full restore',
  messages: 'Messages readable',
  verify: 'Full verify',
};

function inUnits(unit: number, digits: number): (value: number) => string {
  return (value) => (value / unit).toFixed(digits);
}
