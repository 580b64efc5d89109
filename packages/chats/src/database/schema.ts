/** The tables of WhatsApp's msgstore.db that hold the chats themselves, with fewer columns and its indexes. */
export const schema = `
  CREATE TABLE jid (
    _id INTEGER PRIMARY KEY AUTOINCREMENT,
    user TEXT NOT NULL,
    server TEXT NOT NULL,
    raw_string TEXT NOT NULL
  );
  CREATE UNIQUE INDEX jid_raw_string_unique_index ON jid (raw_string);

  CREATE TABLE wa_contacts (
    jid_row_id INTEGER PRIMARY KEY,
    display_name TEXT NOT NULL
  );

  CREATE TABLE chat (
    _id INTEGER PRIMARY KEY AUTOINCREMENT,
    jid_row_id INTEGER NOT NULL UNIQUE,
    subject TEXT,
    created_timestamp INTEGER NOT NULL,
    last_message_row_id INTEGER,
    sort_timestamp INTEGER,
    archived INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX chat_sort_timestamp_index ON chat (sort_timestamp);

  CREATE TABLE message (
    _id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_row_id INTEGER NOT NULL,
    from_me INTEGER NOT NULL,
    key_id TEXT NOT NULL,
    sender_jid_row_id INTEGER NOT NULL,
    status INTEGER NOT NULL,
    timestamp INTEGER NOT NULL,
    received_timestamp INTEGER NOT NULL,
    message_type INTEGER NOT NULL,
    text_data TEXT,
    starred INTEGER NOT NULL DEFAULT 0,
    sort_id INTEGER NOT NULL
  );
  CREATE UNIQUE INDEX message_key_index ON message (chat_row_id, from_me, key_id, sender_jid_row_id);
  CREATE INDEX message_chat_sort_id_index ON message (chat_row_id, sort_id);
  CREATE INDEX message_timestamp_index ON message (timestamp);
  CREATE INDEX message_starred_index ON message (starred) WHERE starred = 1;

  CREATE TABLE message_quoted (
    message_row_id INTEGER PRIMARY KEY,
    from_me INTEGER NOT NULL,
    key_id TEXT NOT NULL,
    sender_jid_row_id INTEGER NOT NULL,
    text_data TEXT
  );

  CREATE TABLE message_edit_info (
    message_row_id INTEGER PRIMARY KEY,
    original_key_id TEXT NOT NULL,
    edited_timestamp INTEGER NOT NULL
  );

  CREATE TABLE message_system (
    message_row_id INTEGER PRIMARY KEY,
    action_type INTEGER NOT NULL
  );

  CREATE TABLE message_media (
    message_row_id INTEGER PRIMARY KEY,
    chat_row_id INTEGER NOT NULL,
    file_path TEXT NOT NULL,
    file_size INTEGER NOT NULL,
    file_hash TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    media_key BLOB NOT NULL
  );
  CREATE INDEX message_media_chat_index ON message_media (chat_row_id);
  CREATE INDEX message_media_hash_index ON message_media (file_hash);
`;

/** The values of `message.message_type`. */
export const messageType = {
  text: 0,
  image: 1,
  /** Sounds of any kind: `message_media.voice` tells which were spoken into the phone. */
  voice: 2,
  video: 3,
  contact: 4,
  location: 5,
  system: 7,
  document: 9,
  deleted: 15,
  sticker: 20,
} as const;

/** The values of `message_system.action_type`. */
export const systemAction = { encrypted: 67, groupCreated: 11 } as const;
