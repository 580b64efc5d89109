import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { restoreSnapshot } from '../read/restore.ts';
import { newArchive, phone } from '../testing/fixtures.ts';
import type { Warning } from '../warning.ts';
import { writeSnapshot } from '../write/write-snapshot.ts';
import { folderSource } from './folder-source.ts';
import { folderTarget } from './folder-target.ts';

// Takes as long as a transaction is waited for, twice.
test('a database that is written while it cannot be locked is not stored half new: the last version is kept', async () => {
  await using base = await makeFolder();
  const place = join(base.path, 'src/msgstore.db');
  await mkdir(join(base.path, 'src'));
  using database = new DatabaseSync(place);
  database.exec('CREATE TABLE messages (text TEXT)');
  for (let i = 0; i < 2000; i++) database.exec(`INSERT INTO messages VALUES ('message ${i}')`);
  const before = await readFile(place);
  const { archive } = await newArchive();
  const warnings: Warning[] = [];
  const backUp = async (): Promise<void> => {
    const source = await folderSource([join(base.path, 'src')]);
    await writeSnapshot(archive, source, { device: phone, warn: (warning) => warnings.push(warning) });
  };
  await backUp();

  // An update of the app: it has the database for itself, and writes in the middle of its transaction.
  database.exec('PRAGMA cache_size = 2; BEGIN EXCLUSIVE');
  const writing = setInterval(() => database.exec("UPDATE messages SET text = text || '!'"), 5);
  await backUp();
  clearInterval(writing);
  database.exec('ROLLBACK');

  expect(warnings).toMatchObject([{ code: 'unreadable', path: 'msgstore.db' }]);
  await restoreSnapshot(archive, 'latest', folderTarget(join(base.path, 'out')));
  expect(Buffer.compare(await readFile(join(base.path, 'out/msgstore.db')), before)).toBe(0);
});

async function makeFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'busy-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
