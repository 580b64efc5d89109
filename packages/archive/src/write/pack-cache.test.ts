import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bytes } from '@strongroom/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Archive } from '../archive.ts';
import { folderPackCache } from '../node/folder-pack-cache.ts';
import { CountingStore } from '../testing/counting-store.ts';
import {
  type TestArchive,
  backup,
  databaseOf,
  newArchive,
  noise,
  onStore,
  restore,
} from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';

const path = 'Databases/msgstore.db';
let folder: string;
let made: TestArchive;
let journal: MemoryJournal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cache-'));
  made = await newArchive();
  journal = new MemoryJournal();
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A database of 4 MB; every day some bytes of every tenth page are others. */
function day(number: number): Bytes {
  const bytes = databaseOf([noise(4_000_000, 9)]);
  for (let at = 4096; at < bytes.length; at += 40_960) bytes[at + number] = number;
  return bytes;
}

async function backUp(number: number, archive: Archive = made.archive): Promise<void> {
  const tree = { [path]: { category: 'messages', content: day(number), identity: `${number}` } } as const;
  await backup(archive, tree, { journal, cache: folderPackCache(join(folder, 'packs')) });
}

/** Bytes that the second day fetches from the cloud. */
async function fetchedOnDay(number: number): Promise<number> {
  const store = new CountingStore(made.store);
  await backUp(number, await onStore(made, store));
  return store.bytesRead;
}

async function isWhole(number: number): Promise<boolean> {
  const content = (await restore(made.archive)).target.entries.get(path)!.content;
  return Buffer.compare(content, day(number)) === 0;
}

test('what pages changed from is not fetched from the cloud again', async () => {
  await backUp(1);
  expect(await fetchedOnDay(2)).toBeLessThan(20_000);
  expect(await fetchedOnDay(3)).toBeLessThan(20_000);
  expect(await isWhole(3)).toBe(true);
});

test('without it, it is fetched once', async () => {
  await backUp(1);
  await rm(join(folder, 'packs'), { recursive: true });
  expect(await fetchedOnDay(2)).toBeGreaterThan(2_000_000);
  expect(await fetchedOnDay(3)).toBeLessThan(20_000);
});

test.each([
  ['cut short', (place: string) => truncate(place, 100_000)],
  ['overwritten', (place: string) => writeFile(place, noise(5_000_000, 4))],
  ['emptied', (place: string) => truncate(place, 0)],
])('a pack of it that was %s is fetched again', async (_, harm) => {
  await backUp(1);
  for (const name of await readdir(join(folder, 'packs'))) await harm(join(folder, 'packs', name));
  await backUp(2);
  expect(await isWhole(2)).toBe(true);
});

test('packs that are no longer in use are dropped', async () => {
  await backUp(1);
  expect(await readdir(join(folder, 'packs'))).not.toEqual([]);
  await backup(made.archive, {}, { journal, cache: folderPackCache(join(folder, 'packs')) });
  const held = await readdir(join(folder, 'packs'));
  const stored = [...made.store.objects.keys()].filter((name) => name.includes('/packs/'));
  expect(held.length).toBeLessThan(stored.length);
});

test('a folder that cannot be written to is no reason to fail', async () => {
  await writeFile(join(folder, 'packs'), 'a file where the folder should be');
  await backUp(1);
  await backUp(2);
  expect(await isWhole(2)).toBe(true);
});
