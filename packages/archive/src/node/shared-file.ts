import {
  type BigIntStats,
  closeSync,
  fstatSync,
  openSync,
  read,
  readSync,
  readdirSync,
  statSync,
} from 'node:fs';
import { promisify } from 'node:util';

const readAt = promisify(read);

// Less than this is read at once.
const little = 4096;

function readerOf(fd: number): ReadableFile['read'] {
  return async (buffer, offset, length, position) =>
    length <= little
      ? { bytesRead: readSync(fd, buffer, offset, length, position) }
      : readAt(fd, buffer, offset, length, position);
}

/**
 * A file that is open for reading. What takes microseconds is done at once: to hand it to another thread and back
 * takes ten times as long.
 */
export interface ReadableFile {
  readonly fd: number;
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  stat(): BigIntStats;
  close(): void;
}

/** Opens a file that is no database. */
export function openFile(place: string): ReadableFile {
  const fd = openSync(place, 'r');
  return {
    fd,
    read: readerOf(fd),
    stat: () => fstatSync(fd, { bigint: true }),
    close: () => closeSync(fd),
  };
}

/** A descriptor, and how many use it here. */
interface Shared {
  readonly fd: number;
  users: number;
}

/**
 * The files that are open here, by device and inode. POSIX drops all locks that a process has on a file as soon as it
 * closes any descriptor of it: when a database connection of this process uses the file too, closing ours would leave
 * it without its locks, and another process could write at the same time ("How To Corrupt An SQLite Database File",
 * section 2.2). So there is one descriptor for each file, and it stays open as long as somebody else here may have
 * the file open; SQLite does the same with its own.
 */
const open = new Map<string, Shared>();

/** Opens a file for reading that may be a database which this process uses itself. */
export function openShared(place: string): ReadableFile {
  const shared = open.get(keyOf(statSync(place, { bigint: true }))) ?? { fd: openSync(place, 'r'), users: 0 };
  open.set(keyOf(fstatSync(shared.fd, { bigint: true })), shared);
  shared.users++;
  return {
    fd: shared.fd,
    read: readerOf(shared.fd),
    stat: () => fstatSync(shared.fd, { bigint: true }),
    close: () => release(shared),
  };
}

/** All in one step, so that no connection is opened between the look and the closing. */
function release(shared: Shared): void {
  shared.users--;
  const key = keyOf(fstatSync(shared.fd, { bigint: true }));
  if (shared.users > 0 || isOpenElsewhere(shared.fd, key)) return;
  open.delete(key);
  closeSync(shared.fd);
}

function isOpenElsewhere(fd: number, key: string): boolean {
  if (process.platform === 'win32') return false;
  const others = readdirSync('/dev/fd').map(Number);
  return others.some((other) => other !== fd && keyOfDescriptor(other) === key);
}

function keyOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

function keyOfDescriptor(fd: number): string | undefined {
  try {
    return keyOf(fstatSync(fd, { bigint: true }));
  } catch {
    // Closed meanwhile.
    return undefined;
  }
}
