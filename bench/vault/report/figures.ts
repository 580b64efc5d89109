import { percentile, spreadOf, type Spread } from '../../report/statistics.ts';
import type { Kind, Sample } from '../contenders/contender.ts';

/** What a contender's samples of one kind come to. */
export interface Figures {
  /** A second of the serving process's CPU time, so of one core; a value for each round. */
  readonly perCore: Spread;
  /** A second by the clock. */
  readonly perSecond: Spread;
  /** Of all rounds together, milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** The figures of one kind of a contender; `undefined` when it was not measured. */
export function figuresOf(samples: readonly Sample[], contender: string, kind: Kind): Figures | undefined {
  const found = samples.filter((sample) => sample.contender === contender && sample.kind === kind);
  if (found.length === 0) return undefined;
  const rounds = [...Map.groupBy(found, ({ round }) => round).values()];
  const latencies = found.flatMap((sample) => sample.latencies);
  return {
    perCore: spreadOf(rounds.map((round) => rate(round, ({ cpuSeconds }) => cpuSeconds))),
    perSecond: spreadOf(rounds.map((round) => rate(round, ({ seconds }) => seconds))),
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
  };
}

/** All that was done in a round, by all the time that it took. */
function rate(round: readonly Sample[], time: (sample: Sample) => number): number {
  const sum = (value: (sample: Sample) => number): number => round.reduce((all, one) => all + value(one), 0);
  return sum(({ count }) => count) / sum(time);
}
