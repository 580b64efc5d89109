import { messageType, systemAction } from '../database/schema.ts';
import { numberOf, type SqlDatabase, type SqlValue } from '../database/sql-database.ts';
import type { Dice } from './dice.ts';
import type { Chat, Message } from './history.ts';
import { typeOf, type MediaFile } from './media.ts';
import { languageOf, type Conversation } from './people.ts';

/** SHA-256 of bytes in base64: a port, because browsers have it asynchronously alone. */
export type HashOf = (bytes: Uint8Array) => string;

/** Writes the people and their chats. */
export function addChats(
  db: SqlDatabase,
  conversations: readonly Conversation[],
  created: number,
): readonly Chat[] {
  const jid = 'INSERT INTO jid (user, server, raw_string) VALUES (?, ?, ?)';
  const contact = 'INSERT INTO wa_contacts VALUES (?, ?)';
  const chat = 'INSERT INTO chat (jid_row_id, subject, created_timestamp) VALUES (?, ?, ?)';
  const insert = (sql: string, ...values: readonly SqlValue[]): number => db.run(sql, ...values).lastId;
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
export function readChats(db: SqlDatabase): readonly Chat[] {
  const rows = db.all<{ row: number; user: string }>(`
    SELECT chat._id AS row, jid.user AS user FROM chat JOIN jid ON jid._id = chat.jid_row_id
    ORDER BY (SELECT count(*) FROM message WHERE chat_row_id = chat._id) DESC, chat._id`);
  return rows.map(({ row, user }) => ({ row, language: languageOf(user), members: membersOf(db, row) }));
}

function membersOf(db: SqlDatabase, chat: number): readonly number[] {
  const members =
    'SELECT DISTINCT sender_jid_row_id AS jid FROM message WHERE chat_row_id = ? AND sender_jid_row_id > 0 ORDER BY jid';
  return db.all<{ jid: number }>(members, chat).map(({ jid }) => jid);
}

/** Writes messages, with their media and the notice that each chat begins with. */
export function addMessages(
  db: SqlDatabase,
  dice: Dice,
  messages: Iterable<Message>,
  media: ReadonlyMap<number, MediaFile>,
  hashOf: HashOf,
): void {
  const write = writers(db, hashOf);
  const begun = new Set(
    db.all<{ chat: number }>('SELECT DISTINCT chat_row_id AS chat FROM message').map(({ chat }) => chat),
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

function writers(db: SqlDatabase, hashOf: HashOf): Writers {
  const row = rowWriter(db);
  const quote = 'INSERT INTO message_quoted VALUES (?, ?, ?, ?, ?)';
  const system = 'INSERT INTO message_system VALUES (?, ?)';
  const file = 'INSERT INTO message_media VALUES (?, ?, ?, ?, ?, ?, ?)';
  return {
    text: (message) => {
      const id = row(message, messageType.text, message.text);
      const quoted = message.quoted;
      if (quoted) db.run(quote, id, Number(quoted.fromMe), quoted.keyId, quoted.sender, quoted.text);
    },
    notice: (message) => {
      const action = message.chat.members.length > 0 ? systemAction.groupCreated : systemAction.encrypted;
      db.run(system, row(message, messageType.system, null), action);
    },
    media: (message, { kind, path, mime, bytes }, key) => {
      const id = row(message, typeOf(kind), null);
      db.run(file, id, message.chat.row, path, bytes.length, hashOf(bytes), mime, key);
    },
  };
}

function rowWriter(db: SqlDatabase): (message: Message, type: number, text: string | null) => number {
  const row = `
    INSERT INTO message (chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp,
      received_timestamp, message_type, text_data, sort_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
  let sortId = numberOf(db, 'SELECT max(_id) FROM message');
  return ({ chat, fromMe, keyId, sender, time }, type, text) => {
    const status = fromMe ? 13 : 0;
    const values = [chat.row, Number(fromMe), keyId, sender, status, time, time + 800, type, text];
    return db.run(row, ...values, ++sortId).lastId;
  };
}

function settleChats(db: SqlDatabase): void {
  db.exec(`
    UPDATE chat SET last_message_row_id = (SELECT max(_id) FROM message WHERE chat_row_id = chat._id);
    UPDATE chat SET sort_timestamp = (SELECT timestamp FROM message WHERE _id = last_message_row_id);`);
}
