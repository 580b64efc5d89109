import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { asTransaction, type SqlDatabase, type SqlRow, type SqlValue } from '../database/sql-database.ts';

const statementsKept = 200;

/**
 * The port over `node:sqlite`.
 * @param database a path, `:memory:`, or an open database
 */
export function nodeSqlite(database: string | DatabaseSync): SqlDatabase {
  const db = typeof database === 'string' ? new DatabaseSync(database) : database;
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const kept = statements.get(sql);
    if (kept !== undefined) return kept;
    if (statements.size >= statementsKept) statements.clear();
    const statement = db.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const port: SqlDatabase = {
    exec: (sql) => db.exec(sql),
    run: (sql, ...params) => {
      const statement = prepared(sql);
      // Full-text tables have rows of their own, whose ids may be too large for a number: nobody asks for those.
      statement.setReadBigInts(true);
      try {
        const { changes, lastInsertRowid } = statement.run(...params);
        return { changes: Number(changes), lastId: Number(lastInsertRowid) };
      } finally {
        statement.setReadBigInts(false);
      }
    },
    all: <T extends SqlRow>(sql: string, ...params: readonly SqlValue[]) =>
      prepared(sql).all(...params) as T[],
    // A statement of its own: one that is being read must not be started again.
    each: <T extends SqlRow>(sql: string, ...params: readonly SqlValue[]) =>
      db.prepare(sql).iterate(...params) as unknown as IterableIterator<T>,
    transaction: (work) => asTransaction(port, work),
    get inTransaction() {
      return db.isTransaction;
    },
    close: () => db.close(),
  };
  return port;
}
