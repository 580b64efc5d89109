import type { ReadFile } from './file-reader.ts';
import type { WasmDatabase } from './wasm-database.ts';

/** What changes whenever the bytes of a database do. */
export interface DatabaseStamp {
  /** Bytes. */
  readonly size: number;
  /** The file change counter of its header (SQLite file format, section 1.3.7). */
  readonly changes: number;
}

const batchLength = 1024 * 1024;
const headLength = 100;
const changeCounterAt = 24;

/** How the file of a database stands. */
export function stampOf(database: WasmDatabase): DatabaseStamp {
  return reading(database, headLength, (read) => stampIn(database, read));
}

/**
 * Reads the file of a database byte by byte as it lies on the disk, in one go: nothing can be written in between.
 * @param write takes bytes that are only its until it returns
 */
export function copyPages(
  database: WasmDatabase,
  write: (bytes: Uint8Array, at: number) => void,
): DatabaseStamp {
  return reading(database, batchLength, (read) => {
    const stamp = stampIn(database, read);
    for (let at = 0; at < stamp.size; at += batchLength)
      write(read(at, Math.min(batchLength, stamp.size - at)), at);
    return stamp;
  });
}

// The transaction makes sure that what a cut-off one has left is undone before.
function reading<T>(database: WasmDatabase, longest: number, use: (read: ReadFile) => T): T {
  return database.transaction(() => database.withFile(longest, use));
}

function stampIn(database: WasmDatabase, read: ReadFile): DatabaseStamp {
  const [about] = database.all<{ size: number }>(
    'SELECT page_size * page_count AS size FROM pragma_page_size, pragma_page_count',
  );
  const { size } = about!;
  if (size < headLength) return { size: 0, changes: 0 };
  const head = read(0, headLength);
  return { size, changes: new DataView(head.buffer, head.byteOffset).getUint32(changeCounterAt) };
}
