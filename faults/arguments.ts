import { parseArgs } from 'node:util';
import { bugs } from './bugs/bugs.ts';

/** What `faults/main.ts` was asked for. */
export interface Arguments {
  readonly seed: number;
  readonly seconds: number;
  readonly sites: 3 | 5;
  readonly accounts: number;
  readonly bug: string | undefined;
  readonly untilViolation: boolean;
  /** Where the history is written. */
  readonly report: string | undefined;
}

export const usage = `node --conditions=source faults/main.ts [options]
  --seed N            the schedule follows from it; by chance
  --minutes N         how long; 5
  --sites 3|5         5
  --accounts N        6
  --bug NAME          puts a bug in on purpose: ${Object.keys(bugs).join(', ')}
  --until-violation   ends as soon as a promise is broken
  --report FILE       writes the history there, as JSON lines
`;

const options = {
  seed: { type: 'string' },
  minutes: { type: 'string', default: '5' },
  sites: { type: 'string', default: '5' },
  accounts: { type: 'string', default: '6' },
  bug: { type: 'string' },
  'until-violation': { type: 'boolean', default: false },
  report: { type: 'string' },
} as const;

/** Reads the command line. @throws Error that says what is wrong with it */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({ args: [...args], options });
  const { bug, report, sites } = values;
  if (bug !== undefined && !Object.hasOwn(bugs, bug)) throw new Error(`There is no bug ${bug}.`);
  if (sites !== '3' && sites !== '5') throw new Error('A fleet has 3 or 5 sites.');
  return {
    seed: values.seed === undefined ? Math.floor(Math.random() * 1e9) : whole('seed', values.seed),
    seconds: positive('minutes', values.minutes) * 60,
    sites: sites === '3' ? 3 : 5,
    accounts: whole('accounts', values.accounts),
    bug,
    untilViolation: values['until-violation'],
    report,
  };
}

function whole(name: string, value: string): number {
  const number = positive(name, value);
  if (!Number.isSafeInteger(number)) throw new Error(`--${name} must be a whole number.`);
  return number;
}

function positive(name: string, value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new Error(`--${name} must be a number above 0.`);
  return number;
}
