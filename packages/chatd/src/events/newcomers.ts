import type { DatabaseSync } from 'node:sqlite';
import type { Bytes } from '@strongroom/core';

/** Finds out to which accounts something happened, in whatever process that works on the database. */
export class Newcomers {
  readonly #database: DatabaseSync;
  #last: number;

  constructor(database: DatabaseSync) {
    this.#database = database;
    const { last } = database
      .prepare('SELECT coalesce(max(event_id), 0) AS last FROM security_event')
      .get() as { last: number };
    this.#last = last;
  }

  /** The accounts since the last time this was asked. */
  take(): Bytes[] {
    const found = this.#database
      .prepare(
        'SELECT account_id, max(event_id) AS newest FROM security_event WHERE event_id > ? GROUP BY account_id',
      )
      .all(this.#last) as { account_id: Uint8Array; newest: number }[];
    this.#last = Math.max(this.#last, ...found.map(({ newest }) => newest));
    return found.map(({ account_id: accountId }) => new Uint8Array(accountId));
  }
}
