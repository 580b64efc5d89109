import { existsSync, realpathSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { StrongroomError } from '@strongroom/core';
import { cadenceText, parseDaily, parseMonthly, parseWeekly, type Cadence } from '../schedule/cadence.ts';
import { quietTime, type Job } from '../schedule/job.ts';
import {
  endSchedule,
  findSchedule,
  planSchedule,
  setSchedule,
  type Scheduled,
  type Written,
} from '../schedule/schedule.ts';
import { withDevice, type Context } from './context.ts';
import type { GlobalOptions } from './global-options.ts';
import { addSourceOptions, type SourceOptions } from './source.ts';

type When = string | true;

interface ScheduleCommandOptions extends GlobalOptions, SourceOptions {
  readonly daily?: When;
  readonly weekly?: When;
  readonly monthly?: When;
  readonly off?: boolean;
  readonly print?: boolean;
}

/** `strongroom schedule`: backups that run by themselves. */
export function addSchedule(program: Command, signal: AbortSignal): void {
  const command = program
    .command('schedule')
    .summary('back up by itself: daily, weekly or monthly')
    .description(
      'Has backups made by themselves: by a systemd user timer where there is one, else by a line in your crontab. Without options it shows what is scheduled. Times are local; without one it is a quiet time at night.',
    )
    .argument('[path...]', 'what to back up')
    .option('--daily [HH:MM]', 'every day')
    .option('--weekly [DAY,HH:MM]', 'every week, such as sun or sun,07:30')
    .option('--monthly [DAY,HH:MM]', 'every month on a day from 1 to 28, such as 1 or 1,07:30');
  addSourceOptions(command)
    .option('--off', 'end it: removes what this command wrote and nothing else')
    .option('--print', 'only show what would be written, and where')
    .action(async (paths: string[], _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ScheduleCommandOptions>();
      await withDevice(options, signal, (context) => run(paths, options, context));
    });
}

async function run(
  given: readonly string[],
  options: ScheduleCommandOptions,
  context: Context,
): Promise<void> {
  const profile = resolve(context.profile);
  const chosen = chooseCadence(given, options, profile);
  const { off = false, print = false } = options;
  if (off && (chosen !== undefined || given.length > 0 || print))
    throw wrong('--off stands alone: `strongroom schedule --off`.');
  if (off) return turnOff(profile, context);
  if (chosen === undefined) {
    if (given.length > 0 || print) throw wrong('Say how often: --daily, --weekly or --monthly.');
    return show(profile, context);
  }
  context.device.requireBackup();
  const job = await jobOf(chosen, options, profile);
  return print
    ? tell(await planSchedule(job), job, 'Would write', context)
    : tell(await setSchedule(job), job, 'Wrote', context);
}

interface Chosen {
  readonly cadence: Cadence;
  readonly paths: readonly string[];
}

function chooseCadence(
  given: readonly string[],
  { daily, weekly, monthly }: ScheduleCommandOptions,
  profile: string,
): Chosen | undefined {
  const ways = [
    [daily, parseDaily],
    [weekly, parseWeekly],
    [monthly, parseMonthly],
  ] as const;
  const [way, other] = ways.filter(([when]) => when !== undefined);
  if (way === undefined) return undefined;
  if (other !== undefined) throw wrong('--daily, --weekly and --monthly exclude each other.');
  const [when, parse] = way;
  // `--daily ~/chats`: what follows may be the first of the paths.
  const isPath = typeof when === 'string' && (when.includes('/') || existsSync(when));
  const text = isPath || when === true ? undefined : when;
  return { cadence: parse(text, quietTime(profile)), paths: isPath ? [when, ...given] : given };
}

async function jobOf(
  { cadence, paths }: Chosen,
  { exclude, videos }: SourceOptions,
  profile: string,
): Promise<Job> {
  if (paths.length === 0) throw wrong('Say what to back up: `strongroom schedule --daily PATH`.');
  const places = paths.map((path) => resolve(path));
  for (const path of places)
    await stat(path).catch((cause: unknown) => {
      throw new StrongroomError('source-missing', { path }, { cause });
    });
  return {
    cadence,
    node: process.execPath,
    launcher: launcherPath(),
    profile,
    paths: places,
    exclude,
    videos,
  };
}

/** The program as it is installed, wherever this file was bundled to. */
function launcherPath(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const launcher = join(folder, 'bin', 'strongroom.js');
    if (existsSync(launcher)) return launcher;
  }
  return realpathSync(process.argv[1]!);
}

function tell({ by, pieces }: Written, { cadence, paths }: Job, did: string, { terminal }: Context): void {
  const when = cadenceText(cadence);
  const written = pieces.flatMap(({ where, text }) => [
    `${did} ${where === 'crontab' ? 'this line into your crontab' : where}:`,
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`),
  ]);
  terminal.result({ by, cadence, when, paths, pieces, written: did === 'Wrote' }, [
    ...(did === 'Wrote' ? [`Backs up ${when}: ${paths.join(', ')}.`] : []),
    ...written,
  ]);
  if (by === 'systemd')
    terminal.say(
      'It runs while you are signed in to this computer; to run it always: `loginctl enable-linger`.',
    );
}

async function show(profile: string, { terminal }: Context): Promise<void> {
  const scheduled = await findSchedule(profile);
  terminal.result({ schedule: scheduled ? { ...scheduled, when: whenText(scheduled) } : null }, [
    ...(scheduled ? showLines(scheduled) : ['Nothing is scheduled: `strongroom schedule --daily PATH`.']),
  ]);
}

function showLines(scheduled: Scheduled): string[] {
  const { by, command, where } = scheduled;
  return [
    `Backs up ${whenText(scheduled)}, by ${by}.`,
    ...where.map((place) => `  ${place}`),
    `  ${command}`,
  ];
}

/** In words. */
export function whenText({ cadence }: Scheduled): string {
  return cadence === undefined ? 'at times set by hand' : cadenceText(cadence);
}

async function turnOff(profile: string, { terminal }: Context): Promise<void> {
  const removed = await endSchedule(profile);
  terminal.result({ removed }, [
    ...(removed.length === 0 ? ['Nothing was scheduled.'] : ['No longer scheduled. Removed:']),
    ...removed.map((one) => `  ${one}`),
  ]);
}

function wrong(why: string): StrongroomError {
  return new StrongroomError('wrong-usage', { why });
}
