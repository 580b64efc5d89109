import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readArguments } from './arguments.ts';
import { sizes, type SizeName } from './data/size.ts';
import { peers } from './peers/all.ts';
import type { CloudKind } from './peers/peer.ts';
import { scenarios, type Scenario } from './scenarios.ts';

/** What the command line asks for. */
export interface Options {
  readonly rounds: number;
  readonly only: readonly Scenario[];
  /** Names in `peers`. */
  readonly peers: readonly string[];
  readonly size: SizeName;
  readonly cloud: CloudKind;
  /** Folder for data sets and repositories. */
  readonly work: string;
  /** Path without an ending for the report's two files. */
  readonly out: string | undefined;
}

const clouds: readonly CloudKind[] = ['folder', 'slow'];

/** How the benchmark is called. */
export const usage: string = `npm run bench -- [options]
  --rounds N     how often everything is measured (5)
  --only LIST    of ${scenarios.join(',')} (all)
  --peers LIST   of ${Object.keys(peers).join(',')} (all that are installed)
  --size SIZE    ${Object.keys(sizes).join(' or ')} (full)
  --cloud WHERE  ${clouds.join(' or ')} (folder)
  --work DIR     where data and repositories are kept; its disk is what is measured
  --out FILE     write the report to FILE.md and FILE.json`;

/** Reads the arguments. @throws StrongroomError wrong-usage */
export function parseOptions(args: readonly string[]): Options {
  const text = { type: 'string' } as const;
  const { count, listOf, oneOf, orUsage } = readArguments(usage);
  const { values } = orUsage(() =>
    parseArgs({
      args: [...args],
      options: { rounds: text, only: text, peers: text, size: text, cloud: text, work: text, out: text },
    }),
  );
  return {
    rounds: count('--rounds', values.rounds ?? '5'),
    only: listOf('--only', values.only, scenarios),
    peers: listOf('--peers', values.peers, Object.keys(peers)),
    size: oneOf('--size', values.size ?? 'full', Object.keys(sizes) as SizeName[]),
    cloud: oneOf('--cloud', values.cloud ?? 'folder', clouds),
    work: resolve(values.work ?? join(tmpdir(), 'strongroom-bench')),
    out: values.out?.replace(/\.(md|json)$/, ''),
  };
}
