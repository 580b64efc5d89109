import { randomBytes, toHex } from '@strongroom/core';
import { messageType } from '../database/schema.ts';
import { numberOf, type SqlDatabase } from '../database/sql-database.ts';
import { typeOfKind } from './kinds.ts';
import { personNamed } from './people.ts';
import type { NewMedia, NewMessage } from './views.ts';

const statusRead = 13;

/**
 * Writes messages into a chat, each at the place of its time: those before the last one push the later ones on.
 * @returns row ids of those that were not there yet, and whether any went in before the end
 */
export function addMessages(
  db: SqlDatabase,
  chatId: number,
  messages: Iterable<NewMessage>,
): { readonly added: readonly number[]; readonly moved: boolean } {
  const isGroup = numberOf(db, 'SELECT subject IS NOT NULL FROM chat WHERE _id = ?', chatId) === 1;
  const last = numberOf(db, 'SELECT max(sort_id) FROM message WHERE chat_row_id = ?', chatId);
  let latest = numberOf(
    db,
    'SELECT timestamp FROM message WHERE chat_row_id = ? ORDER BY sort_id DESC LIMIT 1',
    chatId,
  );
  let earliest = Number.POSITIVE_INFINITY;
  const added: number[] = [];
  for (const message of messages) {
    const id = addOne(db, chatId, isGroup, message, last + added.length + 1);
    if (id === undefined) continue;
    added.push(id);
    if (message.at < latest) earliest = Math.min(earliest, message.at);
    else latest = message.at;
  }
  const moved = earliest < Number.POSITIVE_INFINITY;
  if (moved) orderByTime(db, chatId, earliest);
  if (added.length > 0) settleChat(db, chatId);
  return { added, moved };
}

function addOne(
  db: SqlDatabase,
  chatId: number,
  isGroup: boolean,
  message: NewMessage,
  sortId: number,
): number | undefined {
  const { at, from, mine, kind, text, edited = false, media } = message;
  const key = message.key ?? toHex(randomBytes(16)).toUpperCase();
  // In a chat of two there is only one other: as in WhatsApp's own database the sender is left out.
  const sender = mine || from === undefined || !isGroup ? 0 : personNamed(db, from);
  const { changes, lastId } = db.run(
    `INSERT OR IGNORE INTO message (chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp,
      received_timestamp, message_type, text_data, sort_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    chatId,
    Number(mine),
    key,
    sender,
    mine ? statusRead : 0,
    at,
    at,
    typeOfKind(kind),
    text,
    sortId,
  );
  if (changes === 0) return undefined;
  if (edited) db.run('INSERT INTO message_edit_info VALUES (?, ?, ?)', lastId, key, at);
  if (media !== undefined) addMedia(db, lastId, chatId, media, kind === 'voice');
  return lastId;
}

/** Writes the media of a message; what was noted of it before is replaced. */
export function addMedia(
  db: SqlDatabase,
  messageId: number,
  chatId: number,
  { path, name, type, size }: NewMedia,
  voice: boolean,
): void {
  db.run(
    `INSERT OR REPLACE INTO message_media (message_row_id, chat_row_id, file_path, file_size, file_hash, mime_type,
      media_key, media_name, voice) VALUES (?, ?, ?, ?, '', ?, x'', ?, ?)`,
    messageId,
    chatId,
    path,
    size,
    type,
    name,
    Number(voice),
  );
}

// Only from the first message that is too late on: what is before stays where it is, and so do its pages.
function orderByTime(db: SqlDatabase, chatId: number, from: number): void {
  const start = numberOf(
    db,
    'SELECT min(sort_id) FROM message WHERE chat_row_id = ? AND timestamp > ?',
    chatId,
    from,
  );
  db.run(
    `UPDATE message SET sort_id = moved.sort_id FROM (
       SELECT _id, ? - 1 + row_number() OVER (ORDER BY timestamp, sort_id, _id) AS sort_id
       FROM message WHERE chat_row_id = ? AND sort_id >= ?) AS moved
     WHERE message._id = moved._id AND message.sort_id <> moved.sort_id`,
    start,
    chatId,
    start,
  );
}

/** Notes in a chat which message is its last. */
export function settleChat(db: SqlDatabase, chatId: number): void {
  db.run(
    `UPDATE chat SET last_message_row_id = last.id, sort_timestamp = last.time FROM (
       SELECT _id AS id, timestamp AS time FROM message WHERE chat_row_id = ? ORDER BY sort_id DESC LIMIT 1) AS last
     WHERE chat._id = ?`,
    chatId,
    chatId,
  );
}

/** Replaces the text of a message, and notes when. @returns whether there is such a message */
export function editMessage(db: SqlDatabase, id: number, text: string, at: number): boolean {
  const { changes } = db.run(
    'UPDATE message SET text_data = ? WHERE _id = ? AND message_type NOT IN (?, ?)',
    text,
    id,
    messageType.deleted,
    messageType.system,
  );
  if (changes === 0) return false;
  db.run('INSERT OR REPLACE INTO message_edit_info SELECT _id, key_id, ? FROM message WHERE _id = ?', at, id);
  return true;
}

/** Empties a message: that there was one stays. @returns the path of the file that it carried, if any */
export function deleteMessage(db: SqlDatabase, id: number, at: number): string | undefined {
  const [media] = db.all<{ path: string }>(
    'SELECT file_path AS path FROM message_media WHERE message_row_id = ?',
    id,
  );
  db.run('UPDATE message SET text_data = NULL, message_type = ? WHERE _id = ?', messageType.deleted, id);
  for (const table of ['message_media', 'message_quoted', 'message_edit_info'])
    db.run(`DELETE FROM ${table} WHERE message_row_id = ?`, id);
  db.run('INSERT OR REPLACE INTO message_revoked VALUES (?, ?)', id, at);
  return media === undefined || media.path === '' ? undefined : media.path;
}
