import {
  exportChat,
  importExport,
  lookAtExport,
  sampleChats,
  type ImportProgress,
  type MediaSink,
} from '@strongroom/chats';
import type { Progress } from '@strongroom/archive';
import type { Engine, ExportPreview, ImportedView } from '../contract.ts';
import type { ChatsFile } from '../files/chats-file.ts';
import type { MediaFolder } from '../files/media-folder.ts';
import type { SettingsStore } from '../settings.ts';
import type { Tasks, TaskTools } from '../tasks/tasks.ts';

type ImportChoices = Parameters<Engine['importExport']>[1];

/** What chats come in and go out by. */
export interface TransferParts {
  readonly chats: ChatsFile;
  readonly media: MediaFolder;
  readonly settings: SettingsStore;
  readonly tasks: Tasks;
  /** Hears when there are others. */
  readonly touched: () => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const nothing = {
  phase: 'scan',
  filesDone: 0,
  filesTotal: 0,
  bytesDone: 0,
  bytesTotal: 0,
  uploadedBytes: 0,
} as const;

/** Chats that come from WhatsApp's exports or are made up, and chats that are exported. */
export class Transfers {
  readonly #parts: TransferParts;

  constructor(parts: TransferParts) {
    this.#parts = parts;
  }

  addSampleChats(): Promise<void> {
    const work = async ({ signal, progress }: TaskTools): Promise<void> => {
      const onProgress = (filesDone: number, filesTotal: number): void =>
        progress({ ...nothing, filesDone, filesTotal });
      await sampleChats(this.#parts.chats.store, this.#sink(), { signal, onProgress });
    };
    return this.#run('sample', work);
  }

  /** @throws StrongroomError `not-an-export`, `malformed` when it is a damaged one */
  lookAtExport(file: File): Promise<ExportPreview> {
    return lookAtExport(file);
  }

  /** @throws StrongroomError `not-an-export`, `malformed`, `disk-full`, `in-use`, `cancelled` */
  importExport(file: File, choices: ImportChoices): Promise<ImportedView> {
    const work = async ({ signal, progress }: TaskTools): Promise<ImportedView> => {
      const onProgress = (done: ImportProgress): void => progress(progressOf(done));
      const { chats, settings } = this.#parts;
      const found = await importExport(chats.store, this.#sink(), file, { ...choices, signal, onProgress });
      if (choices.me !== undefined) await settings.update({ name: choices.me });
      return found;
    };
    return this.#run('import', work);
  }

  exportChat(chatId: number, { media }: { readonly media: boolean }): Promise<File> {
    const { chats, tasks, settings } = this.#parts;
    const { name, phone } = settings.current;
    const me = name ?? phone ?? 'Me';
    return tasks.run('export', ({ signal, progress }) =>
      exportChat(chats.store, chatId, {
        media,
        me,
        signal,
        read: (path) => this.#parts.media.read(path),
        onProgress: (filesDone) => progress({ ...nothing, filesDone }),
      }),
    );
  }

  /** Removes the files of messages that were not written, when the engine ended while they came. */
  async sweep(): Promise<void> {
    const { chats, media, settings } = this.#parts;
    const { bringingSince } = settings.current;
    if (bringingSince === undefined) return;
    const known = chats.store.mediaPaths();
    await media.sweep((path) => known.has(path), bringingSince);
    await settings.update({ bringingSince: undefined });
  }

  // What came before it was stopped is there.
  async #run<T>(kind: 'sample' | 'import', work: (tools: TaskTools) => Promise<T>): Promise<T> {
    const again = async (): Promise<void> => void (await this.#run(kind, work));
    try {
      return await this.#parts.tasks.run(kind, (tools) => this.#bringing(() => work(tools)), again);
    } finally {
      this.#parts.touched();
    }
  }

  async #bringing<T>(work: () => Promise<T>): Promise<T> {
    const { settings, now } = this.#parts;
    const { bringingSince } = settings.current;
    await settings.update({ bringingSince: bringingSince ?? now() });
    const result = await work();
    // What an earlier one has left is swept still; not now, when files may come of messages that are being sent.
    if (bringingSince === undefined) await settings.update({ bringingSince: undefined });
    return result;
  }

  #sink(): MediaSink {
    const { media } = this.#parts;
    return { write: (path, bytes) => media.write(path, bytes), has: (path) => media.has(path) };
  }
}

function progressOf({ messagesDone, messagesTotal, bytesDone, bytesTotal }: ImportProgress): Progress {
  return { ...nothing, filesDone: messagesDone, filesTotal: messagesTotal, bytesDone, bytesTotal };
}
