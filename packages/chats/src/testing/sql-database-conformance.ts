import { equalBytes } from '@strongroom/core';
import { numberOf, type SqlDatabase, type SqlValue } from '../database/sql-database.ts';

/** One thing that every adapter of SQLite must do. */
export interface SqlConformanceCase {
  readonly name: string;
  /** @param db an empty database. @throws Error when the adapter does something else */
  readonly run: (db: SqlDatabase) => void;
}

/**
 * What every adapter must do, free of any test runner:
 * `for (const { name, run } of sqlDatabaseConformance) test(name, () => run(emptyDatabase()))`.
 */
export const sqlDatabaseConformance: readonly SqlConformanceCase[] = [
  {
    name: 'gives every kind of value back as it was',
    run: (db) => {
      const values: readonly SqlValue[] = [
        null,
        0,
        -1,
        1.5,
        Date.UTC(2026, 10, 22),
        2 ** 53 - 1,
        -(2 ** 53 - 1),
        '',
        'é 你好 👍🏽',
        "it's ?",
        new Uint8Array(0),
        new Uint8Array([0, 1, 255]),
      ];
      db.exec('CREATE TABLE kept (id INTEGER PRIMARY KEY, value)');
      for (const value of values) db.run('INSERT INTO kept (value) VALUES (?)', value);
      const back = db
        .all<{ value: SqlValue }>('SELECT value FROM kept ORDER BY id')
        .map(({ value }) => value);
      for (const [at, value] of values.entries()) same(back[at]!, value);
    },
  },
  {
    name: 'keeps the bytes it was given when the caller changes them later, and gives copies',
    run: (db) => {
      db.exec('CREATE TABLE kept (value BLOB)');
      const bytes = new Uint8Array([1, 2, 3]);
      db.run('INSERT INTO kept VALUES (?)', bytes);
      bytes.fill(0);
      const read = (): Uint8Array => db.all<{ value: Uint8Array }>('SELECT value FROM kept')[0]!.value;
      read().fill(9);
      same(read(), new Uint8Array([1, 2, 3]));
    },
  },
  {
    name: 'says how many rows changed and which one was inserted',
    run: (db) => {
      db.exec('CREATE TABLE kept (id INTEGER PRIMARY KEY AUTOINCREMENT, value TEXT)');
      same(db.run('INSERT INTO kept (value) VALUES (?)', 'a').lastId, 1);
      same(db.run('INSERT INTO kept (value) VALUES (?), (?)', 'b', 'c').lastId, 3);
      same(db.run("UPDATE kept SET value = 'd' WHERE id > ?", 1).changes, 2);
      same(db.run('DELETE FROM kept WHERE id = ?', 99).changes, 0);
    },
  },
  {
    name: 'runs several statements at once',
    run: (db) => {
      db.exec("CREATE TABLE a (x); CREATE TABLE b (y); INSERT INTO b VALUES ('; --');");
      same(numberOf(db, 'SELECT count(*) FROM b'), 1);
      same(numberOf(db, 'SELECT x FROM a'), 0);
    },
  },
  {
    name: 'answers the same query again with other parameters, also after the schema changed',
    run: (db) => {
      numbers(db, 10);
      const above = (least: number): number[] =>
        db.all<{ n: number }>('SELECT n FROM numbers WHERE n > ? ORDER BY n', least).map(({ n }) => n);
      same(above(8).join(), '9,10');
      same(above(7).join(), '8,9,10');
      db.exec('ALTER TABLE numbers ADD COLUMN more TEXT');
      same(above(9).join(), '10');
    },
  },
  {
    name: 'reads row by row, as far as one wants, two queries at a time, and writes meanwhile',
    run: (db) => {
      numbers(db, 1000);
      const query = 'SELECT n FROM numbers WHERE n <= ? ORDER BY n';
      const seen: number[] = [];
      for (const { n } of db.each<{ n: number }>(query, 1000)) {
        if (n > 20) break;
        db.run('UPDATE numbers SET n = n WHERE n = ?', n);
        for (const inner of db.each<{ n: number }>(query, 2)) seen.push(inner.n);
      }
      same(seen.length, 40);
      db.exec('DROP TABLE numbers');
    },
  },
  {
    name: 'undoes a transaction that fails, and hands the error on',
    run: (db) => {
      numbers(db, 1);
      const error = new Error('in the middle');
      const failing = (): void =>
        db.transaction(() => {
          db.run('INSERT INTO numbers VALUES (?)', 2);
          throw error;
        });
      same(caught(failing) === error, true);
      same(db.inTransaction, false);
      same(numberOf(db, 'SELECT count(*) FROM numbers'), 1);
    },
  },
  {
    name: 'undoes an inner transaction alone',
    run: (db) => {
      numbers(db, 0);
      const answer = db.transaction(() => {
        db.run('INSERT INTO numbers VALUES (1)');
        caught(() =>
          db.transaction(() => {
            db.run('INSERT INTO numbers VALUES (2)');
            throw new Error('inner');
          }),
        );
        return db.transaction(() => {
          db.run('INSERT INTO numbers VALUES (3)');
          return db.inTransaction;
        });
      });
      same(answer, true);
      same(numberOf(db, 'SELECT sum(n) FROM numbers'), 4);
    },
  },
  {
    name: 'throws on bad SQL, a broken rule and a missing parameter, and works on',
    run: (db) => {
      db.exec('CREATE TABLE kept (value TEXT NOT NULL UNIQUE)');
      db.run('INSERT INTO kept VALUES (?)', 'a');
      for (const wrong of [
        () => db.exec('SELEC'),
        () => db.run('INSERT INTO kept VALUES (?)', 'a'),
        () => db.run('INSERT INTO kept VALUES (?)'),
        () => db.all('SELECT * FROM nowhere'),
      ])
        same(caught(wrong) instanceof Error, true);
      same(numberOf(db, 'SELECT count(*) FROM kept'), 1);
    },
  },
  {
    name: 'has full-text search: contentless, deleting, and prefixes',
    run: (db) => {
      db.exec("CREATE VIRTUAL TABLE words USING fts5(text, content='', contentless_delete=1)");
      db.run('INSERT INTO words (rowid, text) VALUES (?, ?)', 7, 'open sesame');
      db.run('INSERT INTO words (rowid, text) VALUES (?, ?)', 8, 'open doors');
      db.run('DELETE FROM words WHERE rowid = ?', 8);
      same(numberOf(db, 'SELECT rowid FROM words WHERE words MATCH ?', '"ses"*'), 7);
      same(numberOf(db, 'SELECT count(*) FROM words WHERE words MATCH ?', 'open'), 1);
    },
  },
  {
    name: 'deletes several rows of a full-text table in a transaction, between others that come',
    run: (db) => {
      db.exec("CREATE VIRTUAL TABLE words USING fts5(text, content='', contentless_delete=1)");
      for (const row of [1, 2, 3])
        db.run('INSERT INTO words (rowid, text) VALUES (?, ?)', row, 'open sesame');
      db.transaction(() => {
        for (const row of [2, 3]) {
          same(db.run('DELETE FROM words WHERE rowid = ?', row).changes, 1);
          db.run('INSERT INTO words (rowid, text) VALUES (?, ?)', row, 'closed');
        }
      });
      same(numberOf(db, 'SELECT count(*) FROM words WHERE words MATCH ?', 'closed'), 2);
    },
  },
];

function numbers(db: SqlDatabase, count: number): void {
  db.exec('CREATE TABLE numbers (n INTEGER PRIMARY KEY)');
  db.transaction(() => {
    for (let n = 1; n <= count; n++) db.run('INSERT INTO numbers VALUES (?)', n);
  });
}

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new TypeError('did not throw');
}

function same(found: SqlValue | boolean, expected: SqlValue | boolean): void {
  const equal =
    found instanceof Uint8Array && expected instanceof Uint8Array
      ? equalBytes(found, expected)
      : Object.is(found, expected);
  if (!equal) throw new Error(`expected ${show(expected)}, found ${show(found)}`);
}

function show(value: SqlValue | boolean): string {
  return value instanceof Uint8Array ? `bytes ${value.join(' ')}` : JSON.stringify(value);
}
