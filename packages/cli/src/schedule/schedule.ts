import { cadenceOfLine, commandOfLine, cronLine } from './cron.ts';
import { changeCrontab, readOwnLine } from './cron-host.ts';
import type { Cadence } from './cadence.ts';
import type { Job } from './job.ts';
import { runProgram, type RunProgram } from './programs.ts';
import { cadenceOfTimer, commandOfService, serviceUnit, timerUnit, unitNames } from './systemd.ts';
import { hasSystemd, installUnits, readUnits, removeUnits, unitFolder } from './systemd-host.ts';

/** A schedule as it stands in the system. */
export interface Scheduled {
  readonly by: 'systemd' | 'cron';
  /** Nothing when somebody has changed it by hand. */
  readonly cadence: Cadence | undefined;
  /** As it stands there, escapes included. */
  readonly command: string;
  /** Files, or `crontab`. */
  readonly where: readonly string[];
}

/** What is, or would be, written: a file or a line, and its text. */
export interface Written {
  readonly by: 'systemd' | 'cron';
  readonly pieces: readonly { readonly where: string; readonly text: string }[];
}

/** The schedule of a profile. @param profile its absolute path */
export async function findSchedule(
  profile: string,
  run: RunProgram = runProgram,
): Promise<Scheduled | undefined> {
  const { service, timer } = await readUnits(profile);
  if (timer !== undefined) {
    const { service: a, timer: b } = unitNames(profile);
    const command = commandOfService(service ?? '') ?? '';
    const where = [a, b].map((name) => `${unitFolder()}/${name}`);
    return { by: 'systemd', cadence: cadenceOfTimer(timer), command, where };
  }
  const line = await readOwnLine(run, profile);
  if (line === undefined) return undefined;
  return {
    by: 'cron',
    cadence: cadenceOfLine(line),
    command: commandOfLine(line, profile),
    where: ['crontab'],
  };
}

/** What a schedule would write here. @throws StrongroomError `wrong-usage` for what it cannot hold */
export async function planSchedule(job: Job, run: RunProgram = runProgram): Promise<Written> {
  if (!(await hasSystemd(run)))
    return { by: 'cron', pieces: [{ where: 'crontab', text: `${cronLine(job)}\n` }] };
  const { service, timer } = unitNames(job.profile);
  const pieces = [
    { where: `${unitFolder()}/${service}`, text: serviceUnit(job) },
    { where: `${unitFolder()}/${timer}`, text: timerUnit(job) },
  ];
  return { by: 'systemd', pieces };
}

/** Schedules a job in place of what the profile had: by systemd where it runs units of this person, else by cron. */
export async function setSchedule(job: Job, run: RunProgram = runProgram): Promise<Written> {
  const written = await planSchedule(job, run);
  if (written.by === 'systemd') {
    await installUnits(job, run);
    await changeCrontab(run, job.profile, undefined);
  } else {
    await changeCrontab(run, job.profile, written.pieces[0]!.text.trimEnd());
    await removeUnits(job.profile, run);
  }
  return written;
}

/** Ends the schedule of a profile, and touches nothing else. @returns what was removed */
export async function endSchedule(profile: string, run: RunProgram = runProgram): Promise<string[]> {
  const files = await removeUnits(profile, run);
  const lines = await changeCrontab(run, profile, undefined);
  return [...files, ...lines.map((line) => `crontab: ${line}`)];
}
