import { createHash } from 'node:crypto';
import { StrongroomError } from '@strongroom/core';
import type { Cadence, Clock } from './cadence.ts';

/** A backup that runs by itself. Paths are absolute. */
export interface Job {
  readonly cadence: Cadence;
  /** The Node that runs it. */
  readonly node: string;
  /** The program that Node runs. */
  readonly launcher: string;
  readonly profile: string;
  readonly paths: readonly string[];
  readonly exclude: readonly string[];
  readonly videos: boolean;
}

/** The words of the command, unquoted; none is a secret. @throws StrongroomError `wrong-usage` for words no schedule can hold */
export function commandOf({ node, launcher, profile, paths, exclude, videos }: Job): string[] {
  const words = [
    node,
    launcher,
    'backup',
    '--quiet',
    '--profile',
    profile,
    ...(videos ? [] : ['--no-videos']),
    ...exclude.map((pattern) => `--exclude=${pattern}`),
    '--',
    ...paths,
  ];
  const bad = words.find((word) => /\p{Cc}/u.test(word) || !word.isWellFormed());
  if (bad === undefined) return words;
  throw new StrongroomError('wrong-usage', {
    why: `A schedule cannot hold ${JSON.stringify(bad)}: it has a line break or another control character.`,
  });
}

/** Tells the schedules of profiles apart: 8 hexadecimal digits. */
export function tagOf(profile: string): string {
  return createHash('sha256').update(profile).digest('hex').slice(0, 8);
}

/** A time at night, from 02:00 to 04:59, that differs from device to device, so that clouds are not asked by all at once. */
export function quietTime(seed: string): Clock {
  const number = createHash('sha256').update(`time ${seed}`).digest().readUInt16BE() % 180;
  return { hour: 2 + Math.floor(number / 60), minute: number % 60 };
}
