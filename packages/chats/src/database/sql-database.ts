/** What a column can hold. Whole numbers up to 2^53 in size; bigger ones are refused when they are read. */
export type SqlValue = null | number | string | Uint8Array;

/** One row by the names of its columns. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/**
 * An open SQLite database: the same for `node:sqlite` and for SQLite compiled to WebAssembly. Synchronous, because
 * both are, and because a transaction must not be interrupted. Parameters take the places of `?` in their order.
 * Errors of SQLite are thrown as the platform throws them.
 */
export interface SqlDatabase {
  /** Runs statements without parameters. */
  exec(sql: string): void;
  /** Runs one statement that answers nothing. `lastId` is the row id of the last row that was inserted. */
  run(sql: string, ...params: readonly SqlValue[]): { readonly changes: number; readonly lastId: number };
  /** All rows of one query. */
  all<T extends SqlRow>(sql: string, ...params: readonly SqlValue[]): T[];
  /** The rows of one query one after the other. To write meanwhile is allowed; whether it is seen is not promised. */
  each<T extends SqlRow>(sql: string, ...params: readonly SqlValue[]): IterableIterator<T>;
  /** Runs something as one transaction: all of it, or nothing when it throws. Within another one, a part of that. */
  transaction<T>(work: () => T): T;
  /** Whether a transaction is open. */
  readonly inTransaction: boolean;
  close(): void;
}

/** The only column of the first row as a number. @returns 0 when there is no row, or NULL in it */
export function numberOf(db: SqlDatabase, sql: string, ...params: readonly SqlValue[]): number {
  const [row] = db.all(sql, ...params);
  return row === undefined ? 0 : Number(Object.values(row)[0]);
}

/** Runs something between BEGIN and COMMIT, or as a savepoint within: for adapters, which all need it alike. */
export function asTransaction<T>(db: Pick<SqlDatabase, 'exec' | 'inTransaction'>, work: () => T): T {
  const [begin, commit, rollback] = db.inTransaction
    ? ['SAVEPOINT inner_work', 'RELEASE inner_work', 'ROLLBACK TO inner_work; RELEASE inner_work']
    : ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'];
  db.exec(begin);
  try {
    const result = work();
    db.exec(commit);
    return result;
  } catch (error) {
    // Some errors (a full disk) have rolled back by themselves.
    if (db.inTransaction) db.exec(rollback);
    throw error;
  }
}
