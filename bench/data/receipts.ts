import type { DatabaseSync } from 'node:sqlite';
import type { Dice } from '@strongroom/chats/sample';

/**
 * Two more tables of WhatsApp's msgstore.db, which make up a good part of its bytes:
 * a random secret for every message, and for each message of mine who received and read it when.
 */
export const receiptSchema = `
  CREATE TABLE message_secret (
    message_row_id INTEGER PRIMARY KEY,
    message_secret BLOB NOT NULL
  );

  CREATE TABLE receipt_user (
    _id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_row_id INTEGER NOT NULL,
    receipt_user_jid_row_id INTEGER NOT NULL,
    receipt_timestamp INTEGER,
    read_timestamp INTEGER
  );
  CREATE UNIQUE INDEX receipt_user_index ON receipt_user (message_row_id, receipt_user_jid_row_id);
`;

/** Writes the secrets and receipts of all messages that have none yet. */
export function addReceipts(db: DatabaseSync, dice: Dice): void {
  db.function('secret', () => dice.bytes(32));
  db.function('moments', () => dice.between(1000, 7_200_000));
  const last = Number(
    db.prepare('SELECT coalesce(max(message_row_id), 0) AS last FROM message_secret').get()!['last'],
  );
  db.prepare('INSERT INTO message_secret SELECT _id, secret() FROM message WHERE _id > ? ORDER BY _id').run(
    last,
  );
  db.exec(`
    CREATE TEMP TABLE listener AS
      SELECT DISTINCT chat_row_id AS chat, sender_jid_row_id AS jid FROM message WHERE sender_jid_row_id > 0
      UNION SELECT _id, jid_row_id FROM chat WHERE subject IS NULL ORDER BY chat, jid;
    CREATE INDEX temp.listener_index ON listener (chat, jid)`);
  db.prepare(`
    INSERT INTO receipt_user (message_row_id, receipt_user_jid_row_id, receipt_timestamp, read_timestamp)
      SELECT message._id, listener.jid, timestamp + 900, timestamp + moments() FROM message
      CROSS JOIN listener ON listener.chat = chat_row_id
      WHERE from_me = 1 AND message._id > ? ORDER BY message._id, listener.jid`).run(last);
  db.exec('DROP TABLE listener');
}
