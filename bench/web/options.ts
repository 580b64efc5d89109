import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readArguments } from '../arguments.ts';

/** What is measured, in this order. */
export const sceneNames = ['load', 'samples', 'scroll', 'backup'] as const;
export type SceneName = (typeof sceneNames)[number];

/** What the command line asks for. */
export interface WebOptions {
  readonly only: readonly SceneName[];
  readonly rounds: number;
  /** Messages of the chat that is scrolled and backed up. */
  readonly messages: number;
  /** Where every sample is written. */
  readonly json: string | undefined;
}

/** How the benchmark is called. */
export const usage: string = `npm run bench:web -- [options]
  --rounds N    how often everything is measured (5)
  --only LIST   of ${sceneNames.join(',')} (all)
  --messages N  of the chat that is scrolled and backed up (100000)
  --json FILE   also write every sample there`;

/** Reads the arguments. @throws StrongroomError wrong-usage */
export function parseWebOptions(args: readonly string[]): WebOptions {
  const text = { type: 'string' } as const;
  const { count, listOf, orUsage } = readArguments(usage);
  const { values } = orUsage(() =>
    parseArgs({ args: [...args], options: { rounds: text, only: text, messages: text, json: text } }),
  );
  return {
    only: listOf('--only', values.only, sceneNames),
    rounds: count('--rounds', values.rounds ?? '5'),
    messages: count('--messages', values.messages ?? '100000', 1_000_000),
    json: values.json === undefined ? undefined : resolve(values.json),
  };
}
