import type { SqlDatabase } from '../database/sql-database.ts';

/**
 * Row ids of the messages with media of each chat, the newest first. Remembered, because to put them in order takes
 * as long for some of them as for all; `forget` must be called when there are others.
 */
export class MediaOrder {
  readonly #db: SqlDatabase;
  readonly #ids = new Map<number, readonly number[]>();

  constructor(db: SqlDatabase) {
    this.#db = db;
  }

  forget(chatId: number): void {
    this.#ids.delete(chatId);
  }

  of(chatId: number): readonly number[] {
    const ids = this.#ids.get(chatId) ?? this.#read(chatId);
    this.#ids.set(chatId, ids);
    return ids;
  }

  #read(chatId: number): readonly number[] {
    return this.#db
      .all<{ id: number }>(
        `SELECT m._id AS id FROM message_media f JOIN message m ON m._id = f.message_row_id
         WHERE f.chat_row_id = ? ORDER BY m.sort_id DESC, m._id DESC`,
        chatId,
      )
      .map(({ id }) => id);
  }
}
