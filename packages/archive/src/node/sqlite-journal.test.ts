import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { randomBytes } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Journal } from '../journal.ts';
import { backup, databaseOf, newArchive, noise, restore } from '../testing/fixtures.ts';
import { journalConformance } from '../testing/journal-conformance.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import type { Warning } from '../warning.ts';
import { openJournal } from './sqlite-journal.ts';

const archiveId = 'ab'.repeat(16);
const mark = { number: 3, hash: randomBytes(32) };

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
  test.each(journalConformance)('$name', async ({ run }) => {
    const journal = open();
    await expect(run(journal)).resolves.toBeUndefined();
    await journal.close();
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
