import { execFileSync } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Device } from './kit/input-command.ts';
import { device } from './kit/input-command.ts';
import { differing, pathsIn, writeSample, writeTree, type Place } from './kit/input-tree.ts';
import { fromStdin, password, startWorld, type World } from './kit/input-world.ts';

let world: World;
let place: Place;

beforeAll(async () => {
  world = await startWorld();
  ({ place } = world);
});

afterAll(() => world.end());

vi.setConfig({ testTimeout: 120_000 });

const enable = (cloud: string): string[] => ['enable', '--method', 'key', '--cloud', cloud];

describe('while encryption is off', () => {
  test('an unencrypted backup is made, in loud words, unpacked by tar, and restored', async () => {
    const chats = await writeSample(place.at('chats'));
    const cloud = place.at('cloud');
    const off = device(place.at('off'));
    const { stdout, stderr } = await off.run(['backup', '--plain', '--cloud', `folder:${cloud}`, chats]);
    expect(stdout).toContain('NOT encrypted.');
    expect(stderr).toContain('This backup is NOT encrypted: whoever gets into folder:');
    await unpack(cloud, place.at('unpacked'));
    expect(await differing(place.at('unpacked'), chats)).toEqual([]);
    // The cloud is known from now on.
    const again = await off.json(['backup', '--plain', chats]);
    expect(again).toMatchObject({ encrypted: false, files: 5, parts: 1, warnings: [] });
    expect(await plainIn(cloud)).toEqual(['00000000', 'done']);
    await off.run(['restore', place.at('back'), '--plain']);
    expect(await differing(place.at('back'), chats)).toEqual([]);
    const elsewhere = device(place.at('elsewhere'));
    const some = ['restore', place.at('some'), '--plain', '--cloud', `folder:${cloud}`, '--only', 'media'];
    expect(await elsewhere.json(some)).toMatchObject({ encrypted: false, restored: 3 });
    const status = await off.json(['status']);
    expect(status).toMatchObject({
      encrypted: false,
      plain: [{ cloud: `folder:${cloud}`, last: { files: 5 } }],
    });
  });

  test('a live database is in it as a consistent copy', async () => {
    const folder = await writeTree(place.at('live'), { 'note.txt': 'x' });
    using database = new DatabaseSync(join(folder, 'msgstore.db'));
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE message (text TEXT)',
    );
    for (let i = 0; i < 2000; i++) database.exec(`INSERT INTO message VALUES ('message ${i}')`);
    const live = device(place.at('live-device'));
    await live.run(['backup', '--plain', '--cloud', `folder:${place.at('live-cloud')}`, folder]);
    await live.run(['restore', place.at('live-back'), '--plain']);
    expect(await pathsIn(place.at('live-back'))).toEqual(['msgstore.db', 'note.txt']);
    using copy = new DatabaseSync(place.at('live-back', 'msgstore.db'));
    expect(copy.prepare('SELECT count(*) AS count FROM message').get()).toEqual({ count: 2000 });
    expect(copy.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  });

  test('it is refused without a cloud, with options of encrypted ones, and the other way round', async () => {
    const fresh = device(place.at('fresh'));
    const { at } = place;
    for (const args of [
      ['backup', '--plain', at('chats')],
      ['backup', '--plain', '--cloud', 'folder:/x', '--accept-loss', at('chats')],
      ['restore', at('no-restore'), '--plain'],
      ['restore', at('no-restore'), '--plain', '--cloud', 'folder:/x', '--key-file', 'y'],
    ])
      expect(await fresh.refused(args)).toMatchObject({ exit: 2, code: 'wrong-usage' });
    const nowhere = ['restore', at('no-restore'), '--plain', '--cloud', `folder:${at('nothing')}`];
    expect(await fresh.refusedAlike(nowhere)).toMatchObject({ exit: 4, code: 'plain-missing' });
    await fresh.run(enable(`folder:${at('fresh-cloud')}`));
    const on = await fresh.refusedAlike(['backup', '--plain', at('chats')]);
    expect(on).toMatchObject({ exit: 2, code: 'wrong-usage' });
    expect(on.message).toContain('End-to-end encrypted backups are on');
    const cloud = await fresh.refused(['backup', '--cloud', 'folder:/x', at('chats')]);
    expect(cloud).toMatchObject({ exit: 2, code: 'wrong-usage' });
  });

  test('one that was killed counts as none, and the one before stays', async () => {
    const chats = await writeTree(place.at('big'), { 'Media/one.jpg': 20_000_000 });
    const cloud = place.at('killed-cloud');
    const killed = device(place.at('killed'));
    await killed.run(['backup', '--plain', '--cloud', `folder:${cloud}`, chats]);
    const [before] = await folders(cloud);
    await writeTree(chats, { 'Media/two.jpg': 60_000_000 });
    const kill = new AbortController();
    const running = killed.run(['backup', '--plain', chats], { kill: kill.signal, exit: 137 });
    await vi.waitFor(async () => expect(await folders(cloud)).toHaveLength(2), {
      timeout: 60_000,
      interval: 5,
    });
    kill.abort();
    await running;
    expect(await plainIn(cloud, before)).toEqual(['00000000', '00000001', 'done']);
    await killed.run(['restore', place.at('killed-back'), '--plain']);
    expect(await pathsIn(place.at('killed-back'))).toEqual(['Media/one.jpg']);
    await killed.run(['backup', '--plain', chats]);
    expect(await folders(cloud)).toHaveLength(1);
    await unpack(cloud, place.at('killed-unpacked'));
    expect(await differing(place.at('killed-unpacked'), chats)).toEqual([]);
  });
});

describe('turning encryption on', () => {
  test('ends in the deletion of the unencrypted backup, after the check of the first encrypted one', async () => {
    const chats = place.at('chats');
    const phone = await world.signedIn('phone', '+491700000101');
    await phone.run(['backup', '--plain', '--cloud', 'builtin:', chats]);
    const stored = join(world.server.data, 'cloud');
    const before = await plainObjects(stored);
    expect(before).toHaveLength(2);
    const { stdout } = await phone.run([...enableWithPassword], { input: password });
    expect(stdout).toContain('is deleted once the first encrypted one is made and checked.');
    expect(await plainObjects(stored)).toEqual(before);
    const made = await phone.run(['backup', chats]);
    expect(made.stdout).toContain('the unencrypted one from before is deleted.');
    expect(await plainObjects(stored)).toEqual([]);
    expect(await phone.json(['status'])).toMatchObject({ encrypted: true, plain: [] });
    // Nothing more is said, and nothing is checked again.
    expect((await phone.json(['backup', chats]))['plain']).toBeUndefined();
    await phone.run(['restore', place.at('phone-back')]);
    expect(await differing(place.at('phone-back'), chats)).toEqual([]);
  });

  test('keeps it when the check finds damage, says so, and deletes it when a later check finds none', async () => {
    const { keeper, chats, cloud } = await withPlain('damaged');
    await keeper.run(enable(`folder:${cloud}`));
    await keeper.run(['backup', chats], { exit: 0 });
    expect(await folders(cloud)).toEqual([]);
    // As if the deletion had not been reached: the unencrypted one is there again, and a pack is damaged.
    const { state, putBack } = await withPlain('other');
    await putBack(keeper, cloud, state);
    await damagePack(cloud);
    const said = await keeper.run(['backup', chats]);
    expect(said.stderr).toContain('The unencrypted backup from before is still in the cloud');
    expect(said.stderr).toContain('The backup is damaged');
    expect(await folders(cloud)).toHaveLength(1);
    // By now it is known what is damaged, and it is stored again.
    expect((await keeper.json(['backup', chats]))['plain']).toEqual({ deleted: 1, kept: null });
    expect(await folders(cloud)).toEqual([]);
  });

  test('is finished by the next backup when it was killed in the middle', async () => {
    const chats = place.at('chats');
    const phone = await world.signedIn('unlucky', '+491700000102');
    await phone.run(['backup', '--plain', '--cloud', 'builtin:', chats]);
    await phone.run([...enableWithPassword], { input: password });
    const kill = new AbortController();
    const stored = join(world.server.data, 'cloud');
    const snapshots = await snapshotsIn(stored);
    // It goes no further than to store its snapshot.
    world.line.stallAnswersAfter(/^PUT \S+\/snapshots\//);
    const running = phone.run(['backup', chats], { kill: kill.signal, exit: 137 });
    await vi.waitFor(async () => expect(await snapshotsIn(stored)).toBe(snapshots + 1), { timeout: 60_000 });
    kill.abort();
    await running;
    world.line.mend();
    expect(await plainObjects(stored)).not.toEqual([]);
    const next = await phone.json(['backup', chats]);
    expect(next['plain'] ?? { kept: null }).toMatchObject({ kept: null });
    expect(await plainObjects(stored)).toEqual([]);
    await phone.run(['verify', '--full']);
  });

  test('leaves alone what is in another cloud, and says so; and what else is in this one', async () => {
    const { keeper, chats, cloud } = await withPlain('two-clouds');
    const other = place.at('two-clouds-other');
    await writeTree(cloud, { 'mine.txt': 'mine', [`${'a'.repeat(32)}/plain/mine`]: 'mine' });
    const { stdout } = await keeper.run(enable(`folder:${other}`));
    expect(stdout).toContain(`The UNENCRYPTED backup in folder:${cloud} stays: delete it yourself.`);
    await keeper.run(['backup', chats]);
    expect(await folders(cloud)).toHaveLength(1);
    expect(await keeper.json(['status'])).toMatchObject({ plain: [{ cloud: `folder:${cloud}` }] });
    await keeper.run(['disable', '--delete-backups', '--yes']);
    await keeper.run(enable(`folder:${cloud}`));
    await keeper.run(['backup', chats]);
    expect(await folders(cloud)).toEqual([]);
    expect(await readFile(join(cloud, 'mine.txt'), 'utf8')).toBe('mine');
    expect(await readFile(join(cloud, 'a'.repeat(32), 'plain', 'mine'), 'utf8')).toBe('mine');
  });

  test('and off again deletes no unencrypted backup that is not yet checked', async () => {
    const { keeper, cloud } = await withPlain('off-again');
    await keeper.run(enable(`folder:${cloud}`));
    await keeper.run(['disable', '--delete-backups', '--yes']);
    expect(await folders(cloud)).toHaveLength(1);
    await keeper.run(['restore', place.at('off-again-back'), '--plain']);
    expect(await pathsIn(place.at('off-again-back'))).not.toEqual([]);
  });
});

const enableWithPassword = ['enable', '--method', 'password', '--cloud', 'builtin:', ...fromStdin];

interface WithPlain {
  readonly keeper: Device;
  readonly chats: string;
  readonly cloud: string;
  readonly state: string;
  readonly putBack: (device: Device, cloud: string, state: string) => Promise<void>;
}

/** A device with an unencrypted backup in a folder. */
async function withPlain(name: string): Promise<WithPlain> {
  const chats = await writeSample(place.at(`${name}-chats`));
  const cloud = place.at(`${name}-cloud`);
  const keeper = device(place.at(`${name}-device`));
  await keeper.run(['backup', '--plain', '--cloud', `folder:${cloud}`, chats]);
  const putBack = async (on: Device, into: string, state: string): Promise<void> => {
    const { plain } = JSON.parse(state) as { plain: [{ archiveId: string }] };
    const [{ archiveId }] = plain;
    execFileSync('cp', ['-r', join(cloud, archiveId), into]);
    const file = join(on.profile, 'device.json');
    const own = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...own, plain: [{ archiveId, cloud: `folder:${into}` }] }));
  };
  const state = await readFile(join(keeper.profile, 'device.json'), 'utf8');
  return { keeper, chats, cloud, state, putBack };
}

/** Changes a byte in the middle of the first pack, which only a full check notices. */
async function damagePack(cloud: string): Promise<void> {
  const names = await readdir(cloud, { recursive: true });
  const pack = join(
    cloud,
    names.find((name) => /\/packs\/[0-9a-f]{32}$/.test(name))!,
  );
  const bytes = await readFile(pack);
  bytes[5000]! ^= 1;
  await writeFile(pack, bytes);
}

/** The folders of plain backups in a cloud. */
async function folders(cloud: string): Promise<string[]> {
  const objects = await plainObjects(cloud);
  return [...new Set(objects.map((name) => name.replace(/\/[^/]*$/, '')))].toSorted();
}

/** The objects of plain backups in a folder. */
async function plainObjects(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => /\/plain\/\w{26}\/(?:\d{8}|done)$/.test(name)).toSorted();
}

/** The last names of the objects of the only plain backup, or of one of them. */
async function plainIn(cloud: string, folder?: string): Promise<string[]> {
  const [only] = await folders(cloud);
  const objects = await plainObjects(cloud);
  return objects
    .filter((name) => name.startsWith(`${folder ?? only}/`))
    .map((name) => name.slice(name.lastIndexOf('/') + 1));
}

async function snapshotsIn(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => /\/snapshots\/\w{26}$/.test(name)).length;
}

/** As the documentation says: `cat … | tar x`. */
async function unpack(cloud: string, target: string): Promise<void> {
  const [folder] = await folders(cloud);
  await rm(target, { recursive: true, force: true });
  const script = 'mkdir "$2" && cat "$1"/[0-9]* | tar --extract --directory "$2"';
  execFileSync('/bin/sh', ['-c', script, 'sh', join(cloud, folder!), target]);
}
