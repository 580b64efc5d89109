import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmod, cp, link, mkdir, readlink, rename, rm, symlink, truncate, utimes } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until, type Device } from './kit/input-command.ts';
import {
  differing,
  differingMetadata,
  makePlace,
  pathsIn,
  writeDatabase,
  writeTree,
  type Place,
} from './kit/input-tree.ts';
import { withKey } from './kit/input-world.ts';

const names = [
  'صورة من العائلة.jpg',
  '家族の写真 漢字.png',
  '👩‍👩‍👧‍👦 family 🏖️.jpg',
  'cafe\u0301 as NFD.txt',
  'caf\u00E9 as NFC.txt',
  'cafe\u0301.txt',
  'caf\u00E9.txt',
  '.hidden',
  '..two dots',
  '...',
  ' space before',
  'space behind ',
  'line\nbreak and\ttab',
  'back\\slash, "quotes", `ticks` and $(dollars)',
  '-rf',
  '~',
  '*?[glob]{x,y}',
  'CON',
  'a'.repeat(255),
  'ü'.repeat(127),
];

const deep = Array.from({ length: 40 }, (_, i) => `level ${i}`).join('/');

let place: Place;
let keeper: Device;
let count = 0;

beforeAll(async () => {
  place = await makePlace();
  keeper = await withKey(place.at('profile'), `folder:${place.at('cloud')}`);
});

afterAll(() => place.remove());

/** Backs paths up, and restores them to a new folder. */
async function roundTrip(paths: readonly string[], ...options: string[]): Promise<string> {
  const backup = await keeper.json(['backup', ...paths, ...options]);
  expect(backup['warnings']).toEqual([]);
  return restored();
}

async function restored(...options: string[]): Promise<string> {
  const target = place.at('restored', String(++count));
  await keeper.run(['restore', target, ...options]);
  return target;
}

describe('what is restored is what was backed up', () => {
  test('in every name, kind, byte, time and permission', async () => {
    const tree = await writeTree(place.at('tree'), {
      ...Object.fromEntries(names.map((name) => [`names/${name}`, `content of ${name}`])),
      [`${deep}/bottom.txt`]: 'forty folders down',
      'nothing in it': '',
      'private.txt': 'for me',
      'program.sh': '#!/bin/sh',
      'read only.txt': 'do not write',
      'sparse.bin': 'a beginning',
    });
    await truncate(join(tree, 'sparse.bin'), 50_000_000);
    await mkdir(join(tree, 'empty/also empty'), { recursive: true });
    await writeTree(tree, { 'closed/inside.txt': 'a folder that cannot be written to' });
    await link(join(tree, 'private.txt'), join(tree, 'the same file.txt'));
    await linksIn(tree);
    await chmod(join(tree, 'private.txt'), 0o600);
    await chmod(join(tree, 'program.sh'), 0o755);
    await chmod(join(tree, 'read only.txt'), 0o444);
    await utimes(join(tree, 'nothing in it'), 0, 0);
    execFileSync('touch', ['-d', '2001-02-03 04:05:06.123456789', join(tree, 'private.txt')]);
    await chmod(join(tree, 'closed'), 0o500);

    const target = await roundTrip([tree]);
    expect(await differing(target, tree)).toEqual([]);
    expect(await differingMetadata(target, tree)).toEqual([]);
    expect(await readlink(join(target, 'links/out'))).toBe(place.at('outside'));
    // With the place it leads to gone, what is found below the link could only have been copied.
    await rm(place.at('outside'), { recursive: true });
    expect((await pathsIn(target)).filter((path) => path.includes('secret'))).toEqual([]);
  });

  test('in a single file, and in several paths at once', async () => {
    const tree = await writeTree(place.at('several'), {
      'one/a.txt': 'one',
      'two/b.txt': 'two',
      'three.txt': '3',
    });
    const alone = await roundTrip([join(tree, 'three.txt')]);
    expect(await pathsIn(alone)).toEqual(['three.txt']);
    const several = await roundTrip(['one', 'two', 'three.txt'].map((name) => join(tree, name)));
    expect(await differing(several, tree)).toEqual([]);
  });

  test('in a database that another process writes to all the time', async () => {
    const file = place.at('live', 'msgstore.db');
    await writeDatabase(file, 2000);
    const writer = startWriting(file);
    try {
      await until(() => rowsIn(file) > 2050, 'the writer writes');
      const before = rowsIn(file);
      const target = await roundTrip([place.at('live')]);
      expect(rowsIn(file)).toBeGreaterThan(before);
      expect(await pathsIn(target)).toEqual(['msgstore.db']);
      const copy = join(target, 'msgstore.db');
      expect(integrityOf(copy)).toBe('ok');
      expect(rowsIn(copy)).toBeGreaterThanOrEqual(before);
      // Two rows a transaction.
      expect(rowsIn(copy) % 2).toBe(0);
    } finally {
      writer.kill();
    }
  });

  test('but for a pipe and a socket, which are named and left out', async () => {
    const tree = await writeTree(place.at('special'), { 'plain.txt': 'plain' });
    execFileSync('mkfifo', [join(tree, 'pipe')]);
    const socket = await listenAt(join(tree, 'socket'));
    const { stderr, stdout } = await keeper.run(['backup', tree, '--quiet']);
    socket.close();
    expect(stderr).toContain('Note: pipe is no file, folder or link; it is left out.');
    expect(stderr).toContain('Note: socket is no file, folder or link; it is left out.');
    expect(stdout).toContain('Backed up 1 file,');
    expect(await pathsIn(await restored())).toEqual(['plain.txt']);
  });
});

describe('a later backup', () => {
  test('follows every kind of change, and the earlier one stays as it was', async () => {
    const tree = await writeTree(place.at('changing'), {
      'named.txt': 'to be renamed',
      'deleted.txt': 'to be deleted',
      'file/or/folder': 'a folder becomes a file',
      either: 'a file becomes a folder',
      'twin.bin': 'old content',
      'kept.bin': 100_000,
    });
    // Changes of the last moments before a backup would be looked for anyway.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const first = await keeper.json(['backup', tree]);
    await cp(tree, place.at('before'), { recursive: true, preserveTimestamps: true });
    await rename(join(tree, 'named.txt'), join(tree, 'renamed.txt'));
    await rm(join(tree, 'deleted.txt'));
    await rm(join(tree, 'file'), { recursive: true });
    await rm(join(tree, 'either'));
    await writeTree(tree, { file: 'a file now', 'either/way': 'a folder now' });
    await writeTree(tree, { 'twin.new': 'new content' });
    execFileSync('touch', ['-r', join(tree, 'twin.bin'), join(tree, 'twin.new')]);
    await rename(join(tree, 'twin.new'), join(tree, 'twin.bin'));

    const second = await keeper.json(['backup', tree]);
    expect(second['newBytes']).toBeLessThan(2000);
    expect(await differing(await restored(), tree)).toEqual([]);
    const earlier = await restored('--snapshot', first['snapshot']!);
    expect(await differing(earlier, place.at('before'))).toEqual([]);
    const { snapshots } = (await keeper.json(['snapshots'])) as unknown as { snapshots: { id: string }[] };
    const ids = snapshots.slice(0, 2).map(({ id }) => id);
    expect(ids).toEqual([second['snapshot'], first['snapshot']]);
  });
});

describe('a part', () => {
  beforeAll(async () => {
    const chats = await writeTree(place.at('chats'), {
      'Media/photo.jpg': 5000,
      'Media/film.mp4': 5000,
      'notes/Media notes.txt': 'about the photos',
      'notes/draft.tmp': 'not yet',
      'scratch.tmp': 'not at all',
      'Trash/old.txt': 'gone',
    });
    await writeDatabase(join(chats, 'Databases/msgstore.db'), 10);
    await keeper.run(['backup', chats]);
  });

  test.each([
    ['messages', ['Databases/msgstore.db']],
    ['media', ['Media/film.mp4', 'Media/photo.jpg']],
    ['notes', ['notes/Media notes.txt', 'notes/draft.tmp']],
    ['*.tmp', ['notes/draft.tmp', 'scratch.tmp']],
    ['Media/*.jpg', ['Media/photo.jpg']],
    ['nothing/like/it', []],
  ])('of what was backed up is restored alone: --only %s', async (only, paths) => {
    expect(await pathsIn(await restored('--only', only))).toEqual(paths);
  });

  test('is left out of a backup when it is excluded', async () => {
    const options = ['--exclude', '*.tmp', '--exclude', 'Trash/', '--no-videos'];
    const backup = await keeper.json(['backup', ...options, place.at('chats')]);
    expect(backup['files']).toBe(3);
    const left = ['Databases/msgstore.db', 'Media/photo.jpg', 'notes/Media notes.txt'];
    expect(await pathsIn(await restored())).toEqual(left);
  });
});

/** Links of every kind, one of them to a folder outside that holds a secret. */
async function linksIn(tree: string): Promise<void> {
  await mkdir(join(tree, 'links'));
  await writeTree(place.at('outside'), { 'secret.txt': 'not part of the backup' });
  await symlink('../private.txt', join(tree, 'links/relative'));
  await symlink('/etc/hostname', join(tree, 'links/absolute'));
  await symlink('nowhere/at all', join(tree, 'links/dangling'));
  await symlink(place.at('outside'), join(tree, 'links/out'));
}

/** Another process that adds two rows a transaction through a write-ahead log, without a rest. */
function startWriting(file: string): ChildProcess {
  const code = `
    const { DatabaseSync } = require('node:sqlite');
    const database = new DatabaseSync(process.argv[1], { timeout: 5000 });
    database.exec('PRAGMA journal_mode = WAL');
    const insert = database.prepare("INSERT INTO message (text) VALUES (hex(randomblob(100)))");
    setInterval(() => { database.exec('BEGIN'); insert.run(); insert.run(); database.exec('COMMIT'); }, 1);
  `;
  return spawn(process.execPath, ['-e', code, file], { stdio: 'ignore' });
}

function rowsIn(file: string): number {
  using database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  return Number(database.prepare('SELECT count(*) AS n FROM message').get()?.['n']);
}

function integrityOf(file: string): unknown {
  using database = new DatabaseSync(file, { readOnly: true });
  return database.prepare('PRAGMA integrity_check').get()?.['integrity_check'];
}

function listenAt(path: string): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(path, () => resolve(server));
  });
}
