import { numberOf, type SqlDatabase } from '../database/sql-database.ts';

/** Where a message stands in its chat. */
interface Place {
  readonly sortId: number;
  readonly id: number;
}

const stride = 256;
const before: Place = { sortId: Number.MIN_SAFE_INTEGER, id: 0 };

/**
 * Finds messages by their position without counting from the beginning each time: remembers every 256th place of
 * a chat, found by walking the index of the chat once. Messages at the end only make the last stretch longer; when
 * one goes in or out elsewhere, `forget` must be called.
 */
export class Positions {
  readonly #db: SqlDatabase;
  readonly #landmarks = new Map<number, Place[]>();

  constructor(db: SqlDatabase) {
    this.#db = db;
  }

  forget(chatId?: number): void {
    if (chatId === undefined) this.#landmarks.clear();
    else this.#landmarks.delete(chatId);
  }

  /** A place at or before a position, and how many messages to skip from it; undefined beyond the end. */
  find(chatId: number, position: number): { readonly from: Place; readonly skip: number } | undefined {
    const wanted = Math.floor(position / stride);
    const from = this.#upTo(chatId, wanted)[wanted];
    return from === undefined ? undefined : { from, skip: position % stride };
  }

  /** The position of a message. */
  of(chatId: number, place: Place): number {
    const landmarks = this.#upTo(chatId, Number.POSITIVE_INFINITY);
    const next = landmarks.findIndex((landmark) => after(landmark, place));
    const at = (next < 0 ? landmarks.length : next) - 1;
    return at < 0 ? 0 : at * stride + this.#between(chatId, landmarks[at]!, place);
  }

  #between(chatId: number, from: Place, to: Place): number {
    return numberOf(
      this.#db,
      `SELECT count(*) FROM message INDEXED BY message_chat_sort_id_index
       WHERE chat_row_id = ? AND sort_id BETWEEN ? AND ? AND (sort_id, _id) >= (?, ?) AND (sort_id, _id) < (?, ?)`,
      chatId,
      from.sortId,
      to.sortId,
      from.sortId,
      from.id,
      to.sortId,
      to.id,
    );
  }

  #upTo(chatId: number, wanted: number): readonly Place[] {
    const landmarks = this.#landmarks.get(chatId) ?? [];
    this.#landmarks.set(chatId, landmarks);
    while (landmarks.length <= wanted) {
      const last = landmarks.at(-1);
      const next = this.#step(chatId, last ?? before, last === undefined ? 0 : stride);
      if (next === undefined) break;
      landmarks.push(next);
    }
    return landmarks;
  }

  #step(chatId: number, from: Place, skip: number): Place | undefined {
    return this.#db.all<{ sortId: number; id: number }>(
      `SELECT sort_id AS sortId, _id AS id FROM message INDEXED BY message_chat_sort_id_index
       WHERE chat_row_id = ? AND sort_id >= ? AND (sort_id, _id) >= (?, ?)
       ORDER BY sort_id, _id LIMIT 1 OFFSET ?`,
      chatId,
      from.sortId,
      from.sortId,
      from.id,
      skip,
    )[0];
  }
}

function after(a: Place, b: Place): boolean {
  return a.sortId > b.sortId || (a.sortId === b.sortId && a.id > b.id);
}
