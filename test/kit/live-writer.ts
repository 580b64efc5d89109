// Commits to a database without a pause, in a process of its own. Told anything, it tells how far it is; when the
// channel is closed, it ends.
//
//   fork('live-writer.ts', [place, mode])
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { WriterMode, WriterReport } from './live-database.ts';

const [place, mode] = process.argv.slice(2) as [string, WriterMode];

// Milliseconds that it waits for others. Then its transaction fails, and it ends.
const patience = 10_000;

let committed = 0;
let slowestMs = 0;
let database = open();

process.on('message', () => process.send!({ committed, slowestMs } satisfies WriterReport));
process.on('disconnect', () => process.exit());
commitOn();

function open(): DatabaseSync {
  const opened = new DatabaseSync(place, { timeout: patience });
  // What is written goes into the file, and out of the log, as soon as it may.
  opened.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = 50; PRAGMA wal_autocheckpoint = 30');
  return opened;
}

// Messages are heard in between.
function commitOn(): void {
  const began = performance.now();
  if (mode === 'wal, closed every time') {
    database.close();
    database = open();
  }
  commit();
  slowestMs = Math.max(slowestMs, performance.now() - began);
  setImmediate(commitOn);
}

/** Counts, moves something from one table to the other, and changes pages all over the file. */
function commit(): void {
  const amount = 1 + (committed % 7);
  database.exec('BEGIN IMMEDIATE');
  database.exec(`UPDATE mine SET balance = balance - ${amount} WHERE id = ${1 + (committed % 500)}`);
  database.prepare('UPDATE messages SET text = ? WHERE id % 997 = ?').run(randomBytes(200), committed % 997);
  database.exec(`UPDATE yours SET balance = balance + ${amount} WHERE id = ${1 + ((committed * 31) % 500)}`);
  database.exec('UPDATE counter SET value = value + 1; COMMIT');
  committed++;
}
