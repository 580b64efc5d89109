import { randomUUID } from 'node:crypto';
import { link, lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCode } from './folder-errors.ts';

// No object's name has a dot, so that these are never taken for objects.
const unfinished = /^\.[0-9a-f-]{36}\.part$/;
const abandoned = 24 * 60 * 60 * 1000;

/**
 * Writes a file whole or not at all; afterwards it survives a power cut.
 * @param replace otherwise an existing file is left as it is, and the error's code is `EEXIST`
 */
export async function writeDurably(place: string, bytes: Uint8Array, replace: boolean): Promise<void> {
  const folder = dirname(place);
  await makeFolder(folder);
  const part = join(folder, `.${randomUUID()}.part`);
  try {
    await writeSynced(part, bytes);
    await (replace ? rename(part, place) : moveIfAbsent(part, place));
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** Whether a name is that of an object, rather than of something unfinished. */
export function isFinished(name: string): boolean {
  return !name.startsWith('.');
}

/** Removes what writes left behind that were cut off long ago. */
export async function removeAbandoned(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!unfinished.test(name)) continue;
    const { mtimeMs } = await stat(join(folder, name));
    if (now - mtimeMs > abandoned) await rm(join(folder, name), { force: true });
  }
}

/** Makes the removal or the arrival of a file survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders.
  if (process.platform === 'win32') return;
  await using handle = await open(folder, 'r');
  await handle.sync();
}

async function writeSynced(place: string, bytes: Uint8Array): Promise<void> {
  await using file = await open(place, 'wx', 0o600);
  await file.writeFile(bytes);
  await file.sync();
}

async function moveIfAbsent(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (systemCode(error) === 'EEXIST' || (await isThere(to))) throw existing(to, error);
    // Not every file system knows hard links; between the look and the move another writer could come.
    return rename(from, to);
  }
  await rm(from);
}

function existing(place: string, cause: unknown): Error {
  return Object.assign(new Error(`${basename(place)} exists`, { cause }), { code: 'EEXIST' });
}

async function isThere(place: string): Promise<boolean> {
  try {
    await lstat(place);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Makes a folder with those above it, so that they survive a power cut too. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}
