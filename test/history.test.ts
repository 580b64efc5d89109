import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { start, type Device } from './kit/input-command.ts';
import { differing, makePlace, pathsIn, writeTree, type Place } from './kit/input-tree.ts';
import { withKey } from './kit/input-world.ts';

let place: Place;
let keeper: Device;
let chats: string;
const ids: string[] = [];

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  place = await makePlace();
  keeper = await withKey(place.at('keeper'), `folder:${place.at('cloud')}`);
  chats = await writeTree(place.at('my chats 100%'), {
    'Media/a.jpg': 300_000,
    'Media/b.jpg': 1000,
    'notes/list.txt': 'bread',
  });
  const make = async (): Promise<void> => {
    ids.push(String((await keeper.json(['backup', chats]))['snapshot']));
  };
  await make();
  await writeTree(chats, { 'notes/list.txt': 'bread and milk', 'notes/new.txt': 'new' });
  await rm(`${chats}/Media/b.jpg`);
  await make();
  await writeTree(chats, { 'notes/list.txt': 'bread, milk and tea' });
  await make();
});

afterAll(() => place.remove());

describe('snapshots', () => {
  test('tell what is in them, where from and by whom', async () => {
    const { snapshots } = await keeper.json(['snapshots']);
    expect(snapshots).toMatchObject([
      { id: ids[2], number: 3 },
      { id: ids[1], number: 2 },
      {
        id: ids[0],
        number: 1,
        files: 3,
        bytes: 301_005,
        totals: {
          messages: { files: 0, bytes: 0 },
          media: { files: 2, bytes: 301_000 },
          other: { files: 1, bytes: 5 },
        },
        device: expect.any(String),
        deviceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        epoch: 1,
        sources: [chats],
      },
    ]);
    expect((await keeper.run(['snapshots'])).stdout).toContain(`3 files, 301 kB`);
  });
});

describe('diff', () => {
  test('shows what changed between the last two, and between any two', async () => {
    const last = await keeper.run(['diff']);
    expect(last.stdout).toContain('~ notes/list.txt  (14 bytes → 19 bytes; content, size, time)\n');
    expect(last.stdout).toMatch(/\nFrom number 2 \(.*\) to number 3 \(.*\): 0 added, 0 removed, 1 changed; /);
    const { stdout } = await keeper.run(['diff', '1', ids[1]!.toLowerCase()]);
    const lines = stdout.split('\n').filter((line) => /^[+~-] /.test(line));
    expect(lines.filter((line) => !/\/ {2}\(/.test(line))).toEqual([
      '- Media/b.jpg  (1.0 kB)',
      '~ notes/list.txt  (5 bytes → 14 bytes; content, size, time)',
      '+ notes/new.txt  (3 bytes)',
    ]);
    expect((await keeper.run(['diff', 'latest', '3'])).stdout).toMatch(/: nothing changed\.\n$/);
  });

  test('is one JSON object with lists and sums', async () => {
    expect(await keeper.json(['diff', '1'])).toMatchObject({
      before: { number: 1 },
      after: { number: 3, id: ids[2] },
      added: [{ path: 'notes/new.txt', size: 3 }],
      removed: [{ path: 'Media/b.jpg', size: 1000 }],
      counts: { added: 1, removed: 1 },
      addedBytes: 17,
      removedBytes: 1000,
      truncated: false,
    });
  });

  test('says which snapshot there is not', async () => {
    expect(await keeper.refusedAlike(['diff', '7'])).toMatchObject({ exit: 4, code: 'snapshot-missing' });
    const fresh = await withKey(place.at('fresh'), `folder:${place.at('fresh-cloud')}`);
    expect(await fresh.refused(['diff'])).toMatchObject({ exit: 4, code: 'snapshot-missing' });
    await fresh.run(['backup', chats]);
    const one = await fresh.refused(['diff']);
    expect(one).toMatchObject({ exit: 2, message: expect.stringContaining('one snapshot only') });
  });
});

describe('find', () => {
  test('tells the versions of a file and the snapshots that have them', async () => {
    const { versions, searched } = await keeper.json(['find', 'list.txt']);
    expect(versions).toMatchObject([
      { path: 'notes/list.txt', size: 19, snapshots: [{ id: ids[2], number: 3 }] },
      { path: 'notes/list.txt', size: 14, snapshots: [{ number: 2 }] },
      { path: 'notes/list.txt', size: 5, snapshots: [{ id: ids[0], number: 1 }] },
    ]);
    expect(searched).toHaveLength(3);
    const photo = await keeper.run(['find', '*.jpg', '--all']);
    expect(photo.stdout).toMatch(
      /^Media\/a\.jpg\n {2}300 kB · .* · in numbers 1 to 3 \(newest \w{26}\)\nMedia\/b\.jpg\n {2}1\.0 kB · .* · in number 1 \(\w{26}\)\n$/,
    );
    expect(await keeper.json(['find', '*.jpg', '--snapshot', '2'])).toMatchObject({
      versions: [{ path: 'Media/a.jpg' }],
    });
    const nothing = await keeper.run(['find', 'nothing']);
    expect([nothing.stdout, nothing.stderr]).toEqual(['', expect.stringContaining('Nothing in 3 snapshots')]);
    expect(await keeper.refused(['find', 'x', '--all', '--snapshot', '1'])).toMatchObject({ exit: 2 });
  });

  test('leads to a restore of that version alone', async () => {
    const { versions } = await keeper.json(['find', 'b.jpg']);
    const [{ path, snapshots }] = versions as unknown as [{ path: string; snapshots: [{ id: string }] }];
    const target = place.at('one');
    await keeper.run(['restore', target, '--snapshot', snapshots[0].id, '--only', path]);
    expect(await pathsIn(target)).toEqual(['Media/b.jpg']);
    await keeper.run(['restore', place.at('all'), '--snapshot', ids[2]!]);
    expect(await differing(place.at('all'), chats)).toEqual([]);
  });
});

describe('schedule', () => {
  beforeAll(async () => {
    await mkdir(place.at('bin'));
    const programs = {
      systemctl: 'exit 1',
      crontab: `if [ "$1" = -l ]; then cat '${place.at('tab')}' || exit 1; else cat > '${place.at('tab')}'; fi`,
    };
    for (const [name, body] of Object.entries(programs)) {
      await writeFile(place.at('bin', name), `#!/bin/sh\n${body}\n`);
      await chmod(place.at('bin', name), 0o755);
    }
    await writeFile(place.at('tab'), '# mine\n');
  });

  test('is set, shown, shown by status, and ended, and says exactly what it wrote', async () => {
    const print = await scheduled('--print', '--daily', chats);
    expect(print).toMatchObject({ code: 0, stdout: expect.stringContaining('Would write this line into') });
    expect(await readFile(place.at('tab'), 'utf8')).toBe('# mine\n');
    const set = await scheduled('--daily', '07:30', '--no-videos', '--exclude', '*.tmp', chats);
    expect(set).toMatchObject({ code: 0, stdout: expect.stringContaining('Backs up every day at 07:30') });
    const [, line] = (await readFile(place.at('tab'), 'utf8')).split('\n');
    expect(line).toMatch(/^30 7 \* \* \* .*\/packages\/cli\/bin\/strongroom\.js backup --quiet --profile /);
    expect(line).toContain(
      `--no-videos '--exclude=*.tmp' -- '${chats.replace('%', String.raw`'\%'`)}' # strong`,
    );
    expect(set.stdout).toContain(line);
    expect((await scheduled()).stdout).toContain('Backs up every day at 07:30, by cron.');
    const status = await onFakes('status', '--json');
    expect(JSON.parse(status.stdout)).toMatchObject({
      schedule: { by: 'cron', cadence: { every: 'day', hour: 7, minute: 30 }, when: 'every day at 07:30' },
    });
    expect((await scheduled('--off')).stdout).toContain('No longer scheduled. Removed:\n  crontab: 30 7');
    expect(await readFile(place.at('tab'), 'utf8')).toBe('# mine\n');
    expect((await scheduled('--off')).stdout).toBe('Nothing was scheduled.\n');
    expect(await readdir(place.at()).then((names) => names.includes('config'))).toBe(false);
  });

  test('runs what it wrote', async () => {
    await scheduled('--weekly', 'sun', chats);
    const tab = await readFile(place.at('tab'), 'utf8');
    const command = tab
      .split('\n')[1]!
      .split(' ')
      .slice(5)
      .join(' ')
      .replaceAll(String.raw`\%`, '%');
    const stdout = execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' });
    expect(stdout).toMatch(/^Backed up 3 files/);
    expect(await keeper.json(['snapshots'])).toMatchObject({ snapshots: [{ number: 4 }, {}, {}, {}] });
    await scheduled('--off');
  });

  test.each([
    [['--daily'], 2],
    [['--daily', '25:00', '.'], 2],
    [['--daily', '--weekly', '.'], 2],
    [['--off', '.'], 2],
    [['--print'], 2],
    [['.'], 2],
    [['--daily', '07:30', '/no/such/place'], 4],
  ])('%j is refused', async (args, code) => {
    expect(await scheduled(...args)).toMatchObject({ code });
  });
});

/** Runs a command where systemd and cron are fakes. */
function onFakes(command: string, ...args: string[]): ReturnType<typeof start>['ended'] {
  const PATH = [place.at('bin'), '/usr/bin', '/bin'].join(delimiter);
  const env = { PATH, XDG_CONFIG_HOME: place.at('config') };
  return start([command, '--profile', keeper.profile, ...args], { env }).ended;
}

function scheduled(...args: string[]): ReturnType<typeof start>['ended'] {
  return onFakes('schedule', ...args);
}
