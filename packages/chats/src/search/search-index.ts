import { messageType } from '../database/schema.ts';
import { numberOf, type SqlDatabase } from '../database/sql-database.ts';
import { indexText, type Terms } from './tokens.ts';

/** Opens the index of some chats, and takes in what it lacks. @param index an empty database, or one that was opened so */
export function openSearchIndex(chats: SqlDatabase, index: SqlDatabase): SearchIndex {
  const search = new SearchIndex(chats, index);
  search.catchUp();
  return search;
}

const version = 1;

// Contentless: the texts stay in the chat database alone. The chat of a message is a word in a column of its own,
// which is how one chat is searched without reading the others. No index of prefixes: it makes the file nearly three
// times as big, and a prefix is found in less than a millisecond without.
const tables = `
  CREATE VIRTUAL TABLE messages USING fts5(
    chat, text, content='', contentless_delete=1,
    tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co M* So Sk'");
  CREATE TABLE progress (last_message INTEGER NOT NULL, key_id TEXT NOT NULL, edited INTEGER NOT NULL);
  INSERT INTO progress VALUES (0, '', 0);
  PRAGMA user_version = ${version};
`;

const textKinds = `text_data IS NOT NULL AND text_data <> '' AND message_type <> ${messageType.system}`;

/**
 * The full-text index of a chat database, in a database of its own that no backup carries: what is in it follows
 * from the chats, and `catchUp` makes it of them again. Messages are known by their row ids.
 */
export class SearchIndex {
  readonly #chats: SqlDatabase;
  readonly #index: SqlDatabase;

  /** @param index an empty database, or one that this class has filled */
  constructor(chats: SqlDatabase, index: SqlDatabase) {
    this.#chats = chats;
    this.#index = index;
    if (numberOf(index, 'PRAGMA user_version') !== version) this.#create();
  }

  /** Takes in what was written since, or everything when the index is not of these chats. */
  catchUp(): void {
    if (!this.#isOfTheseChats()) this.#create();
    const [{ last, edited }] = this.#index.all<{ last: number; edited: number }>(
      'SELECT last_message AS last, edited FROM progress',
    ) as [{ last: number; edited: number }];
    this.#index.transaction(() => {
      this.#takeIn('_id > ?', last);
      this.#takeChanges(last, edited);
      this.#noteProgress();
    });
  }

  /** Takes in a message that was changed. */
  update(id: number): void {
    this.#index.transaction(() => this.#replace(id));
  }

  /**
   * Messages in which every term is found, the newest first.
   * @returns row ids of the chat database
   */
  find(terms: Terms, limit: number, chatId?: number): readonly number[] {
    if (terms.length === 0) return [];
    // Words are letters, digits and signs alone: nothing in them means anything to FTS5 within quotes.
    const wanted = terms.map((term) => `text : "${term.join(' ')}"*`);
    const query = [...(chatId === undefined ? [] : [`chat : "c${chatId}"`]), ...wanted].join(' AND ');
    return this.#index
      .all<{ id: number }>(
        'SELECT rowid AS id FROM messages WHERE messages MATCH ? ORDER BY rowid DESC LIMIT ?',
        query,
        limit,
      )
      .map(({ id }) => id);
  }

  #create(): void {
    this.#index.transaction(() => {
      this.#index.exec('DROP TABLE IF EXISTS messages; DROP TABLE IF EXISTS progress');
      this.#index.exec(tables);
    });
  }

  // A restore may have put other chats under an index that is older: the last message it has seen gives it away.
  #isOfTheseChats(): boolean {
    const [progress] = this.#index.all<{ last: number; key: string }>(
      'SELECT last_message AS last, key_id AS key FROM progress',
    );
    if (progress === undefined) return false;
    if (progress.last === 0) return true;
    const [message] = this.#chats.all<{ key: string }>(
      'SELECT key_id AS key FROM message WHERE _id = ?',
      progress.last,
    );
    return message?.key === progress.key;
  }

  #takeIn(which: string, ...params: readonly number[]): void {
    const query = `SELECT _id AS id, chat_row_id AS chat, text_data AS text FROM message WHERE ${which} AND ${textKinds}`;
    for (const row of this.#chats.each<{ id: number; chat: number; text: string }>(query, ...params)) {
      const text = indexText(row.text);
      if (text !== '')
        this.#index.run(
          'INSERT INTO messages (rowid, chat, text) VALUES (?, ?, ?)',
          row.id,
          `c${row.chat}`,
          text,
        );
    }
  }

  #takeChanges(last: number, since: number): void {
    const changed = this.#chats.all<{ id: number }>(
      `SELECT message_row_id AS id FROM message_edit_info WHERE edited_timestamp >= ? AND message_row_id <= ?
       UNION SELECT message_row_id FROM message_revoked WHERE revoked_timestamp >= ? AND message_row_id <= ?`,
      since,
      last,
      since,
      last,
    );
    for (const { id } of changed) this.#replace(id);
  }

  #replace(id: number): void {
    this.#index.run('DELETE FROM messages WHERE rowid = ?', id);
    this.#takeIn('_id = ?', id);
  }

  #noteProgress(): void {
    const changes = `SELECT max(time) FROM (SELECT max(edited_timestamp) AS time FROM message_edit_info
      UNION ALL SELECT max(revoked_timestamp) FROM message_revoked)`;
    const [last] = this.#chats.all<{ id: number; key: string }>(
      'SELECT _id AS id, key_id AS key FROM message ORDER BY _id DESC LIMIT 1',
    );
    this.#index.run(
      'UPDATE progress SET last_message = ?, key_id = ?, edited = ?',
      last?.id ?? 0,
      last?.key ?? '',
      numberOf(this.#chats, changes),
    );
  }
}
