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

  /** @throws StrongroomError `malformed` when it is no export */
  lookAtExport(file: File): Promise<ExportPreview> {
    return lookAtExport(file);
  }

  /** @throws StrongroomError `malformed` when it is no export, `disk-full`, `in-use` */
  importExport(file: File, choices: ImportChoices): Promise<ImportedView> {
    const work = async ({ signal, progress }: TaskTools): Promise<ImportedView> => {
      const onProgress = (found: ImportProgress): void => progress(progressOf(found));
      const { store } = this.#parts.chats;
      return importExport(store, this.#sink(), file, { ...choices, signal, onProgress });
    };
    return this.#run('import', work);
  }

  exportChat(chatId: number, { media }: { readonly media: boolean }): Promise<File> {
    const { chats, tasks, settings } = this.#parts;
    const me = settings.current.phone ?? 'Me';
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

  // What came before it was stopped is there.
  async #run<T>(kind: 'sample' | 'import', work: (tools: TaskTools) => Promise<T>): Promise<T> {
    const again = async (): Promise<void> => void (await this.#run(kind, work));
    try {
      return await this.#parts.tasks.run(kind, work, again);
    } finally {
      this.#parts.touched();
    }
  }

  #sink(): MediaSink {
    return { write: (path, bytes) => this.#parts.media.write(path, bytes) };
  }
}

function progressOf({ messagesDone, messagesTotal, bytesDone, bytesTotal }: ImportProgress): Progress {
  return { ...nothing, filesDone: messagesDone, filesTotal: messagesTotal, bytesDone, bytesTotal };
}
