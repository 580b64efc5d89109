import { StrongroomError } from '@strongroom/core';
import { cronText, fromCron, type Cadence } from './cadence.ts';
import { commandOf, tagOf, type Job } from './job.ts';

/** What ends the line of a profile, and no other. To the shell it is a comment. */
export function markOf(profile: string): string {
  return `# strongroom schedule ${tagOf(profile)}`;
}

/** The line of a crontab. @throws StrongroomError `wrong-usage` */
export function cronLine(job: Job): string {
  const command = commandOf(job).map(shellWord).join(' ');
  return `${cronText(job.cadence)} ${command} ${markOf(job.profile)}`;
}

/** The lines of a crontab that are a profile's. */
export function ownLines(crontab: string, profile: string): string[] {
  return crontab.split('\n').filter((line) => line.endsWith(` ${markOf(profile)}`));
}

/** The crontab with a profile's line in place of those it had; without one when there is no line. */
export function withLine(crontab: string, profile: string, line: string | undefined): string {
  const own = new Set(ownLines(crontab, profile));
  const others = crontab.split('\n').filter((one) => !own.has(one));
  if (line === undefined) return others.join('\n');
  const kept = others.join('\n');
  return `${kept}${kept === '' || kept.endsWith('\n') ? '' : '\n'}${line}\n`;
}

/** When a line of ours runs. */
export function cadenceOfLine(line: string): Cadence | undefined {
  return fromCron(line.split(' ').slice(0, 5).join(' '));
}

/** The command of a line of ours, as it stands there. */
export function commandOfLine(line: string, profile: string): string {
  return line.split(' ').slice(5).join(' ').slice(0, -markOf(profile).length).trimEnd();
}

/**
 * A word for the shell. cron itself makes a line break of `%`, unless a backslash stands before it, which most crons
 * take away and some leave to the shell: outside of quotes both come to the same. A backslash of its own they treat so
 * differently that there is no way to write it.
 */
function shellWord(text: string): string {
  if (text.includes('\\')) {
    throw new StrongroomError('wrong-usage', {
      why: `A crontab cannot hold ${JSON.stringify(text)}: it has a backslash.`,
    });
  }
  if (/^[\w@+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'"'"'`).replaceAll('%', String.raw`'\%'`)}'`;
}
