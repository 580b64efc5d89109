import { type ReadableFile, openShared } from './shared-file.ts';

const magic = Buffer.from('SQLite format 3\0');
const companions = /^(.+)-(?:wal|shm|journal)$/;

/** What the header of an SQLite database says (file format, section 1.3). */
export interface SqliteHeader {
  /** Whether it is written through a write-ahead log. */
  readonly usesLog: boolean;
}

/** The header of an SQLite database; none when the file is something else or cannot be read. */
export async function readSqliteHeader(place: string): Promise<SqliteHeader | undefined> {
  try {
    return await headerOf(openShared(place));
  } catch {
    return undefined;
  }
}

async function headerOf(file: ReadableFile): Promise<SqliteHeader | undefined> {
  try {
    const head = Buffer.alloc(20);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    if (bytesRead < head.length || !head.subarray(0, magic.length).equals(magic)) return undefined;
    return { usesLog: head[18] === 2 || head[19] === 2 };
  } finally {
    file.close();
  }
}

/** The database that a file of this name is a companion of (`-wal`, `-shm`, `-journal`), if the name is such a one. */
export function companionOf(path: string): string | undefined {
  return companions.exec(path)?.[1];
}
