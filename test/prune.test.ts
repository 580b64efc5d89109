import { execFileSync } from 'node:child_process';
import { readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { device, type Device } from './kit/input-command.ts';
import { differing, makePlace, pathsIn, writeTree, type Place } from './kit/input-tree.ts';
import { withKey } from './kit/input-world.ts';

let place: Place;

vi.setConfig({ testTimeout: 120_000 });

beforeAll(async () => {
  place = await makePlace();
  await makeFiveBackups();
}, 120_000);

afterAll(() => place.remove());

interface Kept {
  readonly keeper: Device;
  readonly chats: string;
  readonly cloud: string;
}

/** Makes a device with five backups: each has a video of its own, which only it needs. */
async function makeFiveBackups(): Promise<void> {
  const keeper = await withKey(place.at('original', 'profile'), `folder:${place.at('original', 'cloud')}`);
  const chats = place.at('original', 'chats');
  for (let day = 1; day <= 5; day++) {
    await rm(join(chats, 'Media'), { recursive: true, force: true });
    await writeTree(chats, { 'Media/video.mp4': 1_200_000, 'notes.txt': `day ${day}` });
    await keeper.json(['backup', chats]);
  }
}

/** A copy of it, in which the times of files are the same to the nanosecond. */
async function fiveBackups(name: string): Promise<Kept> {
  execFileSync('cp', ['-a', place.at('original'), place.at(name)]);
  const cloud = place.at(name, 'cloud');
  const state = place.at(name, 'profile', 'device.json');
  const text = await readFile(state, 'utf8');
  await writeFile(state, text.replace(place.at('original', 'cloud'), cloud));
  return { keeper: device(place.at(name, 'profile')), chats: place.at(name, 'chats'), cloud };
}

async function bytesIn(folder: string): Promise<number> {
  const sizes = (await pathsIn(folder)).map(async (path) => {
    const file = await stat(join(folder, path));
    return file.isFile() ? file.size : 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function lengthOf(list: readonly unknown[]): number {
  return list.length;
}

async function numbersOf(keeper: Device): Promise<number[]> {
  const { snapshots } = await keeper.json(['snapshots']);
  return (snapshots as unknown as { number: number }[]).map(({ number }) => number);
}

describe('prune', () => {
  test('says what would go without changing anything, then lets it go, and deletes it at once when told to', async () => {
    const { keeper, chats, cloud } = await fiveBackups('all');
    const before = await bytesIn(cloud);
    const trial = await keeper.run(['prune', '--keep-last', '2', '--dry-run', '--now']);
    expect(trial.stdout).toMatch(/Would go: number 3, today/);
    expect(trial.stdout).toContain('2 snapshots stay');
    expect(trial.stdout).toContain('3 would go.');
    expect(trial.stdout).toContain('Nothing was changed.');
    expect(await bytesIn(cloud)).toBe(before);
    expect(await numbersOf(keeper)).toEqual([5, 4, 3, 2, 1]);

    const marked = await keeper.json(['prune', '--keep-last', '2']);
    expect(marked).toMatchObject({
      dryRun: false,
      freedBytes: 0,
      number: 6,
      warnings: [],
      vaultProblem: null,
    });
    expect(marked['waitingBytes']).toBeGreaterThan(3_000_000);
    // The newest is published again, without those that went.
    expect(await numbersOf(keeper)).toEqual([6, 4]);
    // Whoever is restoring finds everything in its place for 30 days.
    expect(await bytesIn(cloud)).toBeGreaterThanOrEqual(before - 3 * 8192);

    const deleted = await keeper.run(['prune', '--keep-last', '2', '--now']);
    expect(deleted.stdout).toMatch(/Deleted: [34](\.\d)? MB\./);
    expect(await bytesIn(cloud)).toBeLessThan(before - 3_000_000);
    await keeper.run(['verify', '--full']);
    await keeper.run(['restore', place.at('all', 'back')]);
    expect(await differing(place.at('all', 'back'), chats)).toEqual([]);
    expect(await keeper.json(['backup', chats])).toMatchObject({ newBytes: 0 });
  });

  test('without saying what to keep is kind: of one day it lets go what is more than the last ones', async () => {
    const { keeper } = await fiveBackups('kind');
    const { removed = [], kept = [] } = await keeper.json(['prune']);
    expect(lengthOf(removed) + lengthOf(kept)).toBe(5);
    expect(await numbersOf(keeper)).toHaveLength(lengthOf(kept));
    expect(lengthOf(kept)).toBeGreaterThanOrEqual(3);
  });

  test('keeps the newest of a day, a week, a month', async () => {
    const { keeper } = await fiveBackups('daily');
    await keeper.run(['prune', '--keep-daily', '7', '--keep-weekly', '4', '--keep-monthly', '12']);
    expect(await numbersOf(keeper)).toEqual([6]);
  });

  test('has nothing to do before the first backup', async () => {
    const keeper = await withKey(place.at('none', 'profile'), `folder:${place.at('none', 'cloud')}`);
    expect((await keeper.run(['prune'])).stdout).toContain('No snapshot yet');
  });

  test.each([
    [['--keep-last', '0'], 'To keep the newest snapshot alone: --keep-last 1.'],
    [['--keep-last', 'all'], '--keep-last takes a whole number, not "all".'],
    [['--keep-daily', '-3'], '--keep-daily takes a whole number, not "-3".'],
    [['--keep-weekly', '1.5'], '--keep-weekly takes a whole number, not "1.5".'],
  ])('refuses %j', async (options, why) => {
    const { keeper } = await fiveBackups(`refuse ${options.join(' ')}`);
    const { exit, code, shown } = await keeper.refusedAlike(['prune', ...options]);
    expect({ exit, code }).toEqual({ exit: 2, code: 'wrong-usage' });
    expect(shown).toContain(why);
  });

  test('needs a backup of this device', async () => {
    expect(await device(place.at('nobody')).refused(['prune'])).toMatchObject({ code: 'not-enabled' });
  });

  test('is not for a device whose backup another one took over', async () => {
    const { keeper, chats, cloud } = await fiveBackups('taken');
    const key = await keeper.run(['key', 'show']);
    const other = device(place.at('taken', 'other'));
    const input = `${key.stdout.match(/[0-9a-f]{4}( [0-9a-f]{4}){3}/g)!.join(' ')}\n`;
    await other.run(
      ['restore', place.at('taken', 'there'), '--cloud', `folder:${cloud}`, '--key-file', '-'],
      {
        input,
      },
    );
    await other.json(['backup', chats, '--take-over']);
    const { code, shown } = await keeper.refusedAlike(['prune', '--keep-last', '1']);
    expect(code).toBe('other-writer');
    expect(shown).toContain('--take-over');
    expect(await numbersOf(other)).toEqual([6, 5, 4, 3, 2, 1]);
  });

  test('deletes nothing while a snapshot is lost, until it is told to let go of it', async () => {
    const { keeper, chats, cloud } = await fiveBackups('lost');
    const [archive] = await readdir(cloud);
    const snapshots = join(cloud, archive!, 'snapshots');
    await rm(join(snapshots, (await readdir(snapshots)).toSorted()[2]!));
    const before = await bytesIn(cloud);
    const { shown, code } = await keeper.refusedAlike(['prune', '--keep-last', '4', '--now']);
    expect(code).toBe('archive-incomplete');
    expect(shown).toContain('--accept-loss');
    expect(await bytesIn(cloud)).toBe(before);
    await keeper.run(['prune', '--keep-last', '4', '--now', '--accept-loss']);
    await keeper.run(['verify', '--full']);
    await keeper.run(['restore', place.at('lost', 'back')]);
    expect(await differing(place.at('lost', 'back'), chats)).toEqual([]);
  });
});
