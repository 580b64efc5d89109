import type { OpfsSAHPoolDatabase, PreparedStatement, Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import { asTransaction, type SqlDatabase, type SqlRow, type SqlValue } from '@strongroom/chats';
import { StrongroomError } from '@strongroom/core';
import { withFile, type ReadFile } from './file-reader.ts';

// Statements that are kept compiled.
const mostPrepared = 100;

const sqliteFull = 13;
const sqliteCorrupt = 11;
const sqliteNotADatabase = 26;

/** A database of SQLite WASM as the synchronous port that the chats are kept by. */
export class WasmDatabase implements SqlDatabase {
  readonly #sqlite: Sqlite3Static;
  readonly #database: OpfsSAHPoolDatabase;
  readonly #path: string;
  readonly #prepared = new Map<string, PreparedStatement>();

  /** @param path names it in errors */
  constructor(sqlite: Sqlite3Static, database: OpfsSAHPoolDatabase, path: string) {
    this.#sqlite = sqlite;
    this.#database = database;
    this.#path = path;
  }

  get inTransaction(): boolean {
    return this.#sqlite.capi.sqlite3_get_autocommit(this.#database.pointer!) === 0;
  }

  exec(sql: string): void {
    this.#orError(() => this.#database.exec(sql));
  }

  run(sql: string, ...params: readonly SqlValue[]): { changes: number; lastId: number } {
    this.#with(sql, params, (statement) => {
      while (statement.step()) continue;
    });
    const { capi } = this.#sqlite;
    const pointer = this.#database.pointer!;
    return {
      changes: capi.sqlite3_changes(pointer),
      lastId: Number(capi.sqlite3_last_insert_rowid(pointer)),
    };
  }

  all<T extends SqlRow>(sql: string, ...params: readonly SqlValue[]): T[] {
    return this.#with(sql, params, (statement) => {
      const rows: T[] = [];
      while (statement.step()) rows.push(statement.get({}) as T);
      return rows;
    });
  }

  *each<T extends SqlRow>(sql: string, ...params: readonly SqlValue[]): IterableIterator<T> {
    const statement = this.#orError(() => this.#database.prepare(sql));
    try {
      this.#orError(() => bind(statement, params));
      while (this.#orError(() => statement.step())) yield statement.get({}) as T;
    } finally {
      statement.finalize();
    }
  }

  transaction<T>(work: () => T): T {
    return asTransaction(this, work);
  }

  /** Lets somebody read the file itself. @param longest the most bytes at a time */
  withFile<T>(longest: number, use: (read: ReadFile) => T): T {
    return this.#orError(() => withFile(this.#sqlite, this.#database, longest, use));
  }

  close(): void {
    for (const statement of this.#prepared.values()) statement.finalize();
    this.#prepared.clear();
    this.#database.close();
  }

  #with<T>(sql: string, params: readonly SqlValue[], use: (statement: PreparedStatement) => T): T {
    return this.#orError(() => {
      const statement = this.#take(sql);
      try {
        bind(statement, params);
        return use(statement);
      } finally {
        statement.reset();
        if (params.length > 0) statement.clearBindings();
        this.#giveBack(sql, statement);
      }
    });
  }

  #take(sql: string): PreparedStatement {
    const known = this.#prepared.get(sql);
    this.#prepared.delete(sql);
    return known ?? this.#database.prepare(sql);
  }

  // The one that was not used for longest goes first.
  #giveBack(sql: string, statement: PreparedStatement): void {
    this.#prepared.set(sql, statement);
    if (this.#prepared.size <= mostPrepared) return;
    const [oldest, outdated] = this.#prepared.entries().next().value!;
    this.#prepared.delete(oldest);
    outdated.finalize();
  }

  #orError<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw sqlError(cause, this.#path);
    }
  }
}

function bind(statement: PreparedStatement, params: readonly SqlValue[]): void {
  if (params.length > 0) statement.bind([...params]);
}

/** What SQLite says of a disk that is full, or a file that is damaged, as an error that callers handle. */
function sqlError(error: unknown, path: string): unknown {
  const result = error instanceof Error && 'resultCode' in error ? Number(error.resultCode) & 0xff : 0;
  if (result === sqliteFull) return new StrongroomError('disk-full', { path }, { cause: error });
  if (result === sqliteCorrupt || result === sqliteNotADatabase)
    return new StrongroomError('profile-damaged', { path }, { cause: error });
  return error;
}
