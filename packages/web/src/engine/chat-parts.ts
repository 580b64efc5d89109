import { finishArrival } from './backup/arrival.ts';
import { ChatRooms } from './chats/chat-rooms.ts';
import type { DamagedChats } from './contract.ts';
import { ChatsFile } from './files/chats-file.ts';
import { putChatsAside } from './files/damaged-chats.ts';
import { directoryAt } from './files/folders.ts';
import { MediaFolder } from './files/media-folder.ts';
import type { Place } from './place.ts';
import { openRecords, type Records } from './records.ts';
import { notChosen, SettingsStore } from './settings.ts';
import { openPool } from './sqlite/pool.ts';

/** What it takes to show the chats: the least of an engine, so that whoever comes back soon sees them. */
export interface ChatParts {
  readonly records: Records;
  readonly settings: SettingsStore;
  /** The engine's folder on OPFS. */
  readonly folder: FileSystemDirectoryHandle;
  readonly chats: ChatsFile;
  readonly media: MediaFolder;
  readonly rooms: ChatRooms;
  close(): void;
}

/** Where the chats are, and what is done about them. */
export interface ChatGround {
  readonly place: Place;
  readonly damagedChats?: DamagedChats;
  /** Hears whenever anything is other than before. */
  readonly changed: () => void;
  /** Whether this device has a backup; asked where its chats are damaged. */
  readonly hasBackup: (records: Records) => Promise<boolean>;
}

/** Opens the chats of a place. @throws StrongroomError `in-use`, `newer-version`, `profile-damaged` */
export async function openChats({ place, changed, damagedChats, hasBackup }: ChatGround): Promise<ChatParts> {
  const folder = await directoryAt(await navigator.storage.getDirectory(), place.folder);
  // Each asks another part of the browser: none waits for the other.
  const [{ records, settings }, media, pool] = await Promise.all([
    openSettings(place, changed),
    MediaFolder.open(folder),
    openPool(`${place.folder}/sqlite`),
  ]);
  if (damagedChats)
    await putChatsAside(pool, folder, async () =>
      beginWithout(settings, await hasBackup(records), damagedChats === 'begin-anew'),
    );
  const chats = new ChatsFile(pool, folder, (path) => media.has(path));
  await finishRestored({ folder, chats, media, settings });
  return {
    records,
    settings,
    folder,
    chats,
    media,
    rooms: new ChatRooms(chats, media, changed),
    close: () => {
      chats.close();
      pool.close();
      records.close();
    },
  };
}

async function openSettings(
  place: Place,
  changed: () => void,
): Promise<{ readonly records: Records; readonly settings: SettingsStore }> {
  const records = await openRecords(place);
  return { records, settings: await SettingsStore.open(records, changed) };
}

type Restored = Pick<ChatParts, 'folder' | 'chats' | 'media' | 'settings'>;

// Where there is a backup, none of the empty chats is made until what is in it has come back, or the person does without.
async function beginWithout(settings: SettingsStore, hasBackup: boolean, stopped: boolean): Promise<void> {
  await settings.update({
    generation: settings.current.generation + 1,
    last: undefined,
    bringingSince: undefined,
    restore: hasBackup ? { ...notChosen, stopped } : undefined,
  });
}

async function finishRestored(restored: Restored): Promise<void> {
  await restored.chats.dropCopy();
  if (restored.settings.current.restore) await restored.media.forgetEmpty();
  await finishArrival(restored);
}
