import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isStrongroomError, StrongroomError } from '@strongroom/core';
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
  const { values } = orUsage(() =>
    parseArgs({
      args: [...args],
      options: { rounds: text, only: text, peers: text, size: text, cloud: text, work: text, out: text },
    }),
  );
  return {
    rounds: count(values.rounds ?? '5'),
    only: listOf('--only', values.only, scenarios),
    peers: listOf('--peers', values.peers, Object.keys(peers)),
    size: oneOf('--size', values.size ?? 'full', Object.keys(sizes) as SizeName[]),
    cloud: oneOf('--cloud', values.cloud ?? 'folder', clouds),
    work: resolve(values.work ?? join(tmpdir(), 'strongroom-bench')),
    out: values.out?.replace(/\.(md|json)$/, ''),
  };
}

function orUsage<T>(parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (isStrongroomError(cause)) throw cause;
    throw wrong(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function count(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw wrong(`--rounds takes a number from 1 to 9999, not "${text}".`);
}

function listOf<T extends string>(
  option: string,
  text: string | undefined,
  known: readonly T[],
): readonly T[] {
  if (text === undefined) return known;
  return [...new Set(text.split(',').map((word) => oneOf(option, word.trim(), known)))];
}

function oneOf<T extends string>(option: string, word: string, known: readonly T[]): T {
  const found = known.find((name) => name === word);
  if (found !== undefined) return found;
  throw wrong(`${option} takes ${known.join(', ')}, not "${word}".`);
}

function wrong(why: string, cause?: unknown): StrongroomError {
  return new StrongroomError('wrong-usage', { why: `${why}\n${usage}` }, { cause });
}
