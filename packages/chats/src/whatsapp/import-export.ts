import { isStrongroomError } from '@strongroom/core';
import type { ChatStore } from '../store/chat-store.ts';
import { mimeTypeOf } from '../store/kinds.ts';
import type { NewMedia, NewMessage } from '../store/views.ts';
import { throwIfCancelled } from './cancelled.ts';
import type { DateOrder } from './date-order.ts';
import { identify } from './identity.ts';
import { type ExportedFile, openExport, type OpenExport } from './open-export.ts';
import {
  type ExportedMessage,
  type ExportPreview,
  type Learned,
  learn,
  messagesOf,
  previewOf,
  timeOf,
} from './read-export.ts';

/** Where media files go. */
export interface MediaSink {
  /** Writes a file whole, or leaves none. @param path from `ChatStore.mediaPath` */
  write(path: string, bytes: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void>;
  /** Whether a file has this path already, also one of no message: it is not written over. */
  has?(path: string): boolean;
}

export interface ImportChoices {
  /** One's own name among the participants; by default as it can be told. */
  readonly me?: string;
  /** Whether the first number of a date is the day, where that stayed unclear. */
  readonly dayFirst?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  readonly messagesDone: number;
  readonly messagesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

export interface Imported {
  readonly chatId: number;
  /** Messages that were not there yet. */
  readonly messages: number;
  readonly media: number;
  readonly unreadLines: number;
}

// As many messages at a time, in one transaction each: what is interrupted goes on where it was when it is done again.
const batch = 20_000;
// And as many bytes of their files: so much at most has to be read again.
const batchBytes = 64 * 2 ** 20;

/**
 * Looks at an export without reading it in.
 * @throws StrongroomError not-an-export when it is no chat of WhatsApp's, malformed when it is a damaged one
 */
export async function lookAtExport(file: Blob & { readonly name?: string }): Promise<ExportPreview> {
  const open = await openExport(file);
  try {
    return await previewOf(open, await learn(open));
  } finally {
    await open.close();
  }
}

/**
 * Reads an export into the chat of its name. What is there already, from this export or a shorter one of the same
 * chat, is not written again; media that were left out before are filled in. What was read before it failed or was
 * cancelled stays, and comes not twice when it is done again.
 * @throws StrongroomError not-an-export when it is no chat of WhatsApp's, malformed when it is a damaged one; cancelled
 */
export async function importExport(
  store: ChatStore,
  sink: MediaSink,
  file: Blob & { readonly name?: string },
  choices: ImportChoices = {},
): Promise<Imported> {
  const open = await openExport(file, choices.signal);
  try {
    const learned = await learn(open);
    const preview = await previewOf(open, learned);
    return await new Import(store, sink, open, preview, choices).run(learned);
  } finally {
    await open.close();
  }
}

class Import {
  readonly #store: ChatStore;
  readonly #sink: MediaSink;
  readonly #open: OpenExport;
  readonly #preview: ExportPreview;
  readonly #choices: ImportChoices;
  readonly #chatId: number;
  readonly #known: ReadonlyMap<string, { readonly id: number; readonly hasFile: boolean }>;
  readonly #paths = new Set<string>();
  #messages = 0;
  #media = 0;
  #done = 0;
  #bytes = 0;
  #bytesWritten = 0;
  #waiting: NewMessage[] = [];

  constructor(
    store: ChatStore,
    sink: MediaSink,
    open: OpenExport,
    preview: ExportPreview,
    choices: ImportChoices,
  ) {
    this.#store = store;
    this.#sink = sink;
    this.#open = open;
    this.#preview = preview;
    this.#choices = choices;
    this.#chatId = store.chatNamed(preview.title, preview.isGroup, preview.from);
    this.#known = store.keysOf(this.#chatId);
  }

  async run(learned: Learned): Promise<Imported> {
    let unreadLines = 0;
    try {
      await this.#readAll(learned, () => unreadLines++);
    } catch (error) {
      // Of what was read, the files are there: their messages must be, too.
      if (isStrongroomError(error, 'cancelled', 'malformed')) this.#write();
      throw error;
    }
    this.#write();
    this.#report();
    return { chatId: this.#chatId, messages: this.#messages, media: this.#media, unreadLines };
  }

  async #readAll(learned: Learned, onUnread: () => void): Promise<void> {
    const keyOf = identify();
    const order = chosenOrder(learned, this.#choices.dayFirst);
    for await (const message of messagesOf(this.#open, learned, order, onUnread)) {
      throwIfCancelled(this.#choices.signal);
      const added = await this.#take(message, keyOf(message));
      if (added !== undefined) this.#waiting.push(added);
      if (this.#waiting.length >= batch || this.#bytes - this.#bytesWritten >= batchBytes) this.#write();
      if (++this.#done % 1000 === 0) this.#report();
    }
  }

  #write(): void {
    this.#messages += this.#store.add(this.#chatId, this.#waiting).length;
    this.#waiting = [];
    this.#bytesWritten = this.#bytes;
  }

  async #take(message: ExportedMessage, key: string): Promise<NewMessage | undefined> {
    const known = this.#known.get(key);
    const file = message.file === undefined ? undefined : this.#open.files.get(message.file.normalize('NFC'));
    if (known !== undefined) {
      if (file !== undefined && !known.hasFile)
        this.#store.giveMedia(known.id, await this.#takeFile(file), message.kind);
      return undefined;
    }
    const { kind, text, edited, from } = message;
    const mine = from !== undefined && kind !== 'system' && from === (this.#choices.me ?? this.#preview.me);
    const media = file === undefined ? missingMedia(message) : await this.#takeFile(file);
    return {
      key,
      at: timeOf(message),
      mine,
      ...(from === undefined || mine || kind === 'system' ? {} : { from }),
      kind,
      text,
      edited,
      ...(media === undefined ? {} : { media }),
    };
  }

  // The file first, then the message: none ever names a file that is not there.
  async #takeFile(file: ExportedFile): Promise<NewMedia> {
    const name = file.name.replace(/^\d{8}-(?!(PHOTO|VIDEO|AUDIO|STICKER|GIF)-)/, '');
    const path = this.#freePath(name);
    await this.#sink.write(path, file.stream());
    this.#media++;
    this.#bytes += file.size;
    this.#report();
    return { path, name, type: mimeTypeOf(name), size: file.size };
  }

  #freePath(name: string): string {
    for (let number = 1; ; number++) {
      const path = this.#store.mediaPath(this.#chatId, number === 1 ? name : `${number} ${name}`);
      if (this.#paths.has(path.toLowerCase()) || this.#sink.has?.(path)) continue;
      this.#paths.add(path.toLowerCase());
      return path;
    }
  }

  #report(): void {
    this.#choices.onProgress?.({
      messagesDone: this.#done,
      messagesTotal: this.#preview.messages,
      bytesDone: this.#bytes,
      bytesTotal: this.#preview.mediaBytes,
    });
  }
}

function missingMedia({ file }: ExportedMessage): NewMedia | undefined {
  return file === undefined ? undefined : { path: '', name: file, type: mimeTypeOf(file), size: 0 };
}

function chosenOrder({ order, unclear }: Learned, dayFirst: boolean | undefined): DateOrder {
  if (!unclear || dayFirst === undefined) return order;
  return dayFirst ? 'day-month-year' : 'month-day-year';
}
