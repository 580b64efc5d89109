import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, onTestFinished, vi } from 'vitest';
import type { Archive } from '../archive.ts';
import { restoreSnapshot } from '../read/restore.ts';
import { all, newArchive, noise, phone } from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import type { SourceEntry } from '../source.ts';
import type { Warning } from '../warning.ts';
import { type WriteResult, writeSnapshot } from '../write/write-snapshot.ts';
import { folderSource } from './folder-source.ts';
import { folderTarget } from './folder-target.ts';
import { nodeEngine } from './node-engine.ts';

let base: string;
let place: string;
let archive: Archive;

const engine = nodeEngine();

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'database-'));
  await mkdir(join(base, 'src/Databases'), { recursive: true });
  place = join(base, 'src/Databases/msgstore.db');
  ({ archive } = await newArchive({ engine }));
});

afterEach(async () => {
  await rm(base, { recursive: true, force: true });
});

function makeDatabase(setup = ''): DatabaseSync {
  const database = new DatabaseSync(place);
  database.exec(`${setup}; CREATE TABLE messages (id INTEGER PRIMARY KEY, text TEXT);`);
  insert(database, 2000);
  return database;
}

function insert(database: DatabaseSync, count: number): void {
  const statement = database.prepare('INSERT INTO messages (text) VALUES (?)');
  database.exec('BEGIN');
  for (let i = 0; i < count; i++)
    statement.run(`message ${i} ${Buffer.from(noise(30, i + 1)).toString('hex')}`);
  database.exec('COMMIT');
}

async function backUp(journal?: MemoryJournal): Promise<{ result: WriteResult; warnings: Warning[] }> {
  const warnings: Warning[] = [];
  const source = await folderSource([join(base, 'src')], { now: () => Date.now() + 10_000 });
  const result = await writeSnapshot(archive, source, {
    device: phone,
    journal,
    warn: (w) => warnings.push(w),
  });
  return { result, warnings };
}

/** Restores into a fresh folder and gives the place of the database there. */
async function bringBack(): Promise<{ restored: string; names: string[] }> {
  const out = await mkdtemp(join(base, 'out-'));
  await restoreSnapshot(archive, 'latest', folderTarget(out));
  const names = await readdir(join(out, 'Databases'));
  return { restored: join(out, 'Databases/msgstore.db'), names };
}

function messagesIn(file: string): unknown[] {
  using database = new DatabaseSync(file);
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  return database.prepare('SELECT * FROM messages').all();
}

describe('a database', () => {
  test('without a log comes back byte for byte, closed or open', async () => {
    const database = makeDatabase();
    for (const open of [true, false]) {
      if (!open) database.close();
      await backUp();
      const { restored, names } = await bringBack();
      expect(Buffer.compare(await readFile(restored), await readFile(place))).toBe(0);
      expect(names).toEqual(['msgstore.db']);
    }
  });

  test('that uses a log, but is closed, comes back byte for byte and is left without one', async () => {
    makeDatabase('PRAGMA journal_mode = WAL').close();
    expect(await readdir(join(base, 'src/Databases'))).toEqual(['msgstore.db']);
    await backUp();
    expect(await readdir(join(base, 'src/Databases'))).toEqual(['msgstore.db']);
    const { restored } = await bringBack();
    expect(Buffer.compare(await readFile(restored), await readFile(place))).toBe(0);
  });

  test('with a live log comes back with all that was committed, and without the log', async () => {
    const database = makeDatabase('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
    expect(await readdir(join(base, 'src/Databases'))).toContain('msgstore.db-wal');
    // Others use the common one at the same time.
    const temporary = await mkdtemp(join(base, 'temporary-'));
    vi.stubEnv('TMPDIR', temporary);
    onTestFinished(() => void vi.unstubAllEnvs());
    database.exec(`BEGIN; INSERT INTO messages (text) VALUES ('not committed')`);
    await backUp();
    database.exec('ROLLBACK');
    const { restored, names } = await bringBack();
    expect(names).toEqual(['msgstore.db']);
    expect(messagesIn(restored)).toEqual(database.prepare('SELECT * FROM messages').all());
    expect(await readdir(temporary)).toEqual([]);
    database.close();
  });

  test('whose log alone changed is read again, and uploads little', async () => {
    const database = makeDatabase('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
    insert(database, 20_000);
    const journal = new MemoryJournal();
    await backUp(journal);
    expect((await backUp(journal)).result.newBytes).toBe(0);
    database.exec(`INSERT INTO messages (text) VALUES ('one more')`);
    const { result } = await backUp(journal);
    expect(result.newBytes).toBeGreaterThan(0);
    expect(result.newBytes).toBeLessThan(50_000);
    expect(messagesIn((await bringBack()).restored)).toHaveLength(22_001);
    database.close();
  });

  test('left behind by a crash, with a log or with a rollback journal, comes back as SQLite mends it', async () => {
    for (const mode of ['WAL', 'DELETE']) {
      await rm(join(base, 'src'), { recursive: true });
      await mkdir(join(base, 'src/Databases'), { recursive: true });
      // What lies on the disk in the middle of a transaction is what a crash leaves.
      const elsewhere = join(base, `live-${mode}.db`);
      const live = new DatabaseSync(elsewhere);
      live.exec(
        `PRAGMA journal_mode = ${mode}; PRAGMA cache_size = 5; CREATE TABLE messages (id INTEGER PRIMARY KEY, text TEXT)`,
      );
      insert(live, 500);
      live.exec('BEGIN');
      live.exec(`UPDATE messages SET text = text || ' half'`);
      for (const suffix of ['', '-wal', '-journal']) {
        await copyFile(elsewhere + suffix, place + suffix).catch(() => undefined);
      }
      live.exec('ROLLBACK');
      const { warnings } = await backUp();
      expect(warnings).toEqual([]);
      const { restored, names } = await bringBack();
      expect(names).toEqual(['msgstore.db']);
      expect(messagesIn(restored)).toEqual(live.prepare('SELECT * FROM messages').all());
      live.close();
    }
  });

  test('in name only is stored as it is, with what lies beside it', async () => {
    const files = {
      'msgstore.db': Buffer.concat([Buffer.from('SQLite format 3\0'), noise(9000, 1)]),
      'other.db': Buffer.from('no database'),
      'other.db-wal': Buffer.from('and so no log'),
    };
    for (const [name, content] of Object.entries(files))
      await writeFile(join(base, 'src/Databases', name), content);
    expect((await backUp()).warnings).toEqual([]);
    const { restored, names } = await bringBack();
    expect(names.toSorted()).toEqual(Object.keys(files).toSorted());
    for (const [name, content] of Object.entries(files)) {
      expect(Buffer.compare(await readFile(join(restored, '..', name)), content)).toBe(0);
    }
  });

  test('that is read slowly does not keep the app from writing for long, and is read as it was', async () => {
    const database = makeDatabase();
    insert(database, 20_000);
    const before = await readFile(place);
    const content = await (await entryOfDatabase()).open();
    const start = await content.read(0, 100_000);
    expect(canCommit()).toBe(false);
    while (!canCommit()) await new Promise((resolve) => setTimeout(resolve, 20));
    insert(database, 20_000);
    const rest = await content.read(100_000, before.length);
    expect(Buffer.compare(Buffer.concat([start, rest]), before)).toBe(0);
    expect(await content.changed()).toBe(false);
    await content.close();
    database.close();
  });

  test('with a log that comes and goes is read from a copy when it changed while it was read', async () => {
    makeDatabase('PRAGMA journal_mode = WAL').close();
    const entry = await entryOfDatabase();
    const first = await entry.open();
    await first.read(0, 1000);
    insertAndClose();
    expect(await first.changed()).toBe(true);
    await first.close();
    const second = await entry.open();
    const start = await second.read(0, 8192);
    insertAndClose();
    const rest = await second.read(8192, 100_000_000);
    expect(await second.changed()).toBe(false);
    await second.close();
    const copy = join(base, 'copy.db');
    await writeFile(copy, Buffer.concat([start, rest]));
    expect(countIn(copy)).toBe(4000);
  });

  test('keeps the locks that this process has on it', async () => {
    const database = makeDatabase();
    database.exec('BEGIN IMMEDIATE');
    await backUp();
    await backUp();
    expect(canWriteElsewhere()).toBe(false);
    database.exec('ROLLBACK');
    expect(canWriteElsewhere()).toBe(true);
    database.close();
  });
});

async function entryOfDatabase(): Promise<SourceEntry> {
  const source = await folderSource([join(base, 'src')]);
  const entries = await all(source.entries());
  return entries.find(({ path }) => path === 'Databases/msgstore.db')!;
}

function insertAndClose(): void {
  const database = new DatabaseSync(place);
  insert(database, 2000);
  database.close();
}

function countIn(copy: string): number {
  using database = new DatabaseSync(copy);
  return Number(database.prepare('SELECT count(*) AS count FROM messages').get()!['count']);
}

/** Whether another connection may write, without waiting. */
function canCommit(): boolean {
  using database = new DatabaseSync(place, { timeout: 0 });
  try {
    database.exec("UPDATE messages SET text = 'another' WHERE id = 1");
    return true;
  } catch {
    return false;
  }
}

function canWriteElsewhere(): boolean {
  const script = `
    const { DatabaseSync } = require('node:sqlite');
    const database = new DatabaseSync(process.argv[1], { timeout: 0 });
    try { database.exec('BEGIN IMMEDIATE; ROLLBACK'); console.log('yes'); } catch { console.log('no'); }
  `;
  return execFileSync(process.execPath, ['-e', script, place], { encoding: 'utf8' }).trim() === 'yes';
}
