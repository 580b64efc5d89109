import { ChatStore, openSearchIndex, type SearchIndex, type SqlDatabase } from '@strongroom/chats';
import { isStrongroomError } from '@strongroom/core';
import { directoryAt, removeFile } from './folders.ts';
import { copyPages, stampOf, type DatabaseStamp } from '../sqlite/copy-pages.ts';
import type { Pool } from '../sqlite/pool.ts';
import type { WasmDatabase } from '../sqlite/wasm-database.ts';

/** The chats, as the pool names them. */
export const chatsPath = '/chats.db';
// The index is made anew from the chats wherever it is missing, and so is not backed up.
const indexPath = '/search.db';
const copyFolder = 'backup';
const copyName = 'chats.db';
const sliceLength = 4 * 1024 * 1024;

// The journal stays, emptied: to make and remove a file takes the pool longer. Nothing spills into files.
// 16 MiB of pages are kept in memory: each one that is read or written costs a call of the browser.
const pragmas = `PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL;
  PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;`;

/** The chat database on OPFS, and what the screens read of it. */
export class ChatsFile {
  readonly #pool: Pool;
  readonly #folder: FileSystemDirectoryHandle;
  readonly #isPresent: (path: string) => boolean;
  #database: WasmDatabase;
  #index: WasmDatabase | undefined;
  #store: ChatStore;

  /**
   * Opens the chats; makes them if missing.
   * @param folder of OPFS, for a copy while a backup is made
   * @param isPresent whether a media file is there
   */
  constructor(pool: Pool, folder: FileSystemDirectoryHandle, isPresent: (path: string) => boolean) {
    this.#pool = pool;
    this.#folder = folder;
    this.#isPresent = isPresent;
    [this.#database, this.#store] = this.#open();
  }

  get store(): ChatStore {
    return this.#store;
  }

  get isEmpty(): boolean {
    const { chats, messages } = this.#store.counts();
    return chats === 0 && messages === 0;
  }

  /** How the file stands. */
  stamp(): DatabaseStamp {
    return stampOf(this.#database);
  }

  /** A copy of the file that holds still, until `dropCopy`: writing goes on meanwhile. */
  async copy(): Promise<{ readonly file: File; readonly stamp: DatabaseStamp }> {
    const folder = await directoryAt(this.#folder, copyFolder);
    const handle = await folder.getFileHandle(copyName, { create: true });
    const access = await syncAccess(handle);
    try {
      access.truncate(0);
      const stamp = copyPages(this.#database, (bytes, at) => access.write(bytes, { at }));
      return { file: await closed(access, handle), stamp };
    } finally {
      access.close();
    }
  }

  async dropCopy(): Promise<void> {
    await removeFile(this.#folder, `${copyFolder}/${copyName}`);
  }

  /** Puts a database in the place of this one. */
  async replace(file: File): Promise<void> {
    this.close();
    let at = 0;
    await this.#pool.importDatabase(chatsPath, async () => {
      if (at >= file.size) return undefined;
      const slice = file.slice(at, (at += sliceLength));
      return new Uint8Array(await slice.arrayBuffer());
    });
    this.#removeIndex();
    [this.#database, this.#store] = this.#open();
    this.#store.prepareSearch();
  }

  close(): void {
    this.#database.close();
    this.#index?.close();
    this.#index = undefined;
  }

  #open(): [WasmDatabase, ChatStore] {
    const database = this.#openOne(chatsPath);
    const isPresent = this.#isPresent;
    return [database, new ChatStore(database, (chats) => this.#openIndex(chats), { isPresent })];
  }

  #openIndex(chats: SqlDatabase): SearchIndex {
    try {
      return this.#indexOf(chats);
    } catch (error) {
      if (!isStrongroomError(error, 'profile-damaged') || error.details.path !== indexPath) throw error;
      this.#removeIndex();
      return this.#indexOf(chats);
    }
  }

  #indexOf(chats: SqlDatabase): SearchIndex {
    const index = this.#openOne(indexPath);
    try {
      const search = openSearchIndex(chats, index);
      this.#index = index;
      return search;
    } catch (error) {
      index.close();
      throw error;
    }
  }

  #openOne(path: string): WasmDatabase {
    const database = this.#pool.open(path);
    try {
      database.exec(pragmas);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  #removeIndex(): void {
    this.#pool.remove(`${indexPath}-journal`);
    this.#pool.remove(indexPath);
  }
}

// Only workers have these; the types of the page's world do not know them.
interface SyncAccess {
  truncate(size: number): void;
  write(bytes: Uint8Array, options: { readonly at: number }): number;
  close(): void;
}

function syncAccess(handle: FileSystemFileHandle): Promise<SyncAccess> {
  return (handle as unknown as { createSyncAccessHandle(): Promise<SyncAccess> }).createSyncAccessHandle();
}

function closed(access: SyncAccess, handle: FileSystemFileHandle): Promise<File> {
  access.close();
  return handle.getFile();
}
