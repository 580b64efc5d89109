import { StrongroomError } from '@strongroom/core';
import { schema } from './schema.ts';
import { numberOf, type SqlDatabase } from './sql-database.ts';

// Step n leads from `user_version` n to n + 1. Steps are only ever added: databases of every age come out of backups.
const steps: readonly string[] = [
  // Version 0 is WhatsApp's schema itself; what follows is what an app needs beside it.
  `
  ALTER TABLE message_media ADD COLUMN media_name TEXT;
  ALTER TABLE message_media ADD COLUMN voice INTEGER NOT NULL DEFAULT 1;
  CREATE TABLE message_revoked (
    message_row_id INTEGER PRIMARY KEY,
    revoked_timestamp INTEGER NOT NULL
  );`,
];

/** The newest version of the chat database. */
export const databaseVersion: number = steps.length;

/**
 * Makes a chat database of an empty one, and a current one of an old one, or changes nothing when it throws.
 * @throws StrongroomError newer-version when a newer app has written it
 */
export function migrate(db: SqlDatabase): void {
  const version = numberOf(db, 'PRAGMA user_version');
  if (version > databaseVersion) throw new StrongroomError('newer-version', { object: 'chats.db', version });
  if (version === databaseVersion) return;
  const isNew = numberOf(db, 'SELECT count(*) FROM sqlite_schema') === 0;
  // A backup takes the one file, in pages of this size: nothing may lie in a log beside it.
  if (isNew) db.exec('PRAGMA page_size = 4096; PRAGMA journal_mode = DELETE');
  db.transaction(() => {
    if (isNew) db.exec(schema);
    for (const step of steps.slice(version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${databaseVersion}`);
  });
}
