import { StrongroomError } from '@strongroom/core';
import { cadenceText, calendarText, fromCalendar, type Cadence } from './cadence.ts';
import { commandOf, tagOf, type Job } from './job.ts';

/** The names of a profile's units. */
export function unitNames(profile: string): { readonly service: string; readonly timer: string } {
  const name = `strongroom-backup-${tagOf(profile)}`;
  return { service: `${name}.service`, timer: `${name}.timer` };
}

const head = '# Written by `strongroom schedule`, removed by `strongroom schedule --off`.';

/** The service unit: one backup. @throws StrongroomError `wrong-usage` */
export function serviceUnit(job: Job): string {
  const [node, ...rest] = commandOf(job);
  return `${head}
[Unit]
Description=Strongroom backup (profile ${description(job.profile)})

[Service]
Type=oneshot
ExecStart=${[program(node!), ...rest.map(word)].join(' ')}
Nice=10
`;
}

/** The timer unit: when. Missed runs are made up for, and not all devices run in the same minute. */
export function timerUnit({ cadence, profile }: Job): string {
  return `${head}
[Unit]
Description=Strongroom backup ${cadenceText(cadence)} (profile ${description(profile)})

[Timer]
OnCalendar=${calendarText(cadence)}
Persistent=true
RandomizedDelaySec=15min

[Install]
WantedBy=timers.target
`;
}

/** When a timer unit of ours runs. */
export function cadenceOfTimer(unit: string): Cadence | undefined {
  return fromCalendar(/^OnCalendar=(.*)$/m.exec(unit)?.[1] ?? '');
}

/** The command of a service unit of ours, as it stands there. */
export function commandOfService(unit: string): string | undefined {
  return /^ExecStart=(.*)$/m.exec(unit)?.[1];
}

/** A word in double quotes: systemd reads escapes, specifiers (`%`) and variables (`$`) in them (systemd.service, "Command lines"). */
function word(text: string): string {
  return `"${text
    .replaceAll(/[\\"]/g, String.raw`\$&`)
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$')}"`;
}

// Of the program itself systemd takes no quotes and backslashes, and reads no variables in it.
function program(path: string): string {
  if (!/["'\\]/.test(path)) return `"${path.replaceAll('%', '%%')}"`;
  throw new StrongroomError('wrong-usage', {
    why: `systemd runs no program whose path has a quote or a backslash: ${path}`,
  });
}

// A backslash at its end would join the next line.
function description(text: string): string {
  return text.replaceAll('%', '%%').replaceAll('\\', '/');
}
