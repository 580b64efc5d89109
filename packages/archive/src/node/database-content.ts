import type { BigIntStats } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { DatabaseSync, backup } from 'node:sqlite';
import { StrongroomError } from '@strongroom/core';
import type { SourceContent } from '../source.ts';
import { FileContent } from './file-content.ts';
import { fileError, systemCode } from './file-errors.ts';
import { identityAt, identityWithLogs, settledText } from './identity.ts';
import { LockedContent } from './locked-content.ts';
import type { SqliteHeader } from './sqlite-files.ts';
import { openTemporary } from './temporary-copy.ts';

// Milliseconds that another process may take for its transaction.
const patience = 5000;

// In one step: between two, a transaction would let the copying begin anew.
const allPages = 0x7fffffff;

const sqliteCorrupt = 11;
const sqliteNotADatabase = 26;

export interface DatabaseOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** It changed while it was read before: take a copy. */
  readonly again: boolean;
}

/**
 * Opens an SQLite database so that it holds still: with a live write-ahead log or an unfinished transaction a
 * consistent copy of it, else the file itself, and while it is read no transaction can be written; not for long, though.
 * @throws StrongroomError 'source-missing', 'not-permitted'
 */
export async function openDatabase(
  place: string,
  path: string,
  stats: BigIntStats,
  header: SqliteHeader,
  { now, again }: DatabaseOptions,
): Promise<SourceContent> {
  if (again || identityAt(`${place}-wal`)) return openCopy(place, path, stats, now);
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
    const identity = settledText(identityWithLogs(place, content.stats), now());
    return lock
      ? new LockedContent(place, path, content, lock, identity)
      : unlocked(place, content, identity);
  } catch (error) {
    lock?.close();
    throw error;
  }
}

function unlocked(place: string, content: FileContent, identity: string | undefined): SourceContent {
  return {
    mtimeNs: content.stats.mtimeNs,
    identity,
    read: (offset, length) => content.read(offset, length),
    changed: async () => content.changed() || identityAt(`${place}-wal`) !== undefined,
    close: async () => content.close(),
  };
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
  try {
    const temporary = await openTemporary(path, (copy) => copyDatabase(place, copy));
    return {
      mtimeNs: stats.mtimeNs,
      identity,
      read: (offset, length) => temporary.content.read(offset, length),
      // The copy is consistent whatever the original does meanwhile.
      changed: () => Promise.resolve(false),
      close: () => temporary.remove(),
    };
  } catch (error) {
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

/** Copies by SQLite's online backup, or, when the original cannot be opened where it is, with its logs. */
async function copyDatabase(place: string, copy: string): Promise<void> {
  try {
    using database = new DatabaseSync(place, { readOnly: true, timeout: patience });
    await backup(database, copy, { rate: allPages });
  } catch {
    await rm(copy, { force: true });
    await copyWithLogs(place, copy);
  }
}

// As long as nobody writes, what is copied one after the other belongs together.
async function copyWithLogs(place: string, copy: string): Promise<void> {
  const before = stateOf(place);
  for (const suffix of ['', '-wal', '-journal']) {
    await copyFile(place + suffix, copy + suffix).catch((error: unknown) => {
      if (suffix === '' || systemCode(error) !== 'ENOENT') throw error;
    });
  }
  if (stateOf(place) !== before) throw new Error('it is being written, and cannot be locked');
  // Opening rolls back or recovers, and this brings everything into the one file.
  using database = new DatabaseSync(copy);
  database.exec('SELECT count(*) FROM sqlite_master; PRAGMA wal_checkpoint(TRUNCATE);');
}

function stateOf(place: string): string {
  return ['', '-wal', '-journal'].map((suffix) => identityAt(place + suffix)?.text).join('|');
}
