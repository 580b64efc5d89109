import { randomBytes } from 'node:crypto';
import { cp, link, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const rows = 20_000;
const kB = 1000;

/** Writes a folder of chats as they are on the first day: a database of a few megabytes, and photos. */
export async function firstDay(folder: string): Promise<string> {
  await mkdir(join(folder, 'Databases'), { recursive: true });
  await mkdir(join(folder, 'Media'));
  using database = new DatabaseSync(databaseIn(folder));
  database.exec('CREATE TABLE messages (id INTEGER PRIMARY KEY, text TEXT, read INTEGER DEFAULT 0)');
  addMessages(database, rows);
  for (let i = 0; i < 20; i++)
    await writeFile(join(folder, 'Media', `first ${i}.jpg`), randomBytes(250 * kB));
  return folder;
}

/**
 * Writes the folder as it is on the next day: messages came and were read, media came, and most of those of the day
 * before are gone. What stays is the same file.
 * @param megabytes of the media that came
 */
export async function nextDay(before: string, folder: string, megabytes: number): Promise<string> {
  await mkdir(join(folder, 'Databases'), { recursive: true });
  await mkdir(join(folder, 'Media'));
  await cp(databaseIn(before), databaseIn(folder));
  using database = new DatabaseSync(databaseIn(folder));
  database.exec('UPDATE messages SET read = read + 1 WHERE id % 97 = 0');
  addMessages(database, 500);
  const old = (await readdir(join(before, 'Media'))).toSorted();
  for (const name of old.slice(0, 4)) await link(join(before, 'Media', name), join(folder, 'Media', name));
  for (let i = 0; i < megabytes; i++)
    await writeFile(join(folder, 'Media', `${basename(folder)}, ${i}.mp4`), randomBytes(1000 * kB));
  return folder;
}

function addMessages(database: DatabaseSync, count: number): void {
  database.exec('BEGIN');
  const insert = database.prepare('INSERT INTO messages (text) VALUES (?)');
  for (let i = 0; i < count; i++)
    insert.run(
      `${randomBytes(20).toString('base64')} see you tomorrow at the harbour, ${i}`.repeat(1 + (i % 3)),
    );
  database.exec('COMMIT');
}

function databaseIn(folder: string): string {
  return join(folder, 'Databases', 'msgstore.db');
}
