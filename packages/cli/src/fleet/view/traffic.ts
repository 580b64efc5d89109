import type { Sample } from './prometheus.ts';

/** What happened to requests in a span of time. */
export interface Traffic {
  readonly perSecond: number;
  readonly ok: number;
  /** By a rule, such as a wait: the fleet works. */
  readonly refused: number;
  /** By no fault of the caller's. */
  readonly unavailable: number;
  /** Milliseconds; `undefined` without requests. */
  readonly p50: number | undefined;
  readonly p99: number | undefined;
}

/** A process's figures at a moment, milliseconds of a steady clock. */
export interface Reading {
  readonly at: number;
  readonly samples: readonly Sample[];
}

/** The names under which a kind of process counts. */
export interface Names {
  readonly requests: string;
  readonly seconds: string;
}

export const doorNames: Names = names('strongroom_front_door');
export const vaultNames: Names = names('strongroom_vault');

const fine = new Set(['ok', 'described', 'accepted', 'begun', 'finished']);
const failing = new Set(['unavailable', 'hsm', 'bug', 'internal', 'draining', 'late', 'overloaded']);

/** What happened between two readings of each process. One that was started anew counts from zero. */
export function trafficBetween(pairs: readonly (readonly [Reading, Reading])[], names: Names): Traffic {
  const outcomes = new Map<string, number>();
  const buckets = new Map<number, number>();
  for (const [before, after] of pairs) {
    addGrowth(outcomes, before, after, names.requests, ({ labels }) => labels.get('outcome') ?? '');
    addGrowth(buckets, before, after, `${names.seconds}_bucket`, ({ labels }) =>
      bound(labels.get('le') ?? ''),
    );
  }
  const count = (is: (outcome: string) => boolean): number =>
    [...outcomes].reduce((sum, [outcome, grown]) => (is(outcome) ? sum + grown : sum), 0);
  const [all, ok, unavailable] = [count(() => true), count(isFine), count(isFailing)];
  const seconds = longest(pairs);
  return {
    perSecond: seconds === 0 ? 0 : all / seconds,
    ok,
    unavailable,
    refused: all - ok - unavailable,
    p50: quantile(buckets, 0.5),
    p99: quantile(buckets, 0.99),
  };
}

/** Milliseconds under which a share of what the buckets hold lies, taken as even within each. */
export function quantile(buckets: ReadonlyMap<number, number>, share: number): number | undefined {
  const rising = [...buckets].toSorted(([a], [b]) => a - b);
  const wanted = (rising.at(-1)?.[1] ?? 0) * share;
  if (wanted === 0) return undefined;
  let [lower, below] = [0, 0];
  for (const [upper, upTo] of rising) {
    if (upTo >= wanted) {
      // Nothing says how slow the slowest were.
      if (upper === Infinity) return lower * 1000;
      return 1000 * (lower + ((upper - lower) * (wanted - below)) / (upTo - below));
    }
    [lower, below] = [upper, upTo];
  }
  return undefined;
}

function isFine(outcome: string): boolean {
  return fine.has(outcome);
}

function isFailing(outcome: string): boolean {
  return failing.has(outcome);
}

function addGrowth<K>(
  sums: Map<K, number>,
  before: Reading,
  after: Reading,
  name: string,
  keyOf: (sample: Sample) => K,
): void {
  const was = totals(before, name, keyOf);
  for (const [key, is] of totals(after, name, keyOf)) {
    const earlier = was.get(key) ?? 0;
    sums.set(key, (sums.get(key) ?? 0) + (is >= earlier ? is - earlier : is));
  }
}

function totals<K>({ samples }: Reading, name: string, keyOf: (sample: Sample) => K): ReadonlyMap<K, number> {
  const sums = new Map<K, number>();
  for (const sample of samples)
    if (sample.name === name) sums.set(keyOf(sample), (sums.get(keyOf(sample)) ?? 0) + sample.value);
  return sums;
}

function longest(pairs: readonly (readonly [Reading, Reading])[]): number {
  return Math.max(0, ...pairs.map(([before, after]) => (after.at - before.at) / 1000));
}

function bound(text: string): number {
  return text === '+Inf' ? Infinity : Number(text);
}

function names(prefix: string): Names {
  return { requests: `${prefix}_requests_total`, seconds: `${prefix}_request_seconds` };
}
