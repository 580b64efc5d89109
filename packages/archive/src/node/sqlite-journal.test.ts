import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { randomBytes } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Journal } from '../journal.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { backup, databaseOf, newArchive, noise, restore } from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import type { Warning } from '../warning.ts';
import { openJournal } from './sqlite-journal.ts';

const archiveId = 'ab'.repeat(16);
const mark = { number: 3, hash: randomBytes(32) };
const pages = { pageSize: 4096, hashes: randomBytes(64 * 16) };

let base: string;
let place: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'journal-'));
  place = join(base, 'journal.db');
});

afterEach(async () => {
  await rm(base, { recursive: true, force: true });
});

describe.each([
  ['in SQLite', () => openJournal(place, archiveId)],
  ['in memory', () => new MemoryJournal()],
])('a journal %s', (_, open) => {
  let journal: Journal;

  beforeEach(() => {
    journal = open();
  });

  afterEach(() => journal.close());

  test('knows nothing at first', async () => {
    expect(await journal.lastSnapshot()).toBeUndefined();
    expect(await journal.identity('a')).toBeUndefined();
    expect(await journal.pages('a', 0)).toBeUndefined();
    expect(await journal.pendingPacks()).toEqual([]);
    expect(await journal.pendingChunk('a', mark.hash)).toBeUndefined();
  });

  test('knows a backup when it is finished, and not before', async () => {
    await journal.begin();
    await journal.rememberFile('a', 'first');
    await journal.rememberPages('a', 7, pages);
    expect(await journal.identity('a')).toBeUndefined();
    expect(await journal.pages('a', 7)).toBeUndefined();
    await journal.finish(mark);
    expect(await journal.lastSnapshot()).toEqual(mark);
    expect(await journal.identity('a')).toBe('first');
    expect(await journal.pages('a', 7)).toEqual(pages);
    expect(await journal.pages('a', 8)).toBeUndefined();
    expect(await journal.pages('b', 7)).toBeUndefined();
  });

  test('forgets what an unfinished backup changed', async () => {
    await journal.begin();
    await journal.rememberFile('a', 'first');
    await journal.finish(mark);
    await journal.begin();
    await journal.rememberFile('a', 'second');
    await journal.forgetFile('b');
    await journal.begin();
    await journal.finish({ ...mark, number: 4 });
    expect(await journal.identity('a')).toBe('first');
  });

  test('replaces the pages of a file that is read again, and keeps those of others', async () => {
    await journal.begin();
    for (const path of ['a', 'b']) {
      await journal.rememberPages(path, 0, pages);
      await journal.rememberPages(path, 1, pages);
      await journal.rememberFile(path, 'x');
    }
    await journal.finish(mark);
    await journal.begin();
    const other = { ...pages, hashes: randomBytes(16) };
    await journal.rememberPages('a', 1, pages);
    await journal.restartPages('a');
    await journal.rememberPages('a', 0, other);
    await journal.rememberFile('a', undefined);
    await journal.finish(mark);
    expect(await journal.pages('a', 0)).toEqual(other);
    expect(await journal.pages('a', 1)).toBeUndefined();
    expect(await journal.identity('a')).toBeUndefined();
    expect(await journal.pages('b', 1)).toEqual(pages);
    await journal.begin();
    await journal.forgetFile('b');
    await journal.finish(mark);
    expect(await journal.pages('b', 1)).toBeUndefined();
    expect(await journal.identity('b')).toBeUndefined();
  });

  test('knows the chunks of pending packs, path by path, until they are in a snapshot', async () => {
    const ref = (pack: string): ChunkRef => {
      return {
        name: mark.hash,
        pack,
        key: 'cd'.repeat(16),
        ordinal: 2,
        offset: 40,
        sealedLength: 117,
        plainLength: 100,
      };
    };
    await journal.addPendingPack({ pack: 'one', size: 16 }, [
      { path: 'a', ref: ref('one'), wantedAgain: false },
    ]);
    await journal.addPendingPack({ pack: 'two', size: 1 }, [
      { path: 'b', ref: ref('two'), wantedAgain: false },
    ]);
    await journal.begin();
    expect(await journal.pendingPacks()).toEqual([
      { pack: 'one', size: 16 },
      { pack: 'two', size: 1 },
    ]);
    expect(await journal.pendingChunk('a', mark.hash)).toEqual(ref('one'));
    expect(await journal.pendingChunk('b', mark.hash)).toEqual(ref('two'));
    expect(await journal.pendingChunk('c', mark.hash)).toBeUndefined();
    await journal.dropPendingPack('one');
    expect(await journal.pendingChunk('a', mark.hash)).toBeUndefined();
    await journal.finish(mark);
    expect(await journal.pendingPacks()).toEqual([]);
    expect(await journal.pendingChunk('b', mark.hash)).toBeUndefined();
  });
});

describe('the file of a journal', () => {
  test('keeps what it knows', async () => {
    const journal = openJournal(place, archiveId);
    await journal.begin();
    await journal.rememberFile('a', 'x');
    await journal.finish(mark);
    await journal.close();
    const again = openJournal(place, archiveId);
    expect(await again.lastSnapshot()).toEqual(mark);
    expect(await again.identity('a')).toBe('x');
    await again.close();
  });

  test.each([
    ['is no database', () => writeFile(place, 'something else entirely'.repeat(100))],
    ['is damaged', async () => writeFile(place, (await readFile(place)).fill(0x55, 4096, 30_000))],
    ['is cut off', async () => writeFile(place, (await readFile(place)).subarray(0, 10_000))],
    ['has another version', async () => alter('PRAGMA user_version = 99')],
    ['belongs to another archive', async () => alter(`UPDATE archive SET id = 'other'`)],
  ])('is begun anew with a warning when it %s', async (_, spoil) => {
    const journal = openJournal(place, archiveId);
    await journal.begin();
    for (let i = 0; i < 500; i++) await journal.rememberFile(`file ${i}`, noise(20, i + 1).join());
    await journal.finish(mark);
    await journal.close();
    await spoil();
    const warnings: Warning[] = [];
    const again = openJournal(place, archiveId, (warning) => warnings.push(warning));
    expect(warnings).toMatchObject([{ code: 'journal' }]);
    expect(await again.lastSnapshot()).toBeUndefined();
    await again.finish(mark);
    expect(await again.lastSnapshot()).toEqual(mark);
    await again.close();
  });
});

test('a journal that fails in the middle does not fail the backup, and is not counted on', async () => {
  const tree = {
    db: { content: databaseOf([noise(100_000, 1)]), identity: '1' },
    a: { content: 'a', identity: '1' },
  };
  const { archive } = await newArchive();
  const journal = openJournal(place, archive.id);
  await backup(archive, tree, { journal });
  const failing: Journal = Object.assign(Object.create(journal) as Journal, {
    ...bound(journal),
    rememberPages: () => Promise.reject(new Error('disk I/O error')),
  });
  const warnings: Warning[] = [];
  const changed = { ...tree, db: { content: databaseOf([noise(100_000, 2)]), identity: '2' } };
  await backup(archive, changed, { journal: failing, warn: (warning) => warnings.push(warning) });
  expect(warnings).toMatchObject([{ code: 'journal' }]);
  await backup(archive, changed, { journal });
  const { target } = await restore(archive);
  expect(Buffer.compare(target.entries.get('db')!.content, databaseOf([noise(100_000, 2)]))).toBe(0);
  await journal.close();
});

/** The methods of a journal, bound to it. */
function bound(journal: Journal): Partial<Journal> {
  const names = [
    'lastSnapshot',
    'identity',
    'begin',
    'rememberFile',
    'restartPages',
    'forgetFile',
    'finish',
  ] as const;
  const more = ['pages', 'pendingPacks', 'addPendingPack', 'dropPendingPack', 'pendingChunk'] as const;
  return Object.fromEntries([...names, ...more].map((name) => [name, journal[name].bind(journal)]));
}

function alter(sql: string): Promise<void> {
  using database = new DatabaseSync(place);
  database.exec(sql);
  return Promise.resolve();
}
