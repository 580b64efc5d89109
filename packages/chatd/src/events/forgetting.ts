import type { DatabaseSync } from 'node:sqlite';
import { EVENT_LIFETIME } from './security-events.ts';

// Others wait while a row is deleted: a few at a time.
const atOnce = 500;

/** Deletes what is kept of events for longer than anybody may see it; answers whether there may be more. */
export function forgetOldEvents(database: DatabaseSync, now: number): boolean {
  const before = now - EVENT_LIFETIME;
  // The newest of an account stays: the next number follows from it.
  const shown = database
    .prepare(
      `DELETE FROM security_event WHERE event_id IN (
        SELECT event_id FROM security_event AS old WHERE at <= ?
          AND number < (SELECT max(number) FROM security_event WHERE account_id = old.account_id) LIMIT ?)`,
    )
    .run(before, atOnce);
  const told = database
    .prepare('DELETE FROM event WHERE event_id IN (SELECT event_id FROM event WHERE at <= ? LIMIT ?)')
    .run(before, atOnce);
  return Number(shown.changes) === atOnce || Number(told.changes) === atOnce;
}
