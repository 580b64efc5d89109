import { chmodSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { concat, copyBytes, type Bytes } from '@strongroom/core';
import { checkLimit, type ListedValue, type RecordStore, type StoredValue } from './record-store.ts';

interface PendingWrite {
  readonly id: Bytes;
  readonly value: Bytes;
  readonly expectedRevision: number | undefined;
  readonly resolve: (outcome: 'committed' | 'conflict') => void;
  readonly reject: (error: unknown) => void;
}

/** Records in one SQLite file; writes that wait at the same time share one fsync. */
export class SqliteStore implements RecordStore {
  readonly #database: DatabaseSync;
  readonly #select: StatementSync;
  readonly #selectFrom: StatementSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  #pending: PendingWrite[] = [];
  #forgetting: Promise<void> | undefined;

  /** @param path of the database file, made if missing and readable by its owner alone */
  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    chmodSync(path, 0o600);
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA secure_delete = ON;
      PRAGMA busy_timeout = 5000;
      CREATE TABLE IF NOT EXISTS record (
        id BLOB PRIMARY KEY, revision INTEGER NOT NULL, value BLOB NOT NULL
      ) WITHOUT ROWID, STRICT;
      -- What a process that was killed had no time to forget.
      PRAGMA wal_checkpoint(TRUNCATE);
    `);
    this.#select = this.#database.prepare('SELECT revision, value FROM record WHERE id = ?');
    this.#selectFrom = this.#database.prepare(
      'SELECT id, revision, value FROM record WHERE id >= ? ORDER BY id LIMIT ?',
    );
    this.#insert = this.#database.prepare('INSERT INTO record VALUES (?, 1, ?) ON CONFLICT DO NOTHING');
    this.#update = this.#database.prepare(
      'UPDATE record SET value = ?, revision = revision + 1 WHERE id = ? AND revision = ?',
    );
    this.#begin = this.#database.prepare('BEGIN IMMEDIATE');
    this.#commit = this.#database.prepare('COMMIT');
  }

  async read(id: Bytes): Promise<StoredValue | undefined> {
    const row = this.#select.get(id) as { revision: number; value: Bytes } | undefined;
    return row && { revision: row.revision, value: new Uint8Array(row.value) };
  }

  async list(after: Bytes | undefined, limit: number): Promise<readonly ListedValue[]> {
    checkLimit(limit);
    const first = after === undefined ? new Uint8Array() : concat(after, new Uint8Array(1));
    const rows = this.#selectFrom.all(first, limit) as { id: Bytes; revision: number; value: Bytes }[];
    return rows.map(({ id, revision, value }) => ({
      id: new Uint8Array(id),
      value: new Uint8Array(value),
      revision,
    }));
  }

  replace(id: Bytes, value: Bytes, expectedRevision: number | undefined): Promise<'committed' | 'conflict'> {
    return new Promise((resolve, reject) => {
      if (this.#pending.length === 0) void setImmediate().then(() => this.#commitPending());
      // A copy: the caller may use its bytes for something else before they are written.
      const copies = { id: copyBytes(id), value: copyBytes(value) };
      this.#pending.push({ ...copies, expectedRevision, resolve, reject });
    });
  }

  /** Those who ask at the same time share one checkpoint, which begins after all of them asked. */
  forgetOldValues(): Promise<void> {
    this.#forgetting ??= setImmediate().then(() => this.#forget());
    return this.#forgetting;
  }

  async close(): Promise<void> {
    await this.#forgetting;
    this.#commitPending();
    this.#database.close();
  }

  #forget(): void {
    this.#forgetting = undefined;
    this.#commitPending();
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  #commitPending(): void {
    const writes = this.#pending;
    this.#pending = [];
    if (writes.length === 0) return;
    try {
      this.#begin.run();
      const outcomes = writes.map((write) => this.#write(write));
      this.#commit.run();
      writes.forEach(({ resolve }, i) => resolve(outcomes[i]!));
    } catch (error) {
      if (this.#database.isOpen && this.#database.isTransaction) this.#database.exec('ROLLBACK');
      for (const { reject } of writes) reject(error);
    }
  }

  #write({ id, value, expectedRevision }: PendingWrite): 'committed' | 'conflict' {
    const { changes } =
      expectedRevision === undefined
        ? this.#insert.run(id, value)
        : this.#update.run(value, id, expectedRevision);
    return Number(changes) === 1 ? 'committed' : 'conflict';
  }
}
