import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readArguments } from '../arguments.ts';

export type StoreKind = 'sqlite' | 'etcd';
export type HsmKind = 'software' | 'softhsm';

/** What the command line asks for. */
export interface VaultOptions {
  readonly stores: readonly StoreKind[];
  readonly hsms: readonly HsmKind[];
  /** How many records are in a store besides those of the accounts that are used. */
  readonly records: Readonly<Record<StoreKind, readonly number[]>>;
  readonly rounds: number;
  /** How long each contender serves in a round. */
  readonly seconds: number;
  /** Whether it is found out where the time goes. */
  readonly profile: boolean;
  /** Folder for the records, whose disk is what is measured. */
  readonly work: string;
  readonly keep: boolean;
  /** Where every sample is written. */
  readonly json: string | undefined;
}

const stores: readonly StoreKind[] = ['sqlite', 'etcd'];
const hsms: readonly HsmKind[] = ['software', 'softhsm'];
const mostRecords: Readonly<Record<StoreKind, number>> = { sqlite: 10_000_000, etcd: 500_000 };
const usualRecords = { sqlite: [1000, 1_000_000], etcd: [1000] };
const fullRecords = { sqlite: [1000, 10_000_000], etcd: [1000, 500_000] };

/** How the benchmark is called. */
export const usage: string = `npm run bench:vault -- [options]
  --store LIST    of ${stores.join(',')} (both)
  --hsm LIST      of ${hsms.join(',')} (both)
  --records LIST  numbers of records, at most 10000000; etcd takes those up to 500000 (${usualRecords.sqlite.join(',')})
  --full          1000 and 10000000 records in SQLite (50 GB of disk), 1000 and 500000 in etcd (15 GB)
  --rounds N      how often everything is measured (3)
  --seconds N     how long each serves in a round, without what clients prepare (2)
  --profile       also say where the time of a retrieval goes
  --work DIR      where records are kept; its disk is what is measured
  --keep          keep filled databases in the work folder for the next run
  --json FILE     also write every sample there`;

const { count, listOf, orUsage } = readArguments(usage);

/** Reads the arguments. @throws StrongroomError wrong-usage */
export function parseVaultOptions(args: readonly string[]): VaultOptions {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = orUsage(() =>
    parseArgs({
      args: [...args],
      options: {
        store: text,
        hsm: text,
        records: text,
        rounds: text,
        seconds: text,
        work: text,
        json: text,
        full: flag,
        profile: flag,
        keep: flag,
      },
    }),
  );
  return {
    stores: listOf('--store', values.store, stores),
    hsms: listOf('--hsm', values.hsm, hsms),
    records: recordsOf(values.records, values.full),
    rounds: count('--rounds', values.rounds ?? '3'),
    seconds: count('--seconds', values.seconds ?? '2', 600),
    profile: values.profile,
    work: resolve(values.work ?? join(tmpdir(), 'strongroom-bench-vault')),
    keep: values.keep,
    json: values.json === undefined ? undefined : resolve(values.json),
  };
}

function recordsOf(text: string | undefined, full: boolean): VaultOptions['records'] {
  if (text === undefined) return full ? fullRecords : usualRecords;
  const numbers = text.split(',').map((word) => count('--records', word.trim(), mostRecords.sqlite));
  const sqlite = [...new Set(numbers)].toSorted((a, b) => a - b);
  return { sqlite, etcd: sqlite.filter((number) => number <= mostRecords.etcd) };
}
