import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A folder's entries by path: what each is, and a digest of its content. */
export async function fingerprint(root: string): Promise<ReadonlyMap<string, string>> {
  const prints = new Map<string, string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    prints.set(relative(root, path), await printOf(path));
  }
  return prints;
}

/** The paths at which two folders differ, in name, kind or any byte. */
export function differences(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string[] {
  const paths = new Set([...a.keys(), ...b.keys()]);
  return [...paths].filter((path) => a.get(path) !== b.get(path));
}

async function printOf(path: string): Promise<string> {
  const stats = await lstat(path);
  if (stats.isSymbolicLink()) return `link to ${await readlink(path)}`;
  if (stats.isDirectory()) return 'folder';
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return `${stats.size} bytes, sha256 ${hash.digest('hex')}`;
}
