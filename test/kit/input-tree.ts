import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { differences, fingerprint } from '../../demo/compare.ts';

/** A folder of its own for one test file. */
export interface Place {
  /** A path in it. */
  readonly at: (...names: string[]) => string;
  readonly remove: () => Promise<void>;
}

/** Makes a place. */
export async function makePlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-input-'));
  return {
    at: (...names) => join(folder, ...names),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Files by their paths, with random bytes where a size is given. */
export async function writeTree(
  folder: string,
  files: Readonly<Record<string, string | number>>,
): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), typeof content === 'number' ? randomBytes(content) : content);
  }
  return folder;
}

/** A small message database with this many rows. */
export async function writeDatabase(path: string, rows: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  using database = new DatabaseSync(path);
  database.exec(
    'PRAGMA journal_mode = DELETE; CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY, text TEXT)',
  );
  const insert = database.prepare('INSERT INTO message (text) VALUES (?)');
  database.exec('BEGIN');
  for (let i = 0; i < rows; i++) insert.run(`message ${i} ${randomBytes(30).toString('hex')}`);
  database.exec('COMMIT');
}

/** A few chats, pictures and notes: some hundred kilobytes. */
export async function writeSample(folder: string): Promise<string> {
  await writeTree(folder, {
    'Media/picture.jpg': 60_000,
    'Media/voice.opus': 30_000,
    'Media/film.mp4': 90_000,
    'notes/list.txt': 'bread, milk, a secret: 1234-juniper-1234',
  });
  await writeDatabase(join(folder, 'Databases/msgstore.db'), 300);
  return folder;
}

/** The paths at which a restored folder differs from the original in name, kind or any byte. */
export async function differing(restored: string, original: string): Promise<string[]> {
  const wanted = await fingerprint(original);
  expect(wanted.size).toBeGreaterThan(0);
  return differences(wanted, await fingerprint(restored));
}

/** The paths below a folder, without the state of an unfinished restore; none when there is no folder. */
export async function pathsIn(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  const paths = files.map((path) => path.slice(folder.length + 1));
  return paths.filter((path) => !path.startsWith('.strongroom-restore/')).toSorted();
}

/** The paths whose permissions differ, or whose times differ by more than two microseconds. */
export async function differingMetadata(restored: string, original: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(original, { recursive: true })) {
    const [a, b] = await Promise.all(
      [restored, original].map((folder) => lstat(join(folder, name), { bigint: true })),
    );
    const apart = a!.mtimeNs - b!.mtimeNs;
    if (a!.mode !== b!.mode || apart > 2000n || apart < -2000n) found.push(name);
  }
  return found;
}
