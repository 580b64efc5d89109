import type { Database, Sqlite3Static, WasmPointer } from '@sqlite.org/sqlite-wasm';

/** Reads bytes of a file: `length` from `offset`. They are only the caller's until the next call. */
export type ReadFile = (offset: number, length: number) => Uint8Array;

type XRead = (file: WasmPointer, to: WasmPointer, length: number, offset: bigint) => number;

/**
 * Lets somebody read the file of an open database as it lies on the disk, past SQLite's cache (`xRead` of
 * `sqlite3_io_methods`). In a transaction of a database that has nothing unwritten, it holds still.
 * @param longest the most bytes at a time
 */
export function withFile<T>(
  sqlite: Sqlite3Static,
  database: Database,
  longest: number,
  use: (read: ReadFile) => T,
): T {
  const { capi, wasm } = sqlite;
  const buffer = wasm.alloc(longest);
  try {
    const file = filePointer(sqlite, database);
    const xRead = readMethod(sqlite, file);
    return use((offset, length) => {
      const result = xRead(file, buffer, Math.min(length, longest), BigInt(offset));
      if (result !== 0) throw new sqlite.SQLite3Error(`xRead: ${capi.sqlite3_js_rc_str(result)}`);
      return wasm.heap8u().subarray(buffer, buffer + Math.min(length, longest));
    });
  } finally {
    wasm.dealloc(buffer);
  }
}

function filePointer({ capi, wasm }: Sqlite3Static, { pointer }: Database): WasmPointer {
  const place = wasm.alloc(8);
  try {
    capi.sqlite3_file_control(pointer!, 'main', capi.SQLITE_FCNTL_FILE_POINTER, place);
    return wasm.peekPtr(place);
  } finally {
    wasm.dealloc(place);
  }
}

function readMethod({ capi, wasm }: Sqlite3Static, file: WasmPointer): XRead {
  const { $pMethods } = new capi.sqlite3_file(file);
  const { $xRead } = new capi.sqlite3_io_methods($pMethods) as unknown as { $xRead: WasmPointer };
  return wasm.functionEntry($xRead) as XRead;
}
