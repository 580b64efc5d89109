import { StrongroomError } from '@strongroom/core';
import { migrate } from '../database/migrations.ts';
import { messageType } from '../database/schema.ts';
import { numberOf, type SqlDatabase } from '../database/sql-database.ts';
import type { SearchIndex } from '../search/search-index.ts';
import { marksIn, termsOf } from '../search/tokens.ts';
import { MediaOrder } from './media-order.ts';
import { mediaPath } from './media-path.ts';
import { chatNamed } from './people.ts';
import { Positions } from './positions.ts';
import { chatViews } from './read-chats.ts';
import { type IsPresent, type MessageRow, messageRows, viewOf } from './read-messages.ts';
import type { ChatView, Counts, Mark, MessageView, NewMedia, NewMessage, SearchHit } from './views.ts';
import { addMedia, addMessages, deleteMessage, editMessage } from './write-messages.ts';

export interface ChatStoreOptions {
  /** Whether a media file is on this device: the database does not know what a restore has still to bring. */
  readonly isPresent?: IsPresent;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const longestQuery = 200;

/** The chats of a device: what the screens show of them, and what is done to them. */
export class ChatStore {
  readonly #db: SqlDatabase;
  readonly #openIndex: () => SearchIndex;
  readonly #positions: Positions;
  readonly #mediaOrder: MediaOrder;
  readonly #isPresent: IsPresent;
  readonly #now: () => number;
  #index: SearchIndex | undefined;

  /**
   * @param db the chat database: empty, or of any age; it is brought up to date
   * @param openIndex opens the search index of the chats (`openSearchIndex`). Called when something is searched or
   * written first, or by `prepareSearch`
   * @throws StrongroomError newer-version when a newer app has written the chats
   */
  constructor(
    db: SqlDatabase,
    openIndex: (chats: SqlDatabase) => SearchIndex,
    options: ChatStoreOptions = {},
  ) {
    migrate(db);
    this.#db = db;
    this.#openIndex = () => openIndex(db);
    this.#positions = new Positions(db);
    this.#mediaOrder = new MediaOrder(db);
    this.#isPresent = options.isPresent ?? (() => true);
    this.#now = options.now ?? Date.now;
  }

  /** Opens the search index, and fills it where need be: the first search then does not wait for it. */
  prepareSearch(): void {
    this.#index ??= this.#openIndex();
  }

  /** All chats, the one written in last first. */
  chats(): readonly ChatView[] {
    return chatViews(this.#db);
  }

  /** Messages of a chat by position, `from` included, `to` not; what lies beyond the end is left out. */
  messages(chatId: number, from: number, to: number): readonly MessageView[] {
    const start = Math.max(0, Math.floor(from));
    const place = this.#positions.find(chatId, start);
    if (place === undefined || to <= start) return [];
    const { sortId, id } = place.from;
    const rows = messageRows(
      this.#db,
      `WHERE m._id IN (SELECT _id FROM message INDEXED BY message_chat_sort_id_index
         WHERE chat_row_id = ? AND sort_id >= ? AND (sort_id, _id) >= (?, ?)
         ORDER BY sort_id, _id LIMIT ? OFFSET ?)
       ORDER BY m.sort_id, m._id`,
      chatId,
      sortId,
      sortId,
      id,
      Math.ceil(to - start),
      place.skip,
    );
    return rows.map((row, at) => this.#view(row, start + at));
  }

  /** One message, wherever it is. */
  message(id: number): MessageView | undefined {
    const [row] = messageRows(this.#db, 'WHERE m._id = ?', id);
    return row === undefined ? undefined : this.#placed(row);
  }

  /** The position of the first message of a chat from a time on; the number of its messages when there is none. */
  positionAt(chatId: number, time: number): number {
    const [found] = this.#db.all<{ sortId: number; id: number }>(
      'SELECT sort_id AS sortId, _id AS id FROM message WHERE chat_row_id = ? AND timestamp >= ? ORDER BY sort_id, _id LIMIT 1',
      chatId,
      time,
    );
    if (found !== undefined) return this.#positions.of(chatId, found);
    return numberOf(this.#db, 'SELECT count(*) FROM message WHERE chat_row_id = ?', chatId);
  }

  /** Messages with media of a chat, the newest first. */
  mediaOf(chatId: number, offset: number, limit: number): readonly MessageView[] {
    const ids = this.#mediaOrder.of(chatId).slice(Math.max(0, offset), Math.max(0, offset) + limit);
    const rest = 'WHERE m._id IN (SELECT value FROM json_each(?)) ORDER BY m.sort_id DESC, m._id DESC';
    return messageRows(this.#db, rest, JSON.stringify(ids)).map((row) => this.#placed(row));
  }

  /**
   * Messages in which every word of what was typed begins a word, the newest first. Accents and capitals do not
   * matter; in scripts without spaces any run of signs is found.
   */
  search(typed: string, options: { readonly chatId?: number; readonly limit: number }): readonly SearchHit[] {
    const terms = termsOf(typed.slice(0, longestQuery));
    const titles = new Map(this.chats().map(({ id, title }) => [id, title]));
    return this.#search.find(terms, options.limit, options.chatId).flatMap((id) => {
      const message = this.message(id);
      if (message === undefined) return [];
      const marks = marksIn(message.text, terms);
      return [{ message, chatTitle: titles.get(message.chatId) ?? '', marks }];
    });
  }

  /** The chat with this name, made if need be. @param createdAt when it began, if it is new */
  chatNamed(title: string, isGroup: boolean, createdAt: number = this.#now()): number {
    return this.chatsNamed([{ title, isGroup }], createdAt)[0]!;
  }

  /** The same for several, in one transaction: on a slow disk each takes longer than what is in it. @returns in order */
  chatsNamed(
    chats: readonly Pick<ChatView, 'title' | 'isGroup'>[],
    createdAt: number = this.#now(),
  ): readonly number[] {
    return this.#db.transaction(() =>
      chats.map(({ title, isGroup }) => chatNamed(this.#db, title, isGroup, createdAt)),
    );
  }

  /** A path for a new media file of a chat, which no other message has. */
  mediaPath(chatId: number, name: string): string {
    return mediaPath(this.#db, chatId, name);
  }

  /**
   * Writes messages into a chat, each at the place of its time, in one transaction.
   * @returns row ids of those whose `key` was not known yet
   */
  add(chatId: number, messages: Iterable<NewMessage>): readonly number[] {
    return this.addAll([[chatId, messages]]);
  }

  /** The same for several chats, by their ids, in one transaction. */
  addAll(chats: Iterable<readonly [number, Iterable<NewMessage>]>): readonly number[] {
    const written = this.#db.transaction(() =>
      Array.from(chats, ([chatId, messages]) => ({ chatId, ...addMessages(this.#db, chatId, messages) })),
    );
    for (const { chatId, moved } of written) {
      if (moved) this.#positions.forget(chatId);
      this.#mediaOrder.forget(chatId);
    }
    const added = written.flatMap((one) => one.added);
    if (added.length > 0) this.#takeIn();
    return added;
  }

  /** Sends a message of one's own: a text, or files of which the first carries the text. @returns row ids */
  send(
    chatId: number,
    text: string,
    files: readonly (NewMedia & { kind: NewMessage['kind'] })[] = [],
  ): readonly number[] {
    const message = { at: this.#now(), mine: true };
    if (files.length === 0) return this.add(chatId, [{ ...message, kind: 'text', text }]);
    return this.add(
      chatId,
      files.map(({ kind, ...media }, at) => ({ ...message, kind, text: at === 0 ? text : '', media })),
    );
  }

  /** Notes the file of a message that had none, as a later export may bring it. */
  giveMedia(messageId: number, media: NewMedia, kind: NewMessage['kind']): void {
    const chatId = this.#chatOf(messageId);
    this.#mediaOrder.forget(chatId);
    this.#db.transaction(() => {
      addMedia(this.#db, messageId, chatId, media, kind === 'voice');
      const { changes } = this.#db.run(
        'UPDATE message SET message_type = ? WHERE _id = ?',
        messageType[kind === 'audio' ? 'voice' : kind],
        messageId,
      );
      return changes;
    });
  }

  /** Replaces the text of a message. @throws StrongroomError wrong-usage when there is none to be edited */
  edit(messageId: number, text: string): void {
    const edited = this.#db.transaction(() => editMessage(this.#db, messageId, text, this.#now()));
    if (!edited) throw new StrongroomError('wrong-usage', { why: 'There is no such message to edit.' });
    this.#search.update(messageId);
  }

  /** Empties a message; that there was one stays. @returns the path of its file, for the caller to delete */
  delete(messageId: number): string | undefined {
    const path = this.#db.transaction(() => deleteMessage(this.#db, messageId, this.#now()));
    this.#mediaOrder.forget(this.#chatOf(messageId));
    this.#search.update(messageId);
    return path;
  }

  /** The paths of all files that messages have. */
  mediaPaths(): ReadonlySet<string> {
    const rows = this.#db.all<{ path: string }>('SELECT file_path AS path FROM message_media');
    return new Set(rows.map(({ path }) => path));
  }

  counts(): Counts {
    const media = this.#db.all<{ path: string; size: number }>(
      'SELECT file_path AS path, file_size AS size FROM message_media',
    );
    const here = media.filter(({ path }) => path !== '' && this.#isPresent(path));
    return {
      chats: numberOf(this.#db, 'SELECT count(*) FROM chat'),
      messages: numberOf(this.#db, 'SELECT count(*) FROM message'),
      media: media.length,
      mediaBytes: here.reduce((sum, { size }) => sum + size, 0),
      mediaMissing: media.length - here.length,
    };
  }

  /** This moment, to ask later what came after it. */
  mark(): Mark {
    return { at: this.#now(), lastMessage: numberOf(this.#db, 'SELECT max(_id) FROM message') };
  }

  /** What came, or was changed, after a mark: what would be lost if the backup made then were all there is. */
  since({ at, lastMessage }: Mark): { readonly messages: number; readonly media: number } {
    const added = 'SELECT count(*) FROM message WHERE _id > ?';
    const changed = `SELECT count(*) FROM (
      SELECT message_row_id FROM message_edit_info WHERE edited_timestamp > ? AND message_row_id <= ?
      UNION SELECT message_row_id FROM message_revoked WHERE revoked_timestamp > ? AND message_row_id <= ?)`;
    return {
      // Only what was changed is sorted to be counted once: all that is new may be a hundred thousand.
      messages:
        numberOf(this.#db, added, lastMessage) +
        numberOf(this.#db, changed, at, lastMessage, at, lastMessage),
      media: numberOf(
        this.#db,
        "SELECT count(*) FROM message_media WHERE message_row_id > ? AND file_path <> ''",
        lastMessage,
      ),
    };
  }

  /** The key of every message of a chat: to know which of an export are there already. */
  keysOf(chatId: number): ReadonlyMap<string, { readonly id: number; readonly hasFile: boolean }> {
    const rows = this.#db.all<{ id: number; key: string; path: string | null }>(
      `SELECT _id AS id, key_id AS key, file_path AS path FROM message
       LEFT JOIN message_media ON message_row_id = _id WHERE message.chat_row_id = ?`,
      chatId,
    );
    return new Map(rows.map(({ id, key, path }) => [key, { id, hasFile: path !== null && path !== '' }]));
  }

  // One that is opened takes in what it lacks by itself.
  #takeIn(): void {
    if (this.#index) this.#index.catchUp();
    else this.prepareSearch();
  }

  get #search(): SearchIndex {
    return (this.#index ??= this.#openIndex());
  }

  #chatOf(messageId: number): number {
    return numberOf(this.#db, 'SELECT chat_row_id FROM message WHERE _id = ?', messageId);
  }

  #placed(row: MessageRow): MessageView {
    return this.#view(row, this.#positions.of(row.chat, row));
  }

  #view(row: MessageRow, position: number): MessageView {
    return viewOf(row, position, this.#isPresent);
  }
}
