import { sqlDatabaseConformance } from '@strongroom/chats/testing';
import { numberOf } from '@strongroom/chats';
import { expose } from 'comlink';
import { copyPages } from '../src/engine/sqlite/copy-pages.ts';
import { openPool } from '../src/engine/sqlite/pool.ts';

const path = '/chats.db';

// What it tells after each transaction, beside its answers.
const written = 'written';

/** What tests ask of SQLite in a worker: only there it has files. */
const asked = {
  /** Runs one case of the conformance suite. @returns what went wrong */
  async conformance(directory: string, name: string): Promise<string | undefined> {
    const pool = await openPool(directory);
    const database = pool.open(path);
    try {
      sqlDatabaseConformance.find((one) => one.name === name)!.run(database);
      return undefined;
    } catch (error) {
      return String(error);
    } finally {
      database.close();
      pool.close();
    }
  },

  /** Writes transactions for ever, of 200 rows each. */
  async writeForEver(directory: string): Promise<void> {
    const database = (await openPool(directory)).open(path);
    database.exec('PRAGMA journal_mode = TRUNCATE; PRAGMA cache_size = 10');
    database.exec('CREATE TABLE IF NOT EXISTS pairs (id INTEGER PRIMARY KEY, side INTEGER, text BLOB)');
    for (;;) {
      database.transaction(() => {
        for (let i = 0; i < 200; i++)
          database.run('INSERT INTO pairs (side, text) VALUES (?, randomblob(900))', i % 2);
        database.run('UPDATE pairs SET text = randomblob(700) WHERE id % 7 = abs(random() % 7)');
      });
      // It never waits, so that nothing but this tells how far it is.
      self.postMessage(written, { transfer: [] });
    }
  },

  /** How a database is after whatever happened: SQLite's word, and whether transactions are whole. */
  async inspect(directory: string): Promise<{ integrity: unknown; rows: number; left: number }> {
    const pool = await openPool(directory);
    const database = pool.open(path);
    const [integrity] = database.all('PRAGMA integrity_check');
    const isThere = numberOf(database, "SELECT count(*) FROM sqlite_master WHERE name = 'pairs'") > 0;
    const rows = isThere ? numberOf(database, 'SELECT count(*) FROM pairs') : 0;
    database.close();
    pool.close();
    return { integrity, rows, left: rows % 200 };
  },

  /** Makes a database of about so many bytes and copies it. @returns SQLite's word about the copy */
  async copy(directory: string, size: number): Promise<{ size: number; integrity: unknown }> {
    const pool = await openPool(directory);
    const database = pool.open(path);
    database.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, content BLOB)');
    database.transaction(() => {
      for (let i = 0; i < size / 4000; i++)
        database.run('INSERT INTO rows (content) VALUES (randomblob(3900))');
    });
    const parts: Uint8Array[] = [];
    const { size: whole } = copyPages(database, (bytes) => parts.push(bytes.slice()));
    await pool.importDatabase('/copy.db', async () => parts.shift());
    const copy = pool.open('/copy.db');
    const [integrity] = copy.all('PRAGMA integrity_check');
    copy.close();
    database.close();
    pool.close();
    return { size: whole, integrity };
  },
};

/** As a page sees it. */
export type SqliteForTests = typeof asked;

expose(asked);
