import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Job } from './job.ts';
import { endSchedule, findSchedule, planSchedule, setSchedule } from './schedule.ts';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strongroom-schedule-'));
  await mkdir(at('bin'));
  await mkdir(at('state'));
  vi.stubEnv('PATH', [at('bin'), '/usr/bin', '/bin'].join(delimiter));
  vi.stubEnv('XDG_CONFIG_HOME', at('config'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const job: Job = {
  cadence: { every: 'week', weekday: 1, hour: 7, minute: 30 },
  node: '/opt/node',
  launcher: '/opt/strongroom.js',
  profile: '/home/anna/.strongroom',
  paths: ['/home/anna/My Chats 100%'],
  exclude: [],
  videos: true,
};

describe('where systemd runs units of this person', () => {
  beforeEach(async () => {
    await fakeSystemctl();
    await fakeCrontab();
  });

  test('two units are written and the timer is started', async () => {
    const { by, pieces } = await setSchedule(job);
    expect(by).toBe('systemd');
    for (const { where, text } of pieces) expect(await readFile(where, 'utf8')).toBe(text);
    const [service, timer] = (await readdir(at('config/systemd/user'))).toSorted();
    expect([service, timer]).toEqual([
      expect.stringMatching(/^strongroom-backup-[0-9a-f]{8}\.service$/),
      expect.stringMatching(/^strongroom-backup-[0-9a-f]{8}\.timer$/),
    ]);
    expect(await asked('systemctl')).toEqual([
      '--user show-environment',
      '--user daemon-reload',
      `--user enable ${timer}`,
      `--user restart ${timer}`,
    ]);
    expect(await findSchedule(job.profile)).toMatchObject({ by: 'systemd', cadence: job.cadence });
    expect(await findSchedule('/another')).toBeUndefined();
  });

  test('ending it removes these two files, and a unit of somebody else stays', async () => {
    const other = { ...job, profile: '/another' };
    await setSchedule(other);
    const before = await readdir(at('config/systemd/user'));
    await writeFile(at('config/systemd/user/strongroom-mine.timer'), 'mine');
    await setSchedule(job);
    expect(await endSchedule(job.profile)).toHaveLength(2);
    expect((await readdir(at('config/systemd/user'))).toSorted()).toEqual(
      [...before, 'strongroom-mine.timer'].toSorted(),
    );
    expect((await asked('systemctl')).slice(-2)).toEqual([
      expect.stringMatching(/^--user disable --now strongroom-backup-[0-9a-f]{8}\.timer$/),
      '--user daemon-reload',
    ]);
    expect(await endSchedule(job.profile)).toEqual([]);
    expect(await findSchedule(other.profile)).toBeDefined();
  });

  test('a schedule takes the place of the one before, also of one by cron', async () => {
    await writeFile(at('state/no-systemd'), '');
    await writeFile(at('state/crontab'), '1 2 3 4 5 mine\n');
    expect(await setSchedule(job)).toMatchObject({ by: 'cron' });
    await rm(at('state/no-systemd'));
    await setSchedule({ ...job, cadence: { every: 'day', hour: 1, minute: 2 } });
    expect(await readFile(at('state/crontab'), 'utf8')).toBe('1 2 3 4 5 mine\n');
    expect(await findSchedule(job.profile)).toMatchObject({ by: 'systemd', cadence: { every: 'day' } });
    expect(await endSchedule(job.profile)).toHaveLength(2);
  });

  test('nothing is left behind when systemd refuses', async () => {
    await writeFile(at('state/refuse'), 'enable');
    const refused = { error: { code: 'not-permitted' }, advice: [expect.stringContaining('it was told to')] };
    await expect(setSchedule(job)).rejects.toMatchObject(refused);
    expect(await readdir(at('config/systemd/user'))).toEqual([]);
  });

  test('a plan writes nothing', async () => {
    expect((await planSchedule(job)).pieces).toHaveLength(2);
    await expect(readdir(at('config'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await asked('crontab')).toEqual([]);
  });
});

describe('elsewhere', () => {
  const mine = Buffer.from('# my own, in latin-1: \xe4\n0 1 * * * mine  \n\n@daily  x', 'latin1');

  beforeEach(async () => {
    await fakeSystemctl();
    await writeFile(at('state/no-systemd'), '');
  });

  test('a marked line is added to the crontab and taken out again, every other byte as it was', async () => {
    await fakeCrontab();
    await writeFile(at('state/crontab'), mine);
    const { by, pieces } = await setSchedule(job);
    expect(by).toBe('cron');
    const own = Buffer.from(pieces[0]!.text);
    const added = Buffer.concat([mine, Buffer.from('\n'), own]);
    expect(await readFile(at('state/crontab'))).toEqual(added);
    await setSchedule(job);
    expect(await readFile(at('state/crontab'))).toEqual(added);
    expect(await findSchedule(job.profile)).toMatchObject({
      by: 'cron',
      cadence: job.cadence,
      command: String.raw`/opt/node /opt/strongroom.js backup --quiet --profile /home/anna/.strongroom -- '/home/anna/My Chats 100'\%''`,
    });
    expect(await endSchedule('/another')).toEqual([]);
    expect(await endSchedule(job.profile)).toEqual([`crontab: ${pieces[0]!.text.trimEnd()}`]);
    expect(await readFile(at('state/crontab'))).toEqual(Buffer.concat([mine, Buffer.from('\n')]));
    await expect(readdir(at('config'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a path that is not ASCII is found again', async () => {
    await fakeCrontab();
    const { pieces } = await setSchedule({ ...job, paths: ['/grüße/日本'] });
    expect(await readFile(at('state/crontab'), 'utf8')).toBe(pieces[0]!.text);
    expect((await findSchedule(job.profile))?.command).toContain('/grüße/日本');
    await endSchedule(job.profile);
    expect(await readFile(at('state/crontab'), 'utf8')).toBe('');
  });

  test('a crontab that cannot be read is not overwritten', async () => {
    await fakeCrontab();
    await writeFile(at('state/crontab'), mine);
    await writeFile(at('state/unreadable'), '');
    const refused = { error: { code: 'not-permitted' } };
    await expect(setSchedule(job)).rejects.toMatchObject(refused);
    await expect(endSchedule(job.profile)).rejects.toMatchObject(refused);
    expect(await readFile(at('state/crontab'))).toEqual(mine);
  });

  test('a crontab that cannot be written is told of', async () => {
    await fakeCrontab();
    await writeFile(at('state/full'), '');
    await expect(setSchedule(job)).rejects.toMatchObject({ error: { code: 'not-permitted' } });
  });

  test('there may be neither', async () => {
    vi.stubEnv('PATH', at('bin'));
    expect(await findSchedule(job.profile)).toBeUndefined();
    expect(await endSchedule(job.profile)).toEqual([]);
    await expect(setSchedule(job)).rejects.toMatchObject({ code: 'wrong-usage' });
  });
});

/** What a fake program was asked, one text a time. */
async function asked(program: string): Promise<string[]> {
  const text = await readFile(at('state', `${program}.log`), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

async function fakeProgram(name: string, body: string): Promise<void> {
  const log = at('state', `${name}.log`);
  await writeFile(at('bin', name), `#!/bin/sh\ncd '${at('state')}'\necho "$*" >> '${log}'\n${body}\n`);
  await chmod(at('bin', name), 0o755);
}

/** Refuses everything as long as there is a file `no-systemd`, and what the file `refuse` names. */
function fakeSystemctl(): Promise<void> {
  return fakeProgram(
    'systemctl',
    `[ -e no-systemd ] && { echo "Failed to connect to bus" >&2; exit 1; }
[ -e refuse ] && [ "$2" = "$(cat refuse)" ] && { echo "it was told to" >&2; exit 1; }
exit 0`,
  );
}

/** Keeps the crontab in a file. */
function fakeCrontab(): Promise<void> {
  return fakeProgram(
    'crontab',
    `[ -e unreadable ] && { echo "crontab: permission denied" >&2; exit 1; }
if [ "$1" = -l ]; then
  [ -e crontab ] || { echo "no crontab for anna" >&2; exit 1; }
  cat crontab
else
  [ -e full ] && { echo "crontab: disk is full" >&2; exit 1; }
  cat > crontab
fi`,
  );
}
