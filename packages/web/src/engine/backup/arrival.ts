import type { ChatsFile } from '../files/chats-file.ts';
import { fileAt, removeFile } from '../files/folders.ts';
import type { SettingsStore } from '../settings.ts';

/** The path of the chats in every archive. */
export const chatsEntry = 'chats.db';

/** Where restored chats arrive, below the engine's folder. */
export const arrivalFolder = 'restore';

/** What chats that arrive come to. */
export interface Arrival {
  /** The engine's folder on OPFS. */
  readonly folder: FileSystemDirectoryHandle;
  readonly chats: ChatsFile;
  readonly settings: SettingsStore;
}

/** Puts chats in place that were there whole when the engine ended. */
export async function finishArrival({ folder, chats, settings }: Arrival): Promise<void> {
  const { restore, generation } = settings.current;
  const file = await fileAt(folder, `${arrivalFolder}/${chatsEntry}`);
  if (restore && !restore.messagesThere && file && file.size > 0) {
    await settings.update({ generation: generation + 1 });
    await chats.replace(file);
    await settings.update({ restore: { ...restore, messagesThere: true } });
  }
  if (file) await removeFile(folder, `${arrivalFolder}/${chatsEntry}`);
}
