import { kindOfFile, mimeTypeOf, type Mark, type NewMedia, type NewMessage } from '@strongroom/chats';
import type { ChatsView, ChatView, MessageView, SearchHit } from '../contract.ts';
import type { ChatsFile } from '../files/chats-file.ts';
import type { MediaFolder } from '../files/media-folder.ts';

// More than any screen shows at once.
const mostAtOnce = 1000;
// Counting takes a while when there is much: it is done so many times less often than it takes.
const patience = 20;
// But a machine that is busy makes it seem long: nobody waits longer than this for what is true, milliseconds.
const longestWait = 2000;

// Before the first backup everything is unsaved.
const beginning: Mark = { at: 0, lastMessage: 0 };

interface Since {
  readonly revision: number;
  readonly mark: Mark;
  readonly found: { readonly messages: number; readonly media: number };
}

/** The chats as the screens read and write them. */
export class ChatRooms {
  readonly #chats: ChatsFile;
  readonly #media: MediaFolder;
  readonly #changed: () => void;
  #revision = 0;
  #counted: ChatsView | undefined;
  #countAgainAt = 0;
  #since: Since | undefined;

  /** @param changed hears whenever `view` is another */
  constructor(chats: ChatsFile, media: MediaFolder, changed: () => void) {
    this.#chats = chats;
    this.#media = media;
    this.#changed = changed;
  }

  get view(): ChatsView {
    const known = this.#counted;
    if (known?.revision === this.#revision) return known;
    if (known && performance.now() < this.#countAgainAt) {
      setTimeout(this.#changed, this.#countAgainAt - performance.now());
      return known;
    }
    const began = performance.now();
    this.#counted = { ...this.#chats.store.counts(), revision: this.#revision };
    const ended = performance.now();
    this.#countAgainAt = ended + Math.min(patience * (ended - began), longestWait);
    return this.#counted;
  }

  /** What came after a mark, or all that is there. */
  since(mark: Mark = beginning): Since['found'] {
    const known = this.#since;
    if (known?.revision === this.#revision && known.mark === mark) return known.found;
    const found = this.#chats.store.since(mark);
    this.#since = { revision: this.#revision, mark, found };
    return found;
  }

  /** Something in the chats or the media is other than before. */
  readonly touched = (): void => {
    this.#revision++;
    this.#changed();
  };

  list(): readonly ChatView[] {
    return this.#chats.store.chats();
  }

  messages(chatId: number, from: number, to: number): readonly MessageView[] {
    return this.#chats.store.messages(chatId, from, Math.min(to, from + mostAtOnce));
  }

  search(words: string, options: { readonly chatId?: number; readonly limit: number }): readonly SearchHit[] {
    return this.#chats.store.search(words, { ...options, limit: Math.min(options.limit, mostAtOnce) });
  }

  mediaOf(chatId: number, offset: number, limit: number): readonly MessageView[] {
    return this.#chats.store.mediaOf(chatId, offset, Math.min(limit, mostAtOnce));
  }

  /** A media file, with the type that its name says: never one that a browser would run. */
  async media(path: string): Promise<Blob | undefined> {
    const file = await this.#media.read(path);
    return file?.slice(0, file.size, mimeTypeOf(path));
  }

  /** @throws StrongroomError `disk-full` */
  async send(chatId: number, text: string, files: readonly File[]): Promise<void> {
    const sent: (NewMedia & { kind: NewMessage['kind'] })[] = [];
    for (const file of files) sent.push(await this.#keep(chatId, file, sent));
    this.#chats.store.send(chatId, text, sent);
    this.touched();
  }

  // Files come first: a message must not say that there is one that is not there.
  async #keep(
    chatId: number,
    file: File,
    before: readonly NewMedia[],
  ): Promise<NewMedia & { kind: NewMessage['kind'] }> {
    const path = this.#freePath(chatId, file.name, before);
    await this.#media.write(path, file.stream());
    const type = file.type || mimeTypeOf(file.name);
    return { path, name: file.name, type, size: file.size, kind: kindOfFile(file.name) };
  }

  // What a crash has left of a message that was not written has its place, too.
  #freePath(chatId: number, name: string, before: readonly NewMedia[]): string {
    for (let number = 0; ; number++) {
      const path = this.#chats.store.mediaPath(chatId, number === 0 ? name : `${number} ${name}`);
      if (!this.#media.has(path) && !before.some((one) => one.path === path)) return path;
    }
  }
}
