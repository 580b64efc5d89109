import type { Sample } from '../contenders/contender.ts';
import { nameOf, transactionsName } from '../names.ts';
import { OPAQUE_KE } from '../contenders/bare.ts';
import { figuresOf } from './figures.ts';

/** A goal, what was measured of it, and whether that meets it. */
export interface Goal {
  readonly title: string;
  readonly ratio: number;
  readonly goal: number;
  readonly isMet: boolean;
}

/** The goals of which everything was measured. */
export function goalsOf(
  samples: readonly Sample[],
  records: { readonly sqlite: readonly number[]; readonly etcd: readonly number[] },
): readonly Goal[] {
  return [
    ...records.sqlite.slice(0, 1).flatMap((count) => besideOpaqueKe(samples, count)),
    ...records.etcd.flatMap((count) => besideTransactions(samples, count)),
    ...growth(samples, records.sqlite),
  ];
}

function besideOpaqueKe(samples: readonly Sample[], count: number): readonly Goal[] {
  const ours = figuresOf(samples, nameOf('sqlite', 'software', count), 'retrieval');
  const theirs = figuresOf(samples, OPAQUE_KE, 'step');
  if (ours === undefined || theirs === undefined) return [];
  const title = 'retrievals a second and core on SQLite, by login steps of opaque-ke';
  return [atLeast(title, ours.perCore.median / theirs.perCore.median, 1)];
}

function besideTransactions(samples: readonly Sample[], count: number): readonly Goal[] {
  const ours = figuresOf(samples, nameOf('etcd', 'software', count), 'retrieval');
  const theirs = figuresOf(samples, transactionsName(count), 'transaction');
  if (ours === undefined || theirs === undefined) return [];
  const title = `two transactions a retrieval on etcd (${count.toLocaleString('en')} records), by bare transactions a second`;
  return [atLeast(title, (2 * ours.perSecond.median) / theirs.perSecond.median, 0.5)];
}

function growth(samples: readonly Sample[], counts: readonly number[]): readonly Goal[] {
  const [small, ...larger] = counts;
  return larger.flatMap((count) =>
    (['alone', 'cold'] as const).flatMap((kind) => {
      const [ours, base] = [count, small!].map((n) =>
        figuresOf(samples, nameOf('sqlite', 'software', n), kind),
      );
      if (ours === undefined || base === undefined) return [];
      const what = kind === 'cold' ? ', nothing in the page cache' : '';
      const title = `p99 at ${count.toLocaleString('en')} records, by that at ${small!.toLocaleString('en')}${what}`;
      return [atMost(title, ours.p99 / base.p99, 1.3)];
    }),
  );
}

function atLeast(title: string, ratio: number, goal: number): Goal {
  return { title, ratio, goal, isMet: ratio >= goal };
}

function atMost(title: string, ratio: number, goal: number): Goal {
  return { title: `${title} (at most)`, ratio, goal, isMet: ratio <= goal };
}
