import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileError } from '@strongroom/client/node';
import { StrongroomError } from '@strongroom/core';
import { Advised } from '../terminal/advised.ts';
import type { Job } from './job.ts';
import type { RunProgram } from './programs.ts';
import { serviceUnit, timerUnit, unitNames } from './systemd.ts';

/** The units of a profile as they are on the disk. */
export interface Units {
  readonly service: string | undefined;
  readonly timer: string | undefined;
}

/** Where the person's own units are. */
export function unitFolder(): string {
  const config = process.env['XDG_CONFIG_HOME'] ?? '';
  return join(config.startsWith('/') ? config : join(homedir(), '.config'), 'systemd', 'user');
}

/** Whether there is a systemd that runs units of this person. */
export async function hasSystemd(run: RunProgram): Promise<boolean> {
  return (await run('systemctl', ['--user', 'show-environment']))?.code === 0;
}

/** Reads a profile's units. */
export async function readUnits(profile: string): Promise<Units> {
  const { service, timer } = unitNames(profile);
  return {
    service: await textOf(join(unitFolder(), service)),
    timer: await textOf(join(unitFolder(), timer)),
  };
}

/** Writes a profile's units and starts the timer; leaves none behind when that fails. */
export async function installUnits(job: Job, run: RunProgram): Promise<void> {
  const names = unitNames(job.profile);
  const folder = unitFolder();
  const units = [
    [join(folder, names.service), serviceUnit(job)],
    [join(folder, names.timer), timerUnit(job)],
  ] as const;
  try {
    for (const [path, text] of units) await replace(folder, path, text);
    await systemctl(run, ['daemon-reload']);
    await systemctl(run, ['enable', names.timer]);
    // One that was on before would go on by its old times.
    await systemctl(run, ['restart', names.timer]);
  } catch (error) {
    for (const [path] of units) await rm(path, { force: true });
    throw error;
  }
}

/** Stops the timer and removes the units. @returns the files that were removed */
export async function removeUnits(profile: string, run: RunProgram): Promise<string[]> {
  const names = unitNames(profile);
  const units = await readUnits(profile);
  if (units.service === undefined && units.timer === undefined) return [];
  const reachable = await hasSystemd(run);
  if (reachable && units.timer !== undefined) await systemctl(run, ['disable', '--now', names.timer]);
  const removed: string[] = [];
  for (const [name, text] of [
    [names.timer, units.timer],
    [names.service, units.service],
  ] as const) {
    if (text === undefined) continue;
    await rm(join(unitFolder(), name), { force: true });
    removed.push(join(unitFolder(), name));
  }
  if (reachable) await systemctl(run, ['daemon-reload']);
  return removed;
}

async function systemctl(run: RunProgram, args: readonly string[]): Promise<void> {
  const ran = await run('systemctl', ['--user', ...args]);
  if (ran?.code === 0) return;
  const why = ran?.stderr.trim() ?? 'there is no such program';
  throw new Advised(new StrongroomError('not-permitted', { path: 'the timers of systemd' }), [
    `systemctl --user ${args.join(' ')}: ${why}`,
  ]);
}

async function replace(folder: string, path: string, text: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    await rename(`${path}.new`, path);
  } catch (cause) {
    throw fileError(cause, path);
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileError(error, path);
  }
}
