import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

// One process waits so long for another's write, milliseconds. Writes are single statements and take one fsync each.
const busyTimeout = 5000;

/**
 * Opens the front door's database, readable by its owner alone; makes it when there is none. Several front doors on one
 * machine may have it open.
 */
export function openFrontDoorDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyTimeout });
  chmodSync(path, 0o600);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA secure_delete = ON;
    PRAGMA foreign_keys = ON;
    CREATE TABLE IF NOT EXISTS account (
      account_id BLOB PRIMARY KEY, phone TEXT NOT NULL UNIQUE, made_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS device (
      device_id BLOB PRIMARY KEY,
      account_id BLOB NOT NULL REFERENCES account,
      public_key BLOB NOT NULL,
      name TEXT NOT NULL,
      made_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS code (
      phone TEXT NOT NULL, code TEXT NOT NULL, tries_left INTEGER NOT NULL, sent_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS code_by_phone ON code (phone, sent_at);
    CREATE TABLE IF NOT EXISTS challenge (
      challenge BLOB PRIMARY KEY, device_id BLOB NOT NULL, made_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS session (
      token_hash BLOB PRIMARY KEY, device_id BLOB NOT NULL REFERENCES device, expires_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS event (
      event_id INTEGER PRIMARY KEY,
      account_id BLOB NOT NULL REFERENCES account,
      kind TEXT NOT NULL,
      at INTEGER NOT NULL,
      told_as BLOB
    ) STRICT;
  `);
  addToldAs(database);
  addEventsForPeople(database);
  return database;
}

/** Does all of it or, when it throws, nothing. Not for what must stay although the request is refused: a try at a code. */
export function inTransaction<T>(database: DatabaseSync, run: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = run();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

// Databases of earlier versions lack the column. Another process may be at it, too.
function addToldAs(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  const found = database.prepare("SELECT 1 FROM pragma_table_info('event') WHERE name = 'told_as'").get();
  if (found === undefined) database.exec('ALTER TABLE event ADD COLUMN told_as BLOB');
  database.exec(`
    CREATE UNIQUE INDEX IF NOT EXISTS event_told_once ON event (account_id, kind, told_as);
    COMMIT;
  `);
}

// Tables beside those of earlier versions, whose columns stay as they are: a front door of the version before, which
// names none when it adds a row, may work on the same database.
function addEventsForPeople(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS device_use (
      device_id BLOB PRIMARY KEY REFERENCES device ON DELETE CASCADE,
      last_seen_day INTEGER NOT NULL,
      acknowledged INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS security_event (
      event_id INTEGER PRIMARY KEY AUTOINCREMENT,
      account_id BLOB NOT NULL REFERENCES account,
      number INTEGER NOT NULL,
      kind TEXT NOT NULL,
      at INTEGER NOT NULL,
      device_id BLOB,
      device_name TEXT NOT NULL,
      removed_device_id BLOB,
      removed_device_name TEXT NOT NULL,
      wrong_in_a_row INTEGER NOT NULL,
      told_by TEXT NOT NULL,
      UNIQUE (account_id, number)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS security_event_by_time ON security_event (at);
    CREATE TABLE IF NOT EXISTS guess (
      guess_id INTEGER PRIMARY KEY,
      account_id BLOB NOT NULL REFERENCES account,
      device_id BLOB NOT NULL,
      began_at INTEGER NOT NULL,
      is_last INTEGER NOT NULL,
      is_right INTEGER NOT NULL,
      told_by TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS guess_by_time ON guess (began_at);
    CREATE INDEX IF NOT EXISTS event_by_time ON event (at);
    CREATE INDEX IF NOT EXISTS device_by_account ON device (account_id);
    CREATE INDEX IF NOT EXISTS session_by_device ON session (device_id);
  `);
}
