import { execFileSync } from 'node:child_process';
import {
  chmod,
  lstat,
  lutimes,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { utf8 } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EntryFacts } from '../entry.ts';
import { comparePaths } from '../paths.ts';
import { restoreSnapshot } from '../read/restore.ts';
import type { SourceEntry } from '../source.ts';
import { Forger } from '../testing/craft.ts';
import { all, backup, newArchive, noise, phone, prose } from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import type { Warning } from '../warning.ts';
import { writeSnapshot } from '../write/write-snapshot.ts';
import { type FolderSourceOptions, folderSource } from './folder-source.ts';
import { folderTarget } from './folder-target.ts';
import { nodeEngine } from './node-engine.ts';

let base: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'folder-'));
});

afterEach(async () => {
  await rm(base, { recursive: true, force: true });
});

/** Writes files under `base`, making folders as needed. */
async function put(files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const place = join(base, path);
    await mkdir(join(place, '..'), { recursive: true });
    await writeFile(place, content);
  }
}

/** A clock that is past the time in which changes might not show. */
function later(): number {
  return Date.now() + 10_000;
}

async function entriesOf(paths: string[], options?: FolderSourceOptions): Promise<SourceEntry[]> {
  const source = await folderSource(
    paths.map((path) => join(base, path)),
    options,
  );
  return all(source.entries());
}

async function pathsOf(paths: string[], options?: FolderSourceOptions): Promise<string[]> {
  return (await entriesOf(paths, options)).map(({ path }) => path);
}

/** Everything that can be seen of a tree, apart from its times: kinds, contents, modes. */
async function seen(root: string): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const name of (await readdir(root, { recursive: true })).toSorted()) {
    const place = join(root, name);
    const stats = await lstat(place, { bigint: true });
    const mode = Number(stats.mode & 0o777n).toString(8);
    if (stats.isSymbolicLink()) all[name] = ['link', await readlink(place)];
    else if (stats.isDirectory()) all[name] = ['folder', mode];
    else all[name] = [(await readFile(place)).toString('base64'), mode];
  }
  return all;
}

/** The times of a tree, in nanoseconds. */
async function times(root: string): Promise<bigint[]> {
  const names = (await readdir(root, { recursive: true })).toSorted();
  return Promise.all(names.map(async (name) => (await lstat(join(root, name), { bigint: true })).mtimeNs));
}

describe('a folder', () => {
  test('of all that there is comes back as it was', async () => {
    await put({
      'src/Databases/msgstore.db': prose(70_000),
      'src/Media/WhatsApp Images/Sent/IMG 1.jpg': noise(1_100_000, 4),
      'src/Media/film.mp4': noise(9_000_000, 5),
      'src/text.txt': prose(3_000_000),
      'src/empty': '',
      'src/日本語/Ünïcödé/😀.txt': 'names of any script',
      'src/ leading and trailing ': 'blanks',
      'src/back\\slash "quotes" *?': 'odd names',
      'src/new\nline': 'odder',
      'src/private': 'secret',
      'src/a': 'x',
      'src/a-b': 'between a and a/',
      'src/folder.d/x': 'x',
      'src/folder/x': 'x',
      [`src/${'deep/'.repeat(100)}end`]: 'deep',
    });
    await mkdir(join(base, 'src/empty folder'));
    await symlink('a', join(base, 'src/link'));
    await symlink('/nowhere/at/all', join(base, 'src/dangling'));
    await symlink('folder', join(base, 'src/link to folder'));
    await chmod(join(base, 'src/private'), 0o400);
    await chmod(join(base, 'src/folder'), 0o500);
    await utimes(join(base, 'src/a'), 1.5, 981_173_106.123456);
    await utimes(join(base, 'src/empty folder'), 1, 1_000_000_000);
    await lutimes(join(base, 'src/dangling'), 1, 1_000_000_000);

    const { archive } = await newArchive({ engine: nodeEngine() });
    const warnings: Warning[] = [];
    const source = await folderSource([join(base, 'src')]);
    const info = await writeSnapshot(archive, source, {
      device: phone,
      warn: (warning) => warnings.push(warning),
    });
    expect(warnings).toEqual([]);
    expect(info.totals.messages.files).toBe(1);
    expect(info.totals.media).toEqual({ files: 2, bytes: 10_100_000 });
    await restoreSnapshot(archive, 'latest', folderTarget(join(base, 'out')));
    expect(await seen(join(base, 'out'))).toEqual(await seen(join(base, 'src')));
    const before = await times(join(base, 'src'));
    const off = (await times(join(base, 'out'))).map((time, i) => Math.abs(Number(time - before[i]!)));
    expect(Math.max(...off)).toBeLessThan(1000);
  });

  test('is walked in the order of the manifest', async () => {
    const files = ['a/x', 'a/y/z', 'a-b', 'a.b', 'a0', 'b', '日本', '\u{1F600}', '\uFFFD', 'a/y-', 'a/y.d/q'];
    await put(Object.fromEntries(files.map((path) => [`src/${path}`, 'x'])));
    const paths = await pathsOf(['src']);
    expect(paths).toEqual(paths.toSorted(comparePaths));
    expect(paths).toEqual(expect.arrayContaining([...files, 'a', 'a/y', 'a/y.d']));
    expect(paths).toHaveLength(files.length + 3);
  });

  test('of several comes back under its own name', async () => {
    await put({ 'one/a': '1', 'two/b': '2', 'three.txt': '3' });
    const paths = ['two', 'three.txt', 'one'];
    expect(await pathsOf(paths)).toEqual(['one', 'one/a', 'three.txt', 'two', 'two/b']);
    expect(await pathsOf(['three.txt'])).toEqual(['three.txt']);
    await put({ 'else/one/x': '' });
    await expect(pathsOf(['one', 'else/one'])).rejects.toMatchObject({ code: 'wrong-usage' });
    await expect(pathsOf(['missing'])).rejects.toMatchObject({ code: 'source-missing' });
  });

  test('knows messages and media by WhatsApp’s names and by the usual ones', async () => {
    await put({
      'src/Databases/msgstore.db': '',
      'src/Media/anything.at.all': '',
      'src/Media/Databases/in-media.db': '',
      'src/chat.sqlite': '',
      'src/photo.JPG': '',
      'src/readme.md': '',
    });
    const found = await entriesOf(['src']);
    const categories = Object.fromEntries(found.map(({ path, category }) => [path, category]));
    expect(categories).toMatchObject({
      'Databases/msgstore.db': 'messages',
      'Media/anything.at.all': 'media',
      'Media/Databases/in-media.db': 'media',
      'chat.sqlite': 'messages',
      'photo.JPG': 'media',
      'readme.md': 'other',
    });
  });

  test('leaves out what is excluded', async () => {
    await put({
      'src/a.tmp': '',
      'src/cache/x/y': '',
      'src/film.mp4': '',
      'src/big': noise(1001, 1),
      'src/b': '',
    });
    const exclude = { patterns: ['**/*.tmp', 'cache'], videos: true, largerThan: 1000 };
    expect(await pathsOf(['src'], { exclude })).toEqual(['b']);
  });

  test('warns of sockets, pipes and names that are no text, and leaves them out', async () => {
    await put({ 'src/a': '' });
    const server = createServer().listen(join(base, 'src/socket'));
    execFileSync('mkfifo', [join(base, 'src/pipe')]);
    await writeFile(Buffer.concat([Buffer.from(`${base}/src/`), Buffer.of(0x62, 0xff, 0xfe)]), 'x');
    const warnings: Warning[] = [];
    const source = await folderSource([join(base, 'src')]);
    const entries = await all(source.entries({ warn: (warning) => warnings.push(warning) }));
    expect(entries.map(({ path }) => path)).toEqual(['a']);
    expect(warnings.map(({ code }) => code).toSorted()).toEqual(['bad-name', 'special-file', 'special-file']);
    await new Promise((closed) => server.close(closed));
  });

  test('does not follow links out of itself', async () => {
    await put({ 'outside/secret': 'secret', 'src/a': '' });
    await symlink(join(base, 'outside'), join(base, 'src/way out'));
    expect(await pathsOf(['src'])).toEqual(['a', 'way out']);
  });
});

describe('a file that does not hold still', () => {
  test('is not read again while nothing shows a change, and is when something does', async () => {
    await put({ 'src/a': 'one', 'src/b': 'x', 'src/c': 'y' });
    const read = async (): Promise<string[]> => {
      const source = await folderSource([join(base, 'src')], { now: later });
      const opened: string[] = [];
      const watched = {
        labels: source.labels,
        async *entries() {
          for await (const entry of source.entries()) {
            yield { ...entry, open: () => (opened.push(entry.path), entry.open()) };
          }
        },
      };
      await writeSnapshot(archive, watched, { device: phone, journal });
      return opened;
    };
    const { archive } = await newArchive();
    const journal = new MemoryJournal();
    expect(await read()).toEqual(['a', 'b', 'c']);
    expect(await read()).toEqual([]);
    const { mtime } = await stat(join(base, 'src/a'));
    await writeFile(join(base, 'src/a'), 'two');
    await utimes(join(base, 'src/a'), mtime, mtime);
    expect(await read()).toEqual(['a']);
    await rm(join(base, 'src/b'));
    await put({ 'src/b': 'x' });
    expect(await read()).toEqual(['b']);
    expect(await read()).toEqual([]);
  });

  test('is read again next time when its last change is very recent', async () => {
    await put({ 'src/a': 'one' });
    expect((await entriesOf(['src']))[0]).toMatchObject({ identity: undefined });
    expect((await entriesOf(['src'], { now: later }))[0]!.identity).toBeTypeOf('string');
  });

  test('is read twice, then stored as it was read, with a warning', async () => {
    await put({ 'src/log': 'line\n', 'src/b': 'b' });
    const { archive } = await newArchive();
    const warnings: Warning[] = [];
    let reads = 0;
    const source = await folderSource([join(base, 'src')]);
    const restless = {
      labels: source.labels,
      async *entries() {
        for await (const entry of source.entries()) yield entry.path === 'log' ? growing(entry) : entry;
      },
    };
    const growing = (entry: SourceEntry): SourceEntry => ({
      ...entry,
      open: async () => {
        reads++;
        const content = await entry.open();
        await writeFile(join(base, 'src/log'), 'line\n'.repeat(reads + 1));
        return content;
      },
    });
    await writeSnapshot(archive, restless, { device: phone, warn: (warning) => warnings.push(warning) });
    expect(reads).toBe(2);
    expect(warnings).toMatchObject([{ code: 'changed', path: 'log' }]);
    await restoreSnapshot(archive, 'latest', folderTarget(join(base, 'out')));
    expect(await readFile(join(base, 'out/log'), 'utf8')).toMatch(/^(line\n)+$/);
  });

  test('is left out when it vanishes, with a warning', async () => {
    await put({ 'src/a': 'a', 'src/b': 'b' });
    const { archive } = await newArchive();
    const source = await folderSource([join(base, 'src')]);
    const warnings: Warning[] = [];
    const vanishing = {
      labels: source.labels,
      async *entries() {
        for await (const entry of source.entries()) {
          if (entry.path === 'a') await rm(join(base, 'src/a'));
          yield entry;
        }
      },
    };
    const { totals } = await writeSnapshot(archive, vanishing, {
      device: phone,
      warn: (w) => warnings.push(w),
    });
    expect(totals.other.files).toBe(1);
    expect(warnings).toMatchObject([{ code: 'vanished', path: 'a' }]);
  });

  test('that goes before it is looked at is told of, but not the journal of a database', async () => {
    await put({ 'src/a': 'a', 'src/b.db': 'b', 'src/b.db-journal': 'j', 'src/c.db-journal': 'j' });
    const warnings: Warning[] = [];
    const source = await folderSource([join(base, 'src')]);
    const paths: string[] = [];
    for await (const { path } of source.entries({ warn: (warning) => warnings.push(warning) })) {
      if (path === 'a') for (const name of ['b', 'c']) await rm(join(base, `src/${name}.db-journal`));
      paths.push(path);
    }
    expect(paths).toEqual(['a', 'b.db']);
    expect(warnings).toMatchObject([{ code: 'vanished', path: 'c.db-journal' }]);
  });
});

describe('a target', () => {
  test('that holds something else is refused, and not touched', async () => {
    const { archive } = await newArchive();
    await backup(archive, { a: 'a' });
    await put({ 'out/mine': 'mine', file: 'a file' });
    for (const path of ['out', 'file']) {
      const restoring = restoreSnapshot(archive, 'latest', folderTarget(join(base, path)));
      await expect(restoring).rejects.toMatchObject({ code: 'target-not-empty' });
    }
    expect(await readdir(join(base, 'out'))).toEqual(['mine']);
  });

  test('that holds an unfinished restore goes on with it, and only with the same one', async () => {
    const { archive } = await newArchive();
    const first = await backup(archive, { a: 'a', b: 'b', c: 'c' });
    await backup(archive, { a: 'other' });
    const stop = new AbortController();
    const out = join(base, 'out');
    const progress = ({ filesDone }: { filesDone: number }): void => {
      if (filesDone === 1) stop.abort();
    };
    const options = { signal: stop.signal, progress };
    await expect(restoreSnapshot(archive, first.id, folderTarget(out), options)).rejects.toMatchObject({
      code: 'cancelled',
    });
    await expect(restoreSnapshot(archive, 'latest', folderTarget(out))).rejects.toMatchObject({
      code: 'target-not-empty',
    });
    await writeFile(join(out, '.strongroom-restore/half a file'), 'left behind');
    const { skipped, restored } = await restoreSnapshot(archive, first.id, folderTarget(out));
    expect(skipped).toBeGreaterThan(0);
    expect(skipped + restored).toBe(3);
    expect((await readdir(out)).toSorted()).toEqual(['a', 'b', 'c']);
    await expect(restoreSnapshot(archive, first.id, folderTarget(out))).rejects.toMatchObject({
      code: 'target-not-empty',
    });
  });

  test('shows no file before all of it was verified, and comes by the rest when the damage is mended', async () => {
    const { archive, store } = await newArchive();
    await backup(archive, {
      'a.bin': { content: noise(3_000_000, 1) },
      'b.bin': { content: noise(3_000_000, 2) },
    });
    const pack = [...store.objects.keys()].find((name) => name.includes('/packs/'))!;
    const sound = store.objects.get(pack)!.slice();
    store.objects.get(pack)![5_000_000]! ^= 1;
    const out = join(base, 'out');
    const failing = restoreSnapshot(archive, 'latest', folderTarget(out));
    await expect(failing).rejects.toMatchObject({ code: 'archive-damaged', result: { restored: 1 } });
    expect((await readdir(out)).filter((name) => name.endsWith('.bin'))).toHaveLength(1);
    store.objects.set(pack, sound);
    expect(await restoreSnapshot(archive, 'latest', folderTarget(out))).toMatchObject({
      restored: 1,
      skipped: 1,
    });
    expect((await readdir(out)).toSorted()).toEqual(['a.bin', 'b.bin']);
  });

  test('does not overwrite a file that somebody changed between two runs', async () => {
    const { archive, store } = await newArchive();
    await backup(archive, { a: { content: noise(9000, 1) }, b: { content: noise(9000, 2) } });
    const pack = [...store.objects.keys()].find((name) => name.includes('/packs/'))!;
    store.objects.get(pack)![10_000]! ^= 1;
    const out = join(base, 'out');
    await expect(restoreSnapshot(archive, 'latest', folderTarget(out))).rejects.toMatchObject({
      code: 'archive-damaged',
    });
    const [restored] = (await readdir(out)).filter((name) => !name.startsWith('.'));
    await writeFile(join(out, restored!), 'changed by its owner');
    store.objects.get(pack)![10_000]! ^= 1;
    const warnings: Warning[] = [];
    await restoreSnapshot(archive, 'latest', folderTarget(out), {
      warn: (warning) => warnings.push(warning),
    });
    expect(await readFile(join(out, restored!), 'utf8')).toBe('changed by its owner');
    expect(warnings).toMatchObject([{ code: 'kept', path: restored }]);
  });

  test('is never left through a link', async () => {
    await put({ 'outside/x': 'x' });
    const outside = await seen(join(base, 'outside'));
    const { archive } = await newArchive();
    const forger = new Forger(archive);
    const link = await forger.file('way');
    const way = {
      ...link,
      kind: 'symlink' as const,
      size: 0,
      extents: [],
      linkTarget: join(base, 'outside'),
    };
    await forger.snapshot([way, await forger.file('way/x'), await forger.file('way/y')]);
    const out = join(base, 'out');
    await expect(restoreSnapshot(archive, 'latest', folderTarget(out))).rejects.toMatchObject({
      code: 'archive-damaged',
      details: { object: 'way' },
    });
    expect(await seen(join(base, 'outside'))).toEqual(outside);
    expect((await lstat(join(out, 'way'))).isDirectory()).toBe(true);

    // Nor through one that somebody put there between two runs.
    await rm(join(out, 'way'), { recursive: true });
    await symlink(join(base, 'outside'), join(out, 'way'));
    await rm(join(base, 'outside/x'));
    await expect(restoreSnapshot(archive, 'latest', folderTarget(out))).rejects.toMatchObject({
      code: 'archive-damaged',
    });
    expect(await readdir(join(base, 'outside'))).toEqual([]);
  });

  test('keeps its own folder to itself', async () => {
    const { archive } = await newArchive();
    await backup(archive, { '.strongroom-restore/state.json': '{}', a: 'a' });
    const out = join(base, 'out');
    const restoring = restoreSnapshot(archive, 'latest', folderTarget(out));
    await expect(restoring).rejects.toMatchObject({ code: 'not-permitted', result: { restored: 1 } });
  });

  test('gets no setuid files', async () => {
    const { archive } = await newArchive();
    await backup(archive, { a: { content: 'a', mode: 0o6755 } });
    await restoreSnapshot(archive, 'latest', folderTarget(join(base, 'out')));
    expect((await stat(join(base, 'out/a'))).mode & 0o7777).toBe(0o755);
  });

  test('says that its disk is full', async () => {
    const target = folderTarget(join(base, 'out'));
    await target.begin('x');
    const entry: EntryFacts = {
      path: 'a',
      kind: 'file',
      category: 'other',
      size: 1,
      mtimeNs: 0n,
      mode: 0o644,
    };
    const { fileError } = await import('./file-errors.ts');
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    expect(fileError(full, entry.path)).toMatchObject({ code: 'disk-full', details: { path: 'a' } });
    const file = await target.file(entry);
    await file.write(utf8('x'));
    expect(await readdir(join(base, 'out'))).toEqual(['.strongroom-restore']);
    await file.discard();
    expect(await readdir(join(base, 'out/.strongroom-restore'))).toEqual(['state.json']);
  });
});

test('paths are shown relative to the folder', async () => {
  await put({ 'src/a': '' });
  const { labels } = await folderSource([join(base, 'src')]);
  expect(labels.map((label) => relative(base, label))).toEqual(['src']);
});

test('a folder that backups go to is left out, also where a link leads to the source', async () => {
  await put({ 'src/chat': 'hello', 'src/cloud/packs/x': 'sealed' });
  await symlink(join(base, 'src'), join(base, 'link'));
  const warnings: Warning[] = [];
  const ownFolders = [join(base, 'link/cloud'), join(base, 'not made yet')];
  const source = await folderSource([join(base, 'src')], { ownFolders });
  const entries = await all(source.entries({ warn: (warning) => warnings.push(warning) }));
  expect(entries.map(({ path }) => path)).toEqual(['chat']);
  expect(warnings).toMatchObject([{ code: 'own-folder', path: 'cloud' }]);
});
