import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** A file that somebody other than the person holds. */
export interface Held {
  readonly path: string;
  readonly size: number;
}

/** All files below a folder. */
export async function filesBelow(root: string): Promise<Held[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (path) => ({ path: relative(root, path), size: (await stat(path)).size })),
  );
}

/** The needles that occur in any file below a folder, as bytes. */
export async function findAny(root: string, needles: ReadonlyMap<string, Buffer>): Promise<string[]> {
  const found = new Set<string>();
  for (const { path } of await filesBelow(root)) {
    const bytes = await readFile(join(root, path));
    for (const [name, needle] of needles) if (bytes.includes(needle)) found.add(`${name} in ${path}`);
  }
  return [...found];
}
