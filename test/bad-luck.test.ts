import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Answer } from '../tools/run-strongroom.ts';
import { device, isBusy, refusalOf, start, until, type Device, type Running } from './kit/input-command.ts';
import { smallDisk, type SmallDisk } from './kit/input-small-disk.ts';
import { differing, pathsIn, writeTree, type Place } from './kit/input-tree.ts';
import { fromStdin, password, startWorld, withKey, type World } from './kit/input-world.ts';

const MB = 1_000_000;

let world: World;
let place: Place;
let owner: Device;
/** 36 MB: two packs and a piece. */
let chats: string;

beforeAll(async () => {
  world = await startWorld();
  ({ place } = world);
  const photos = Array.from({ length: 12 }, (_, i) => [`Media/photo-${i}.jpg`, 3 * MB] as const);
  chats = await writeTree(place.at('chats'), Object.fromEntries(photos));
  owner = await world.withPassword('owner', '+491700000001');
});

afterAll(() => world.end());

beforeEach(() => world.line.mend());

describe('a server that cannot be reached', () => {
  test('is said by every command that needs it', async () => {
    world.line.cutAfter(0);
    const restore = ['restore', place.at('out'), '--cloud', 'builtin:'];
    const commands: [readonly string[], string][] = [
      [['sign-in', '--server', world.line.url, '--phone', '+491700000009'], 'offline'],
      [['backup', chats], 'cloud-unreachable'],
      [restore, 'cloud-unreachable'],
      [['check-password', ...fromStdin], 'offline'],
      [['change-password', ...fromStdin], 'offline'],
      [['disable', '--yes', '--keep-backups'], 'offline'],
    ];
    for (const [args, code] of commands) {
      const on = args[0] === 'sign-in' ? device(place.at('new')) : owner;
      const refusal = await on.refused(args, { input: 'another fine password' });
      expect(refusal, `${args[0]}`).toMatchObject({ exit: 6, code });
      expect(refusal.message).toContain(world.line.url);
    }
    expect(world.line.refused).toBeLessThan(8 * commands.length);
  });

  test('does not keep status from saying what this device knows', async () => {
    world.line.cutAfter(0);
    const { stdout } = await owner.run(['status'], { exit: 6 });
    expect(stdout).toContain('End-to-end encrypted backups are on.');
    expect(stdout).toContain('The vault could not be asked');
    const { stdout: line } = await owner.run(['status', '--json'], { exit: 6 });
    expect(JSON.parse(line)).toMatchObject({ encrypted: true, vault: null, error: { code: 'offline' } });
  });

  test('changes nothing: the old password holds when it is back', async () => {
    await owner.run(['check-password', ...fromStdin], { input: password });
    expect(await owner.json(['status'])).toMatchObject({ unfinished: null });
  });
});

describe('a line that breaks in the middle', () => {
  test('of a backup ends it; the next one does not send again what had arrived', async () => {
    // Two packs of 16 MiB are sent at a time: when more than both went over, one of them has arrived.
    world.line.cutAfter(34 * MB);
    expect(await owner.refused(['backup', chats])).toMatchObject({ exit: 6, code: 'cloud-unreachable' });
    expect(world.line.refused).toBeLessThan(40);
    world.line.mend();
    const { files, uploadedBytes } = await owner.json(['backup', chats]);
    expect(files).toBe(12);
    expect(uploadedBytes).toBeLessThan(24 * MB);
  });

  test('of a restore ends it; the next one goes on with what is whole already', async () => {
    world.line.cutAfter(20 * MB);
    const restore = ['restore', place.at('half')];
    expect(await owner.refused(restore)).toMatchObject({ exit: 6, code: 'cloud-unreachable' });
    const there = await pathsIn(place.at('half'));
    expect(there.length).toBeGreaterThan(0);
    expect(there.length).toBeLessThan(12);
    world.line.mend();
    const { restored, skipped } = await owner.json(restore);
    expect({ restored, skipped }).toEqual({ restored: 12 - there.length, skipped: there.length });
    expect(await differing(place.at('half'), chats)).toEqual([]);
  });
});

describe('a stop', () => {
  test('by Ctrl-C in the middle of a backup is told in a sentence; the next run goes on', async () => {
    const more = await writeTree(place.at('more'), { 'Media/film.mp4': MB });
    world.line.stallAfter(100_000);
    const running = start(['backup', chats, more, '--profile', owner.profile]);
    await until(() => world.line.isBroken, 'the upload hangs');
    const { code, stdout, stderr } = await endingSoon(running, 'SIGINT');
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/Stopped\. Run the same command again to go on\.\n\(cancelled\)\n$/);
    world.line.mend();
    expect((await owner.json(['backup', chats, more]))['files']).toBe(13);
  });

  test('by a signal in the middle of a restore leaves only whole files; the next run goes on', async () => {
    world.line.stallAfter(8 * MB);
    const restore = ['restore', place.at('stopped')];
    const running = start([...restore, '--json', '--profile', owner.profile]);
    await until(() => world.line.isBroken, 'the download hangs');
    const refusal = refusalOf(await endingSoon(running, 'SIGTERM'));
    expect(refusal).toMatchObject({ exit: 130, code: 'cancelled' });
    world.line.mend();
    await owner.run(restore);
    expect(await differing(place.at('stopped', 'chats'), chats)).toEqual([]);
  });

  test('while a secret is waited for on standard input ends at once', async () => {
    const running = start(['check-password', '--profile', owner.profile]);
    await until(() => isBusy(owner.profile), 'the command begins');
    const { code, stderr } = await endingSoon(running, 'SIGINT');
    expect(code).toBe(130);
    expect(stderr).toContain('Stopped.');
  });
});

describe('a full disk', () => {
  let disk: SmallDisk;
  let six: string;

  beforeAll(async () => {
    disk = smallDisk(place.at('small disk'), 4);
    const files = Array.from({ length: 6 }, (_, i) => [`Media/photo-${i}.jpg`, MB] as const);
    six = await writeTree(place.at('six'), Object.fromEntries(files));
  });

  afterAll(() => disk.remove());

  test('under a restore is said; what is there is whole and kept, and with room the same command goes on', async () => {
    const keeper = await withKey(place.at('keeper'), `folder:${place.at('cloud')}`);
    await keeper.run(['backup', six]);
    const target = join(disk.folder, 'restored');
    const args = ['restore', target, '--profile', keeper.profile, '--json'];
    const refusal = refusalOf(await start(args, { env: disk.env() }).ended);
    expect(refusal).toMatchObject({ exit: 1, code: 'disk-full' });
    expect(refusal.message).toContain('Make room and run the same command again');
    const there = await pathsIn(target);
    expect(there.length).toBeGreaterThan(0);
    expect((await differing(target, six)).filter((path) => there.includes(path))).toEqual([]);
    disk.grow();
    expect(await keeper.json(['restore', target])).toMatchObject({ skipped: there.length });
    expect(await differing(target, six)).toEqual([]);
  });
});

describe('a full cloud', () => {
  let disk: SmallDisk;

  beforeAll(() => {
    disk = smallDisk(place.at('small cloud'), 4);
  });

  afterAll(() => disk.remove());

  test('is said; the backup before stays whole, and with room the same command goes on', async () => {
    const keeper = await withKey(place.at('cramped'), `folder:${disk.folder}`);
    const notes = await writeTree(place.at('notes'), { 'first.txt': 'the first note' });
    await keeper.run(['backup', notes]);
    await writeTree(notes, { 'film.mp4': 6 * MB });
    const args = ['backup', notes, '--profile', keeper.profile, '--json'];
    const refusal = refusalOf(await start(args, { env: disk.env() }).ended);
    expect(refusal).toMatchObject({ exit: 1, code: 'cloud-full' });
    expect((await pathsIn(disk.folder)).filter((path) => path.includes('.part'))).toEqual([]);
    expect(await keeper.json(['verify', '--full'])).toMatchObject({ clean: true, snapshots: 1 });
    disk.grow();
    expect(await keeper.json(['backup', notes])).toMatchObject({ files: 2, number: 2 });
    await keeper.run(['restore', place.at('roomy')]);
    expect(await differing(place.at('roomy'), notes)).toEqual([]);
  });
});

/** What a command answers that is sent a signal. @throws Error unless it ends within five seconds */
async function endingSoon(running: Running, signal: NodeJS.Signals): Promise<Answer> {
  running.signal(signal);
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('it did not end within five seconds')), 5000).unref();
  });
  return Promise.race([running.ended, late]);
}
