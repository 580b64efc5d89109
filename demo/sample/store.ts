import { createHash } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Dice } from './dice.ts';
import type { Chat, Message } from './history.ts';
import { typeOf, type MediaFile } from './media.ts';
import { languageOf, type Conversation } from './people.ts';
import { messageType, systemAction } from './schema.ts';

/** Runs something as one transaction. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

/** Writes the people and their chats. */
export function addChats(
  db: DatabaseSync,
  conversations: readonly Conversation[],
  created: number,
): readonly Chat[] {
  const jid = db.prepare('INSERT INTO jid (user, server, raw_string) VALUES (?, ?, ?)');
  const contact = db.prepare('INSERT INTO wa_contacts VALUES (?, ?)');
  const chat = db.prepare('INSERT INTO chat (jid_row_id, subject, created_timestamp) VALUES (?, ?, ?)');
  const person = (phone: string): number => insert(jid, phone, 's.whatsapp.net', `${phone}@s.whatsapp.net`);
  return conversations.map(({ phone, language, name, members }, index) => {
    const group = members.length > 0;
    const user = `${phone}-${Math.floor(created / 1000) + index}`;
    const jidRow = group ? insert(jid, user, 'g.us', `${user}@g.us`) : person(phone);
    if (!group) insert(contact, jidRow, name);
    const row = insert(chat, jidRow, group ? name : null, created + index);
    return { row, language, members: members.map(person) };
  });
}

/** The chats that are there, the liveliest first. */
export function readChats(db: DatabaseSync): readonly Chat[] {
  const rows = db.prepare(`
    SELECT chat._id AS row, jid.user AS user FROM chat JOIN jid ON jid._id = chat.jid_row_id
    ORDER BY (SELECT count(*) FROM message WHERE chat_row_id = chat._id) DESC, chat._id`);
  const members = db.prepare(
    'SELECT DISTINCT sender_jid_row_id AS jid FROM message WHERE chat_row_id = ? AND sender_jid_row_id > 0 ORDER BY jid',
  );
  return rows.all().map((found) => {
    const row = Number(found['row']);
    return {
      row,
      language: languageOf(String(found['user'])),
      members: members.all(row).map(({ jid }) => Number(jid)),
    };
  });
}

/** Writes messages, with their media and the notice that each chat begins with. */
export function addMessages(
  db: DatabaseSync,
  dice: Dice,
  messages: Iterable<Message>,
  media: ReadonlyMap<number, MediaFile>,
): void {
  const write = writers(db);
  const begun = new Set(
    db
      .prepare('SELECT DISTINCT chat_row_id AS chat FROM message')
      .all()
      .map(({ chat }) => Number(chat)),
  );
  let index = 0;
  for (const message of messages) {
    const file = media.get(index++);
    if (file !== undefined) write.media(message, file, dice.bytes(32));
    else if (begun.has(message.chat.row)) write.text(message);
    else write.notice(message);
    begun.add(message.chat.row);
  }
  settleChats(db);
}

interface Writers {
  readonly text: (message: Message) => void;
  readonly notice: (message: Message) => void;
  readonly media: (message: Message, file: MediaFile, key: Uint8Array) => void;
}

function writers(db: DatabaseSync): Writers {
  const row = rowWriter(db);
  const quote = db.prepare('INSERT INTO message_quoted VALUES (?, ?, ?, ?, ?)');
  const system = db.prepare('INSERT INTO message_system VALUES (?, ?)');
  const file = db.prepare('INSERT INTO message_media VALUES (?, ?, ?, ?, ?, ?, ?)');
  return {
    text: (message) => {
      const id = row(message, messageType.text, message.text);
      const quoted = message.quoted;
      if (quoted) insert(quote, id, Number(quoted.fromMe), quoted.keyId, quoted.sender, quoted.text);
    },
    notice: (message) => {
      const action = message.chat.members.length > 0 ? systemAction.groupCreated : systemAction.encrypted;
      insert(system, row(message, messageType.system, null), action);
    },
    media: (message, { kind, path, mime, bytes }, key) => {
      const hash = createHash('sha256').update(bytes).digest('base64');
      insert(file, row(message, typeOf(kind), null), message.chat.row, path, bytes.length, hash, mime, key);
    },
  };
}

function rowWriter(db: DatabaseSync): (message: Message, type: number, text: string | null) => number {
  const row = db.prepare(`
    INSERT INTO message (chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp,
      received_timestamp, message_type, text_data, sort_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  let sortId = Number(db.prepare('SELECT coalesce(max(_id), 0) AS last FROM message').get()!['last']);
  return ({ chat, fromMe, keyId, sender, time }, type, text) => {
    const status = fromMe ? 13 : 0;
    return insert(
      row,
      chat.row,
      Number(fromMe),
      keyId,
      sender,
      status,
      time,
      time + 800,
      type,
      text,
      ++sortId,
    );
  };
}

function settleChats(db: DatabaseSync): void {
  db.exec(`
    UPDATE chat SET last_message_row_id = (SELECT max(_id) FROM message WHERE chat_row_id = chat._id);
    UPDATE chat SET sort_timestamp = (SELECT timestamp FROM message WHERE _id = last_message_row_id);`);
}

function insert(
  statement: StatementSync,
  ...values: readonly (string | number | null | Uint8Array)[]
): number {
  return Number(statement.run(...values).lastInsertRowid);
}
