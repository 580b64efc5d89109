import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file's size in bytes and its modification time, by its path. */
export type Listing = ReadonlyMap<string, { readonly size: number; readonly time: number }>;

/** The files below a folder; none when there is no such folder. */
export async function listFiles(root: string): Promise<Listing> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const stats = await Promise.all(paths.map((path) => stat(path)));
  return new Map(paths.map((path, at) => [path, { size: stats[at]!.size, time: stats[at]!.mtimeMs }]));
}

/** Sizes together, bytes. */
export function bytesIn(listing: Listing): number {
  return [...listing.values()].reduce((sum, { size }) => sum + size, 0);
}

/** Bytes of the files that were not there before, or not the same: what a cloud would have been sent. */
export function bytesSince(before: Listing, after: Listing): number {
  const fresh = [...after].filter(([path, { size, time }]) => {
    const old = before.get(path);
    return old === undefined || old.size !== size || old.time !== time;
  });
  return bytesIn(new Map(fresh));
}

/** Reads everything below a folder once, so that it is in the page cache. */
export async function warm(root: string): Promise<void> {
  const buffer = new Uint8Array(1 << 20);
  for (const path of (await listFiles(root)).keys()) {
    const file = await open(path);
    try {
      while ((await file.read(buffer)).bytesRead > 0);
    } finally {
      await file.close();
    }
  }
}
