import { type Bytes, equalBytes } from '@strongroom/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Source } from './source.ts';
import { browserEngine, directoryTarget, fileListSource, openIndexedDbJournal } from './browser/index.ts';
import { restoreSnapshot } from './read/restore.ts';
import { databaseOf, newArchive, noise, phone, prose } from './testing/fixtures.ts';
import { verifyArchive } from './verify.ts';
import { writeSnapshot } from './write/write-snapshot.ts';

let root: FileSystemDirectoryHandle;
let folder: FileSystemDirectoryHandle;

beforeEach(async () => {
  root = await navigator.storage.getDirectory();
  folder = await root.getDirectoryHandle(crypto.randomUUID(), { create: true });
});

afterEach(() => root.removeEntry(folder.name, { recursive: true }));

function chosen(files: Readonly<Record<string, Bytes>>): Source {
  const list = Object.entries(files).map(([path, content]) => {
    const file = new File([content], path.split('/').at(-1)!, { lastModified: 1_700_000_000_000 });
    return Object.defineProperty(file, 'webkitRelativePath', { value: `WhatsApp/${path}` });
  });
  return fileListSource(list);
}

async function contentOf(path: string): Promise<Bytes> {
  const segments = path.split('/');
  let directory = folder;
  for (const segment of segments.slice(0, -1)) directory = await directory.getDirectoryHandle(segment);
  const file = await (await directory.getFileHandle(segments.at(-1)!)).getFile();
  return new Uint8Array(await file.arrayBuffer());
}

test('a browser backs up chosen files on two days, checks the archive, and restores it to a folder', async () => {
  const engine = browserEngine({ threads: 2 });
  const { archive } = await newArchive({ engine });
  const journal = await openIndexedDbJournal(`journal of ${archive.id}`, archive.id);
  const database = databaseOf([noise(600_000, 1)]);
  const files = {
    'Databases/msgstore.db': database,
    'Media/a.jpg': noise(1_500_000, 2),
    'text.txt': prose(2_000_000),
  };
  const options = { device: phone, journal };
  await writeSnapshot(archive, chosen(files), options);
  database.set(prose(100), 300_000);
  const second = await writeSnapshot(archive, chosen(files), options);
  expect(second.newBytes).toBeGreaterThan(0);
  expect(second.newBytes).toBeLessThan(10_000);
  expect((await verifyArchive(archive, { depth: 'full' })).problems).toEqual([]);
  await restoreSnapshot(archive, 'latest', directoryTarget(folder));
  for (const [path, content] of Object.entries(files)) {
    expect([path, equalBytes(await contentOf(path), content)]).toEqual([path, true]);
  }
  await journal.close();
  indexedDB.deleteDatabase(`journal of ${archive.id}`);
  engine.close();
});
