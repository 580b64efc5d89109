import type { BigIntStats } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, backup } from 'node:sqlite';
import { StrongroomError } from '@strongroom/core';
import type { SourceContent } from '../source.ts';
import { FileContent } from './file-content.ts';
import { fileError, systemCode } from './file-errors.ts';
import { identityAt, identityWithLogs, settledText } from './identity.ts';
import type { SqliteHeader } from './sqlite-files.ts';

// Milliseconds that another process may take for its transaction.
const patience = 5000;

const sqliteCorrupt = 11;
const sqliteNotADatabase = 26;

/**
 * Opens an SQLite database so that it holds still: with a live write-ahead log or an unfinished transaction a
 * consistent copy of it, else the file itself, and while it is read no transaction can be written.
 * @throws StrongroomError 'source-missing', 'not-permitted'
 */
export async function openDatabase(
  place: string,
  path: string,
  stats: BigIntStats,
  header: SqliteHeader,
  now: () => number,
): Promise<SourceContent> {
  if (identityAt(`${place}-wal`)) return openCopy(place, path, stats, now);
  // A database with a log, but without one at the moment, is in nobody's hands; to lock it would make one.
  const lock = header.usesLog ? undefined : lockForReading(place);
  if (lock === 'unfinished') return openCopy(place, path, stats, now);
  return openRaw(place, path, lock, now);
}

async function openRaw(
  place: string,
  path: string,
  lock: DatabaseSync | undefined,
  now: () => number,
): Promise<SourceContent> {
  try {
    const content = FileContent.openDatabase(place, path);
    return {
      mtimeNs: content.stats.mtimeNs,
      identity: settledText(identityWithLogs(place, content.stats), now()),
      read: (offset, length) => content.read(offset, length),
      changed: async () => content.changed() || identityAt(`${place}-wal`) !== undefined,
      close: async () => {
        lock?.close();
        content.close();
      },
    };
  } catch (error) {
    lock?.close();
    throw error;
  }
}

/**
 * Holds a read transaction, so that nobody writes.
 * @returns `unfinished` when the database cannot be read as it is; none when it is no database in truth
 */
function lockForReading(place: string): DatabaseSync | 'unfinished' | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(place, { readOnly: true, timeout: patience });
    database.exec('BEGIN; SELECT count(*) FROM sqlite_master;');
    return database;
  } catch (error) {
    database?.close();
    return isNoDatabase(error) ? undefined : 'unfinished';
  }
}

function isNoDatabase(error: unknown): boolean {
  const number = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  return number === sqliteCorrupt || number === sqliteNotADatabase;
}

async function openCopy(
  place: string,
  path: string,
  stats: BigIntStats,
  now: () => number,
): Promise<SourceContent> {
  const identity = settledText(identityWithLogs(place, stats), now());
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-'));
  try {
    const copy = join(folder, 'copy.db');
    await copyDatabase(place, copy);
    const content = FileContent.open(copy, path);
    // Where the platform allows it, nothing of the copy is left behind even when the process is killed.
    if (process.platform !== 'win32') await rm(folder, { recursive: true });
    return copyContent(content, stats, identity, folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw copyError(error, path);
  }
}

/** A database that SQLite cannot make sense of is one that cannot be read. */
function copyError(error: unknown, path: string): unknown {
  const known = fileError(error, path);
  return known instanceof StrongroomError
    ? known
    : new StrongroomError('not-permitted', { path }, { cause: error });
}

function copyContent(
  content: FileContent,
  stats: BigIntStats,
  identity: string | undefined,
  folder: string,
): SourceContent {
  return {
    mtimeNs: stats.mtimeNs,
    identity,
    read: (offset, length) => content.read(offset, length),
    // The copy is consistent whatever the original does meanwhile.
    changed: () => Promise.resolve(false),
    close: async () => {
      content.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Copies by SQLite's online backup, or, when the original cannot be opened where it is, with its logs. */
async function copyDatabase(place: string, copy: string): Promise<void> {
  try {
    using database = new DatabaseSync(place, { readOnly: true, timeout: patience });
    await backup(database, copy, { rate: -1 });
  } catch {
    await rm(copy, { force: true });
    await copyWithLogs(place, copy);
  }
}

async function copyWithLogs(place: string, copy: string): Promise<void> {
  for (const suffix of ['', '-wal', '-journal']) {
    await copyFile(place + suffix, copy + suffix).catch((error: unknown) => {
      if (suffix === '' || systemCode(error) !== 'ENOENT') throw error;
    });
  }
  // Opening rolls back or recovers, and this brings everything into the one file.
  using database = new DatabaseSync(copy);
  database.exec('SELECT count(*) FROM sqlite_master; PRAGMA wal_checkpoint(TRUNCATE);');
}
