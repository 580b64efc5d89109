import { StrongroomError } from '@strongroom/core';
import { Advised } from '../terminal/advised.ts';
import { ownLines, withLine } from './cron.ts';
import type { RunProgram } from './programs.ts';

// Bytes that are no text come through unchanged; our own line is UTF-8 and is matched as such.
const bytesAsText = 'latin1';

/** The person's crontab, bytes as characters; nothing when there is no cron. @throws Advised `not-permitted` when it cannot be read */
export async function readCrontab(run: RunProgram): Promise<string | undefined> {
  const ran = await run('crontab', ['-l']);
  if (ran === undefined) return undefined;
  if (ran.code === 0) return ran.stdout.toString(bytesAsText);
  // Taken for empty only when it says so: what is there must not be overwritten.
  if (/no crontab|no such file/i.test(ran.stderr)) return '';
  throw failed('crontab -l', ran.stderr);
}

/** Puts a profile's line into the crontab, or takes it out. Everything else stays as it is. @returns the lines that were taken out */
export async function changeCrontab(
  run: RunProgram,
  profile: string,
  line: string | undefined,
): Promise<string[]> {
  const before = await readCrontab(run);
  if (before === undefined) {
    if (line === undefined) return [];
    throw new StrongroomError('wrong-usage', {
      why: 'Neither systemd nor cron runs programs for you here, so nothing can be scheduled.',
    });
  }
  const own = ownLines(before, profile);
  if (own.length === 0 && line === undefined) return [];
  const after = withLine(before, profile, line === undefined ? undefined : toBytes(line));
  const ran = await run('crontab', ['-'], Buffer.from(after, bytesAsText));
  if (ran?.code !== 0) throw failed('crontab -', ran?.stderr ?? '');
  return own.map(fromBytes);
}

/** The line of a profile as text. */
export async function readOwnLine(run: RunProgram, profile: string): Promise<string | undefined> {
  const line = ownLines((await readCrontab(run)) ?? '', profile)[0];
  return line === undefined ? undefined : fromBytes(line);
}

function toBytes(text: string): string {
  return Buffer.from(text).toString(bytesAsText);
}

function fromBytes(text: string): string {
  return Buffer.from(text, bytesAsText).toString();
}

function failed(command: string, stderr: string): Advised {
  return new Advised(new StrongroomError('not-permitted', { path: 'your crontab' }), [
    `${command}: ${stderr.trim()}`,
    'Nothing was changed.',
  ]);
}
