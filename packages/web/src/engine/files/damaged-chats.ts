import { isStrongroomError } from '@strongroom/core';
import type { Pool } from '../sqlite/pool.ts';
import { chatsPath } from './chats-file.ts';
import { pathsIn, directoryAt, writeFile } from './folders.ts';

/** Where chats that are damaged are kept, below the engine's folder. */
export const damagedFolder = 'damaged';

/**
 * Puts chats that are damaged aside, as `damaged/chats-<number>.db`, so that new ones can begin. Chats that are whole
 * stay where they are.
 * @param prepare what must have been done before they are gone from their place
 * @throws StrongroomError `disk-full`: then everything is as it was
 */
export async function putChatsAside(
  pool: Pool,
  folder: FileSystemDirectoryHandle,
  prepare: () => Promise<void>,
): Promise<void> {
  if (!pool.has(chatsPath) || isWhole(pool)) return;
  const bytes = pool.bytesOf(chatsPath);
  await writeFile(folder, await freePath(folder), new Blob([bytes]).stream());
  await prepare();
  // Their journal would be played into the new ones.
  for (const path of [`${chatsPath}-journal`, chatsPath]) pool.remove(path);
}

function isWhole(pool: Pool): boolean {
  const database = pool.open(chatsPath);
  try {
    const [found] = database.all<{ quick_check: string }>('PRAGMA quick_check(1)');
    return found?.quick_check === 'ok';
  } catch (error) {
    if (isStrongroomError(error, 'profile-damaged')) return false;
    throw error;
  } finally {
    database.close();
  }
}

async function freePath(folder: FileSystemDirectoryHandle): Promise<string> {
  const taken = new Set<string>();
  for await (const path of pathsIn(await directoryAt(folder, damagedFolder), `${damagedFolder}/`))
    taken.add(path);
  for (let number = 1; ; number++) {
    const path = `${damagedFolder}/chats-${number}.db`;
    if (!taken.has(path)) return path;
  }
}
