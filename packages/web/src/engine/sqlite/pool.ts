import startSqlite, { type SAHPoolUtil, type Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import { StrongroomError } from '@strongroom/core';
import { WasmDatabase } from './wasm-database.ts';

// A database and its journal, twice, and one more.
const capacity = 6;

// A worker that ends gives its files back a moment later: so long is waited, milliseconds.
const patience = 5000;
const pauseBetween = 100;

/** SQLite's files on OPFS, which this thread alone has open until `close`. */
export interface Pool {
  /** Opens a database by its path, which begins with `/`; makes it if missing. */
  open(path: string): WasmDatabase;
  has(path: string): boolean;
  /** Puts a database in the place of whatever is there. It must not be open. */
  importDatabase(path: string, next: () => Promise<Uint8Array | undefined>): Promise<void>;
  remove(path: string): void;
  /** All bytes of a file, whatever they are. */
  bytesOf(path: string): Uint8Array<ArrayBuffer>;
  /** Gives all files back, so that another thread may have them. Databases must be closed. */
  close(): void;
}

let early: Promise<Sqlite3Static> | undefined;

/** Loads and compiles SQLite for the next pool that is opened: most of what opening it takes. */
export function loadEarly(): void {
  early ??= load();
  // Whoever opens the pool hears of it.
  early.catch(() => undefined);
}

function load(): Promise<Sqlite3Static> {
  // Its other ways to OPFS start workers by addresses that the page's policy refuses.
  Object.assign(globalThis, { sqlite3ApiConfig: { disable: { vfs: { opfs: true, 'opfs-wl': true } } } });
  return startSqlite();
}

/**
 * Opens SQLite's files below a directory of OPFS (the `opfs-sahpool` VFS).
 * @param directory its path from OPFS's root
 * @throws StrongroomError `in-use` while another thread has them open
 */
export async function openPool(directory: string): Promise<Pool> {
  const loading = early ?? load();
  early = undefined;
  const sqlite = await loading;
  const options = {
    name: `opfs ${directory}`,
    directory,
    initialCapacity: capacity,
    forceReinitIfPreviouslyFailed: true,
    // By default what cannot be opened is deleted, and another tab may have it.
    preserveOnInitFailure: true,
    verbosity: 0,
  };
  const pool = await patiently(() => sqlite.installOpfsSAHPoolVfs(options), directory);
  return poolOf(sqlite, pool);
}

async function patiently<T>(attempt: () => Promise<T>, path: string): Promise<T> {
  for (const end = Date.now() + patience; ;) {
    try {
      return await attempt();
    } catch (cause) {
      if (!isTaken(cause)) throw cause;
      if (Date.now() > end) throw new StrongroomError('in-use', { path }, { cause });
    }
    await new Promise((resolve) => setTimeout(resolve, pauseBetween));
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NoModificationAllowedError';
}

function poolOf(sqlite: Sqlite3Static, pool: SAHPoolUtil): Pool {
  return {
    open: (path) => new WasmDatabase(sqlite, new pool.OpfsSAHPoolDb(path), path),
    has: (path) => pool.getFileNames().includes(path),
    async importDatabase(path, next) {
      pool.unlink(`${path}-journal`);
      await pool.importDb(path, next);
    },
    remove: (path) => {
      pool.unlink(path);
    },
    bytesOf: (path) => pool.exportFile(path) as Uint8Array<ArrayBuffer>,
    close: () => {
      pool.pauseVfs();
    },
  };
}
