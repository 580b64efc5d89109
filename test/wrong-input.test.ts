import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  device,
  isBusy,
  runUnprivileged,
  start,
  until,
  type Device,
  type Refusal,
} from './kit/input-command.ts';
import { differing, pathsIn, writeSample, writeTree, type Place } from './kit/input-tree.ts';
import { fromStdin, password, startWorld, withKey, type World } from './kit/input-world.ts';

let world: World;
let place: Place;
/** Backs up to the server, opened by a password. */
let owner: Device;
/** Backs up to a folder, opened by a key. */
let keeper: Device & { readonly key: string };
let cloud: string;
let sample: string;

beforeAll(async () => {
  world = await startWorld();
  ({ place } = world);
  sample = await writeSample(place.at('chats'));
  owner = await world.withPassword('owner', '+491700000001');
  await owner.run(['backup', sample]);
  cloud = `folder:${place.at('cloud')}`;
  keeper = await withKey(place.at('keeper'), cloud);
  await keeper.run(['backup', sample]);
});

afterAll(() => world.end());

async function guessesLeft(): Promise<unknown> {
  return (await owner.json(['status']))['vault']!['guessesLeft'];
}

function restoreByKey(target: string, typed: string, from = cloud): Promise<Refusal> {
  const restore = ['restore', target, '--cloud', from, '--key-file', '-'];
  return device(`${target} profile`).refused(restore, { input: typed });
}

const groups = (): string[] => keeper.key.trim().split(/\s+/);

describe('a password', () => {
  test('that is wrong costs a try, says how many are left, and leaves nothing behind', async () => {
    const phone = await world.signedIn('phone', '+491700000001');
    const restore = ['restore', place.at('wrong'), '--cloud', 'builtin:', ...fromStdin];
    const refusal = await phone.refusedAlike(restore, { input: 'red wine at noon' });
    expect(refusal).toMatchObject({ exit: 3, code: 'wrong-password', details: { guessesLeft: 38 } });
    expect(refusal.shown).toContain('39 tries left');
    expect(await guessesLeft()).toBe(38);
    expect(await pathsIn(place.at('wrong'))).toEqual([]);
  });

  test.each([
    ['', 'is empty'],
    ['1234567', 'shorter than 8 characters'],
    ['12345678', 'first that anybody would guess'],
  ])('%j is not taken as a new one', async (weak, why) => {
    const refusal = await owner.refused(['change-password', ...fromStdin], { input: `${weak}\n` });
    expect(refusal).toMatchObject({ exit: 2, code: 'weak-password' });
    expect(refusal.message).toContain(why);
  });

  test('that is weak turns nothing on and changes nothing', async () => {
    const fresh = await world.signedIn('weak', '+491700000002');
    const enable = ['enable', '--method', 'password', '--cloud', 'builtin:', ...fromStdin];
    expect(await fresh.refusedAlike(enable, { input: 'kitten' })).toMatchObject({
      exit: 2,
      code: 'weak-password',
    });
    expect(await fresh.json(['status'])).toMatchObject({ encrypted: false, unfinished: null });
    await owner.run(['check-password', ...fromStdin], { input: password });
  });

  test('of eight digits is taken: the limit of tries guards it', async () => {
    const enable = ['enable', '--method', 'password', '--cloud', 'builtin:', ...fromStdin];
    const fresh = device(place.at('weak'));
    expect(await fresh.json(enable, { input: '58391742' })).toMatchObject({ enabled: true });
  });
});

// Most of the time one waits for commands: several at a time keep all cores busy.
vi.setConfig({ testTimeout: 90_000 });

describe.concurrent('a 64-digit key', () => {
  test('of another backup is told from a mistyped one', async () => {
    const other = groups()
      .with(0, groups()[0] === '0000' ? '0001' : '0000')
      .join(' ');
    expect(await restoreByKey(place.at('other'), other)).toMatchObject({ exit: 3, code: 'wrong-key' });
    expect(await pathsIn(place.at('other'))).toEqual([]);
  });

  test.each<[string, () => string, string | null, string]>([
    ['a letter o in B3', () => groups().with(6, '0o12').join(' '), 'B3', 'letter o where a zero (0)'],
    ['a stray x in B3', () => groups().with(6, '0x12').join(' '), 'B3', 'not 0-9 or a-f'],
    ['a short group D4', () => groups().with(15, 'abc').join(' '), 'D4', 'too short'],
    ['63 digits', () => groups().join('').slice(1), null, '63 digits, not 64'],
    ['nothing', () => '\n', null, 'empty'],
  ])('mistyped (%s) says what cannot be right', async (_, typed, group, why) => {
    const refusal = await restoreByKey(place.at(`mistyped ${why}`), typed());
    expect(refusal).toMatchObject({ exit: 3, code: 'malformed-key', details: { group } });
    expect(refusal.message).toContain(group === null ? why : `group ${group} `);
    expect(refusal.message).toContain(why);
    for (const part of groups()) expect(refusal.message).not.toContain(part);
  });

  test.each([
    ['standard input, in capitals, with dashes and foreign line breaks', 'stdin'],
    ['a file, with blanks around it', 'file'],
  ])('is read from %s', async (_, from) => {
    const typed = keeper.key.toUpperCase().replaceAll(' ', ' – ').replaceAll('\n', '\r\n');
    await writeFile(place.at('key'), `\n  ${keeper.key.replaceAll(/\s/g, '-')}\n`);
    const file = from === 'stdin' ? '-' : place.at('key');
    const restore = ['restore', place.at(from), '--cloud', cloud, '--key-file', file];
    await device(place.at(`profile-${from}`)).run(restore, { input: typed });
    expect(await differing(place.at(from), sample)).toEqual([]);
  });
});

describe('a backup that is not there', () => {
  test.each(['an empty', 'a missing'])('in %s folder is said before a try is spent', async (which) => {
    await mkdir(place.at('an empty'), { recursive: true });
    const before = await guessesLeft();
    const from = `folder:${place.at(which)}`;
    const byKey = await restoreByKey(place.at('none'), keeper.key, from);
    expect(byKey).toMatchObject({ exit: 4, code: 'archive-missing' });
    expect(byKey.message).toContain(place.at(which));
    const restore = ['restore', place.at('none'), '--cloud', from, ...fromStdin];
    expect(await owner.refused(restore, { input: 'a wrong password' })).toMatchObject({ exit: 4 });
    expect(await guessesLeft()).toBe(before);
    expect(await pathsIn(place.at('none'))).toEqual([]);
  });

  test('on a device that never turned backups on is said by every command', async () => {
    const fresh = device(place.at('fresh'));
    const said = await fresh.refusedAlike(['backup', sample]);
    expect(said).toMatchObject({ exit: 4, code: 'not-enabled' });
    expect(said.shown).toContain('strongroom enable');
    for (const command of ['snapshots', 'verify', 'check-password', 'change-password', 'disable'])
      expect(await fresh.refused([command]), `strongroom ${command}`).toMatchObject({
        exit: 4,
        code: 'not-enabled',
      });
    await fresh.run(['key', 'show'], { exit: 4 });
  });

  test('cannot be turned on without an account, nor twice', async () => {
    const enable = ['enable', '--cloud', cloud, '--method'];
    const signedOut = await device(place.at('fresh')).refusedAlike([...enable, 'password']);
    expect(signedOut).toMatchObject({ exit: 1, code: 'signed-out' });
    expect(signedOut.shown).toContain('strongroom sign-in');
    expect(await keeper.refusedAlike([...enable, 'key'])).toMatchObject({ exit: 1, code: 'already-enabled' });
  });
});

describe.concurrent('a newer version of the format', () => {
  test.each(['descriptor', 'snapshots', 'packs'])(
    'in the %s is refused, and nothing is restored',
    async (kind) => {
      const copy = place.at(`newer-${kind}`);
      await cp(place.at('cloud'), copy, { recursive: true });
      const object = (await pathsIn(copy)).find((path) => path.includes(kind))!;
      const bytes = await readFile(join(copy, object));
      bytes.writeUInt16BE(900, 4);
      await writeFile(join(copy, object), bytes);
      const refusal = await restoreByKey(place.at(`from-newer-${kind}`), keeper.key, `folder:${copy}`);
      expect(refusal).toMatchObject({ exit: 1, code: 'newer-version', details: { object, version: 900 } });
      expect(refusal.message).toContain('Update the app');
      expect(await pathsIn(place.at(`from-newer-${kind}`))).toEqual([]);
    },
  );
});

describe('a folder', () => {
  test('that is not empty, or is a file, is not restored to', async () => {
    await writeTree(place.at('taken'), { 'notes/mine.txt': 'mine', file: 'mine, too' });
    const before = await pathsIn(place.at('taken'));
    for (const path of ['taken', 'taken/file', 'taken/file/below']) {
      const refusal = await keeper.refused(['restore', place.at(path)]);
      expect(refusal, `restore to ${path}`).toMatchObject({
        exit: 1,
        code: 'target-not-empty',
        details: { path: place.at(path) },
      });
    }
    const onNewDevice = ['restore', place.at('taken'), '--cloud', 'builtin:', ...fromStdin];
    expect(await owner.refusedAlike(onNewDevice, { input: 'wrong' })).toMatchObject({
      code: 'target-not-empty',
    });
    expect(await pathsIn(place.at('taken'))).toEqual(before);
    expect(await readFile(place.at('taken', 'file'), 'utf8')).toBe('mine, too');
  });

  test('that is missing is not backed up, nor are the others named with it', async () => {
    const refusal = await keeper.refusedAlike(['backup', sample, place.at('nowhere')]);
    expect(refusal).toMatchObject({
      exit: 4,
      code: 'source-missing',
      details: { path: place.at('nowhere') },
    });
    expect((await keeper.json(['snapshots']))['snapshots']).toHaveLength(1);
  });

  test('that may not be written to or read is named', async () => {
    const closed = await writeTree(place.at('closed'), { 'may/not.txt': 'no', 'may.txt': 'yes' });
    await chmod(join(closed, 'may'), 0o000);
    const backup = await runUnprivileged(['backup', closed, '--profile', keeper.profile, '--json']);
    expect(JSON.parse(backup.stdout)).toMatchObject({ files: 1, warnings: [{ path: 'may/' }] });
    await chmod(closed, 0o500);
    const profile = ['--profile', place.at('closed out')];
    const refused: [string, readonly string[]][] = [
      ['not-permitted', ['restore', join(closed, 'new'), '--profile', keeper.profile]],
      ['cloud-denied', ['enable', '--method', 'key', '--cloud', `folder:${closed}`, ...profile]],
      ['not-permitted', ['status', '--profile', join(closed, 'profile')]],
    ];
    for (const [code, args] of refused) {
      const { stdout, code: exit } = await runUnprivileged([...args, '--json']);
      expect(JSON.parse(stdout), `strongroom ${args.join(' ')}`).toMatchObject({ error: { code } });
      expect(exit).toBe(1);
    }
  });
});

describe('a profile', () => {
  test('in use by another command is left alone until that ends', async () => {
    const target = ['restore', place.at('later'), '--cloud', cloud, '--key-file', '-'];
    const first = start([...target, '--profile', place.at('busy')]);
    const busy = device(place.at('busy'));
    await until(() => isBusy(busy.profile), 'the first command begins');
    expect(await busy.refusedAlike(['status'])).toMatchObject({ exit: 1, code: 'in-use' });
    first.type(keeper.key);
    expect(await first.ended).toMatchObject({ code: 0 });
    expect(await busy.json(['status'])).toMatchObject({ encrypted: true });
  });

  test('that is damaged is said to be, and no secret of it is quoted', async () => {
    const text = await readFile(join(keeper.profile, 'device.json'), 'utf8');
    const damaged = await writeTree(place.at('damaged'), { 'device.json': text.slice(0, -20) });
    const refusal = await device(damaged).refusedAlike(['status']);
    expect(refusal).toMatchObject({ exit: 1, code: 'profile-damaged' });
    expect(refusal.shown).toContain(join(damaged, 'device.json'));
    expect(refusal.shown + JSON.stringify(refusal.json)).not.toMatch(/[0-9a-f]{16}/);
  });

  test('of a newer version is said to be', async () => {
    await writeTree(place.at('newer'), { 'device.json': '{"version": 2}' });
    expect(await device(place.at('newer')).refused(['status'])).toMatchObject({
      exit: 1,
      code: 'newer-version',
    });
  });
});
