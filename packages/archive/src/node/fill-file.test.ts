import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bytes } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Archive } from '../archive.ts';
import { RestoreError, restoreSnapshot } from '../read/restore.ts';
import { backup, databaseOf, newArchive, noise, prose } from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import type { MemoryStore } from '../testing/memory-store.ts';
import { folderTarget } from './folder-target.ts';
import { nodeEngine } from './node-engine.ts';

const pageSize = 4096;
const path = 'Databases/msgstore.db';
const days = 6;

let folder: string;
let archive: Archive;
let store: MemoryStore;

const engine = nodeEngine();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fill-'));
  ({ archive, store } = await newArchive({ engine }));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Each day changes a little of some pages, and adds some. @returns the database of every day */
async function chatForDays(): Promise<Bytes[]> {
  const journal = new MemoryJournal();
  const versions: Bytes[] = [];
  let content = databaseOf([prose(400 * pageSize, 1)]);
  for (let day = 1; day <= days; day++) {
    versions.push(content);
    const tree = { [path]: { category: 'messages', content, identity: `${day}` } } as const;
    await backup(archive, tree, { journal });
    content = databaseOf([content, prose(5 * pageSize + day, day)]);
    for (let page = day; page < 400; page += 7 + day)
      content.set(noise(40, day * page), page * pageSize + 100);
  }
  return versions;
}

describe('a database that changed for days', () => {
  test('is put together by threads, whichever day is restored', async () => {
    const versions = await chatForDays();
    for (const [i, content] of versions.entries()) {
      const out = join(folder, `day ${i + 1}`);
      await restoreSnapshot(archive, `${i + 1}`, folderTarget(out));
      expect(Buffer.compare(await readFile(join(out, path)), content)).toBe(0);
    }
  });

  test('is not shown when a pack of it was altered', async () => {
    await chatForDays();
    const packs = [...store.objects.keys()].filter((name) => name.includes('/packs/'));
    const pack = store.objects.get(packs[0]!)!;
    pack[1000]! ^= 1;
    const out = join(folder, 'out');
    await expect(restoreSnapshot(archive, 'latest', folderTarget(out))).rejects.toBeInstanceOf(RestoreError);
    await expect(readFile(join(out, path))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
