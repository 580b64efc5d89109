import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { readDeviceState, type DeviceState, type DeviceStore } from '../device-state.ts';
import { fileError } from './file-error.ts';
import { lockFolder } from './lock-folder.ts';

/** A device's state in a folder that only its owner can read: the profile. */
export class FileDeviceStore implements DeviceStore {
  readonly folder: string;
  readonly #lock: DatabaseSync;

  private constructor(folder: string, lock: DatabaseSync) {
    this.folder = folder;
    this.#lock = lock;
  }

  /** Opens a profile, makes it if missing, and keeps other commands out of it. @throws StrongroomError `in-use`, `not-permitted`, `disk-full` */
  static async open(folder: string): Promise<FileDeviceStore> {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
    } catch (cause) {
      throw fileError(cause, folder);
    }
    return new FileDeviceStore(folder, lockFolder(folder));
  }

  /** @throws StrongroomError `profile-damaged`, `newer-version`, `not-permitted` */
  async load(): Promise<DeviceState | undefined> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw fileError(error, this.#path);
    }
    return readDeviceState(text, this.#path);
  }

  async save(state: DeviceState): Promise<void> {
    const temporary = `${this.#path}.new`;
    try {
      const file = await open(temporary, 'w', 0o600);
      try {
        // What a crash left behind may be open to others.
        await file.chmod(0o600);
        await file.writeFile(`${JSON.stringify(state, undefined, 2)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.#path);
      await syncFolder(this.folder);
    } catch (cause) {
      throw fileError(cause, this.#path);
    }
  }

  /** Lets other commands in. */
  close(): void {
    this.#lock.close();
  }

  get #path(): string {
    return join(this.folder, 'device.json');
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
