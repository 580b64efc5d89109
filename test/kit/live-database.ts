import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';

/** How an app writes: through a write-ahead log, or with a rollback journal. */
export type WriterMode = 'wal' | 'wal, closed every time' | 'rollback journal';

/** How far a writer is. */
export interface WriterReport {
  /** Transactions. */
  readonly committed: number;
  /** The longest that one of them took, with all its waiting. */
  readonly slowestMs: number;
}

const accounts = 500;

/** Makes a database with a counter, two tables whose sum never changes, and so many rows of messages. */
export function makeDatabase(place: string, mode: WriterMode, messages: number): void {
  using database = new DatabaseSync(place);
  database.exec(`
    PRAGMA journal_mode = ${mode === 'rollback journal' ? 'DELETE' : 'WAL'};
    BEGIN;
    CREATE TABLE counter (value INTEGER);
    INSERT INTO counter VALUES (0);
    CREATE TABLE mine (id INTEGER PRIMARY KEY, balance INTEGER);
    CREATE TABLE messages (id INTEGER PRIMARY KEY, text BLOB);
    CREATE TABLE yours (id INTEGER PRIMARY KEY, balance INTEGER);
  `);
  for (let i = 0; i < accounts; i++) database.exec('INSERT INTO mine (balance) VALUES (1000)');
  const insert = database.prepare('INSERT INTO messages (text) VALUES (?)');
  for (let i = 0; i < messages; i++) insert.run(randomBytes(200));
  for (let i = 0; i < accounts; i++) database.exec('INSERT INTO yours (balance) VALUES (1000)');
  database.exec('COMMIT');
}

/** What a copy of the database says. */
export interface Copy {
  /** `ok`, or what is wrong with it. */
  readonly integrity: string;
  readonly sum: number;
  readonly counter: number;
}

/** The sum that never changes. */
export const rightSum: number = 2 * accounts * 1000;

/** Looks at a restored copy. */
export function lookAt(place: string): Copy {
  using database = new DatabaseSync(place);
  const one = (sql: string): unknown => Object.values(database.prepare(sql).get()!)[0];
  return {
    integrity: String(one('PRAGMA integrity_check')),
    sum: Number(one('SELECT (SELECT sum(balance) FROM mine) + (SELECT sum(balance) FROM yours)')),
    counter: Number(one('SELECT value FROM counter')),
  };
}

/** A process that commits to a database without a pause. */
export class LiveWriter {
  readonly #child: ChildProcess;
  readonly #end: Promise<never>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#end = once(child, 'exit').then(() => Promise.reject(new Error('the writer had to give up')));
    this.#end.catch(() => undefined);
  }

  /** Starts it, and waits until it has committed something. */
  static async start(place: string, mode: WriterMode): Promise<LiveWriter> {
    const program = fileURLToPath(new URL('live-writer.ts', import.meta.url));
    const writer = new LiveWriter(fork(program, [place, mode], { execArgv: [] }));
    while ((await writer.report()).committed === 0);
    return writer;
  }

  /** @throws Error when it had to wait too long for the database, and ended */
  async report(): Promise<WriterReport> {
    const answer = once(this.#child, 'message') as Promise<[WriterReport]>;
    this.#child.send('how far?');
    const [report] = await Promise.race([answer, this.#end]);
    return report;
  }

  async end(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}
