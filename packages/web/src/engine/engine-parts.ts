import { Backups } from './backup/backups.ts';
import { finishArrival } from './backup/chats-target.ts';
import { Restores } from './backup/restores.ts';
import { ChatRooms } from './chats/chat-rooms.ts';
import { Transfers } from './chats/transfers.ts';
import { Account } from './device/account.ts';
import { DeviceHolder } from './device/device-holder.ts';
import { deviceNameOf, openCloud } from './device/device-ports.ts';
import { OwnerProof } from './device/owner-proof.ts';
import { SealedDeviceStore } from './device/sealed-device-store.ts';
import { ChatsFile } from './files/chats-file.ts';
import { putChatsAside } from './files/damaged-chats.ts';
import { directoryAt } from './files/folders.ts';
import { MediaFolder } from './files/media-folder.ts';
import type { DamagedChats } from './contract.ts';
import type { Place } from './place.ts';
import { openRecords, type Records } from './records.ts';
import { notChosen, SettingsStore } from './settings.ts';
import { openPool } from './sqlite/pool.ts';
import { Tasks } from './tasks/tasks.ts';
import { VaultWatch } from './ways/vault-view.ts';
import { Ways } from './ways/ways.ts';

/** What an engine is made of. */
export interface EngineParts {
  readonly holder: DeviceHolder;
  readonly settings: SettingsStore;
  readonly chats: ChatsFile;
  readonly media: MediaFolder;
  readonly rooms: ChatRooms;
  readonly transfers: Transfers;
  readonly tasks: Tasks;
  readonly account: Account;
  readonly proof: OwnerProof;
  readonly vault: VaultWatch;
  readonly ways: Ways;
  readonly backups: Backups;
  readonly restores: Restores;
  /** Closes every file. Nothing may be under way. */
  close(): void;
}

/** What it stands on. */
export interface Ground {
  readonly place: Place;
  /** The front door's address. */
  readonly server: string;
  readonly now: () => number;
  readonly damagedChats?: DamagedChats;
  /** Hears whenever anything is other than before. */
  readonly changed: () => void;
}

/** Opens the files of a place and what works on them. @throws StrongroomError `in-use`, `newer-version`, `profile-damaged` */
export async function openParts(ground: Ground): Promise<EngineParts> {
  const { place, server, now, changed } = ground;
  const folder = await directoryAt(await navigator.storage.getDirectory(), place.folder);
  // Each asks another part of the browser: none waits for the other.
  const [{ records, settings }, media, pool] = await Promise.all([
    openSettings(place, changed),
    MediaFolder.open(folder),
    openPool(`${place.folder}/sqlite`),
  ]);
  const ports = { openCloud, deviceName: deviceNameOf(navigator.userAgent), now };
  const holder = await DeviceHolder.open(new SealedDeviceStore(records), ports, changed);
  const { damagedChats } = ground;
  if (damagedChats)
    await putChatsAside(pool, folder, () => beginWithout(settings, holder, damagedChats === 'begin-anew'));
  const chats = new ChatsFile(pool, folder, (path) => media.has(path));
  await finishRestored({ folder, chats, media, settings });
  const rooms = new ChatRooms(chats, media, changed);
  const tasks = new Tasks(changed);
  const proof = new OwnerProof(holder, settings, now, changed);
  const parts = { holder, chats, media, settings, tasks, now };
  const transfers = new Transfers({ ...parts, touched: rooms.touched });
  await transfers.sweep();
  return {
    ...parts,
    rooms,
    transfers,
    account: new Account(holder, settings, server),
    vault: new VaultWatch(holder, changed),
    proof,
    ways: new Ways(holder, proof, new URL(server).hostname),
    backups: new Backups({ ...parts, journal: `${place.database}-journal` }),
    restores: new Restores({ ...parts, folder, onFile: rooms.touched }),
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

interface Restored {
  readonly folder: FileSystemDirectoryHandle;
  readonly chats: ChatsFile;
  readonly media: MediaFolder;
  readonly settings: SettingsStore;
}

// Where there is a backup, none of the empty chats is made until what is in it has come back, or the person does without.
async function beginWithout(settings: SettingsStore, holder: DeviceHolder, stopped: boolean): Promise<void> {
  const hasBackup = holder.readable?.state.backup !== undefined;
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
