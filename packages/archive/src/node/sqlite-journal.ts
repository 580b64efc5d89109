import { rmSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { type Bytes, copyBytes, randomBytes } from '@strongroom/core';
import { type Journal, type PageRun, type PendingPack, pageKeyLength } from '../journal.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import type { OwnedChunk } from '../pack/placed-chunks.ts';
import type { SnapshotMark } from '../snapshot/snapshot.ts';
import type { OnWarning } from '../warning.ts';
import { journalTables, journalVersion, putNextInPlace } from './journal-schema.ts';
import { ReadAhead } from './read-ahead.ts';

// A transaction for each of them would take longer than reading the files.
const mostTold = 500;

type Row = Record<string, SQLOutputValue>;

/**
 * Opens the journal of an archive in an SQLite file, which is made when there is none. One that is damaged, of another
 * version or of another archive is begun anew, with a warning.
 * @param place of the file; its folder must exist
 * @param archiveId 32 hexadecimal digits
 */
export function openJournal(place: string, archiveId: string, warn?: OnWarning): Journal {
  try {
    return new SqliteJournal(openAt(place, archiveId));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `The journal of backups is begun anew (${why}); the next backup takes longer.`;
    warn?.({ code: 'journal', path: place, message });
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(place + suffix, { force: true });
    return new SqliteJournal(openAt(place, archiveId));
  }
}

function openAt(place: string, archiveId: string): DatabaseSync {
  const database = new DatabaseSync(place, { timeout: 5000 });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    if (isEmpty(database)) makeTables(database, archiveId);
    checkTables(database, archiveId);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function isEmpty(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() === undefined;
}

function makeTables(database: DatabaseSync, archiveId: string): void {
  database.exec(`
    BEGIN;
    ${journalTables}
    CREATE TABLE archive (id TEXT NOT NULL, page_key BLOB NOT NULL);
    PRAGMA user_version = ${journalVersion};
  `);
  database.prepare('INSERT INTO archive VALUES (?, ?)').run(archiveId, randomBytes(pageKeyLength));
  database.exec('COMMIT');
}

function checkTables(database: DatabaseSync, archiveId: string): void {
  const version = database.prepare('PRAGMA user_version').get()?.['user_version'];
  if (version !== journalVersion) throw new Error('it has another version');
  if (database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] !== 'ok')
    throw new Error('it is damaged');
  if (database.prepare('SELECT id FROM archive').get()?.['id'] !== archiveId) {
    throw new Error('it belongs to another archive');
  }
}

class SqliteJournal implements Journal {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #identities = new ReadAhead((from, most) =>
    this.#prepare('SELECT path, identity FROM files WHERE path >= ? ORDER BY path LIMIT ?')
      .all(from, most)
      .map(({ path, identity }) => [String(path), String(identity)]),
  );
  /** What the next state is told, until there is enough of it for a transaction. */
  #told: { readonly sql: string; readonly values: readonly SQLInputValue[] }[] = [];

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  async lastSnapshot(): Promise<SnapshotMark | undefined> {
    const row = this.#get('SELECT number, hash FROM last_snapshot');
    return row && { number: Number(row['number']), hash: bytesOf(row['hash']) };
  }

  async identity(path: string): Promise<string | undefined> {
    return this.#identities.get(path);
  }

  async pages(path: string, run: number): Promise<PageRun | undefined> {
    const row = this.#get('SELECT page_size, hashes FROM pages WHERE path = ? AND run = ?', path, run);
    return row && { pageSize: Number(row['page_size']), hashes: bytesOf(row['hashes']) };
  }

  async pageKey(): Promise<Bytes> {
    return bytesOf(this.#get('SELECT page_key FROM archive')?.['page_key']);
  }

  async begin(): Promise<void> {
    this.#told = [];
    this.#database.exec('DELETE FROM next_files; DELETE FROM next_pages;');
  }

  async rememberFile(path: string, identity: string | undefined): Promise<void> {
    this.#tell('INSERT OR REPLACE INTO next_files VALUES (?, ?)', path, identity ?? null);
  }

  async rememberPages(path: string, run: number, { pageSize, hashes }: PageRun): Promise<void> {
    this.#tell('INSERT OR REPLACE INTO next_pages VALUES (?, ?, ?, ?)', path, run, pageSize, hashes);
  }

  async restartPages(path: string): Promise<void> {
    this.#tell('DELETE FROM next_pages WHERE path = ?', path);
  }

  async forgetFile(path: string): Promise<void> {
    await this.restartPages(path);
    await this.rememberFile(path, undefined);
  }

  async finish({ number, hash }: SnapshotMark): Promise<void> {
    this.#identities.clear();
    this.#transaction(() => {
      this.#write();
      this.#database.exec(putNextInPlace);
      this.#run('INSERT OR REPLACE INTO last_snapshot VALUES (1, ?, ?)', number, hash);
    });
  }

  async renumber({ number, hash }: SnapshotMark): Promise<void> {
    this.#run('INSERT OR REPLACE INTO last_snapshot VALUES (1, ?, ?)', number, hash);
  }

  async pendingPacks(): Promise<readonly PendingPack[]> {
    const rows = this.#prepare('SELECT pack, size FROM pending_packs').all();
    return rows.map((row) => ({ pack: String(row['pack']), size: Number(row['size']) }));
  }

  async addPendingPack({ pack, size }: PendingPack, chunks: Iterable<OwnedChunk>): Promise<void> {
    const insert = 'INSERT OR REPLACE INTO pending_chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
    this.#transaction(() => {
      this.#run('INSERT OR REPLACE INTO pending_packs VALUES (?, ?)', pack, size);
      for (const { path, ref } of chunks) {
        const { name, key, ordinal, offset, sealedLength, plainLength } = ref;
        this.#run(insert, path, name, pack, key, ordinal, offset, sealedLength, plainLength);
      }
    });
  }

  async dropPendingPack(pack: string): Promise<void> {
    this.#transaction(() => {
      this.#run('DELETE FROM pending_chunks WHERE pack = ?', pack);
      this.#run('DELETE FROM pending_packs WHERE pack = ?', pack);
    });
  }

  async pendingChunk(path: string, name: Bytes): Promise<ChunkRef | undefined> {
    const row = this.#get('SELECT * FROM pending_chunks WHERE path = ? AND name = ?', path, name);
    return row && refOf(row);
  }

  async close(): Promise<void> {
    this.#statements.clear();
    this.#database.close();
  }

  #tell(sql: string, ...values: SQLInputValue[]): void {
    this.#told.push({ sql, values });
    if (this.#told.length >= mostTold) this.#transaction(() => this.#write());
  }

  #write(): void {
    for (const { sql, values } of this.#told) this.#run(sql, ...values);
    this.#told = [];
  }

  #get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#prepare(sql).get(...values);
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#prepare(sql).run(...values);
  }

  #prepare(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

function refOf(row: Row): ChunkRef {
  return {
    name: bytesOf(row['name']),
    pack: String(row['pack']),
    key: String(row['key']),
    ordinal: Number(row['ordinal']),
    offset: Number(row['offset']),
    sealedLength: Number(row['sealed_length']),
    plainLength: Number(row['plain_length']),
  };
}

function bytesOf(value: SQLOutputValue | undefined): Bytes {
  return value instanceof Uint8Array ? copyBytes(value) : new Uint8Array();
}
