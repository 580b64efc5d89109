import { type Bytes, equalBytes, utf8 } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Source, SourceEntry } from '../source.ts';
import { noise } from '../testing/fixtures.ts';
import { directorySource } from './directory-source.ts';

const later = (): number => Date.now() + 10_000;

let root: FileSystemDirectoryHandle;
let folder: FileSystemDirectoryHandle;

beforeEach(async () => {
  root = await navigator.storage.getDirectory();
  folder = await root.getDirectoryHandle(crypto.randomUUID(), { create: true });
});

afterEach(() => root.removeEntry(folder.name, { recursive: true }));

async function put(path: string, content: Bytes): Promise<void> {
  const segments = path.split('/');
  let directory = folder;
  for (const segment of segments.slice(0, -1))
    directory = await directory.getDirectoryHandle(segment, { create: true });
  const writable = await (await directory.getFileHandle(segments.at(-1)!, { create: true })).createWritable();
  await writable.write(content);
  await writable.close();
}

async function entriesOf(source: Source): Promise<SourceEntry[]> {
  const entries: SourceEntry[] = [];
  for await (const entry of source.entries()) entries.push(entry);
  return entries;
}

describe('a directory of the browser as a source', () => {
  test('shows every file in the order of manifests, below a prefix', async () => {
    for (const path of ['b/2.jpg', 'b-/1.jpg', 'b.jpg', 'a/ü/漢字.txt', '\u{1f600}.jpg', '\uffee.jpg'])
      await put(path, utf8(path));
    const entries = await entriesOf(directorySource(folder, { prefix: 'media/' }));
    expect(entries.map(({ path }) => path)).toEqual(
      ['a/ü/漢字.txt', 'b-/1.jpg', 'b.jpg', 'b/2.jpg', '\uffee.jpg', '\u{1f600}.jpg'].map(
        (path) => `media/${path}`,
      ),
    );
    expect(entries.every(({ category }) => category === 'media' || category === 'other')).toBe(true);
  });

  test('gives the bytes asked for, and fewer only at the end', async () => {
    const content = noise(300_000, 1).slice();
    await put('a.jpg', content);
    const [entry] = await entriesOf(directorySource(folder));
    expect(entry).toMatchObject({ path: 'a.jpg', kind: 'file', size: 300_000 });
    const opened = await entry!.open();
    expect(equalBytes(await opened.read(100_000, 150_000), content.slice(100_000, 250_000))).toBe(true);
    expect(await opened.read(299_990, 100)).toHaveLength(10);
    expect(await opened.changed()).toBe(false);
    await opened.close();
  });

  test('knows a file again that is written once, but not one that has just been written, nor other files', async () => {
    await put('a.jpg', noise(100, 1).slice());
    await put('notes.txt', utf8('x'));
    const known = await entriesOf(directorySource(folder, { now: later }));
    expect(known.map(({ identity }) => identity === undefined)).toEqual([false, true]);
    const all = await entriesOf(directorySource(folder, { now: later, isWrittenOnce: () => true }));
    expect(all.every(({ identity }) => identity !== undefined)).toBe(true);
    const fresh = await entriesOf(directorySource(folder, { now: () => Date.now() - 5 }));
    expect(fresh.every(({ identity }) => identity === undefined)).toBe(true);
  });

  test('leaves out what is not wanted', async () => {
    for (const path of ['a.jpg', 'b.mp4']) await put(path, utf8(path));
    const entries = await entriesOf(directorySource(folder, { only: (path) => !path.endsWith('.mp4') }));
    expect(entries.map(({ path }) => path)).toEqual(['a.jpg']);
  });

  test('says that a file is gone, or is another one', async () => {
    await put('a.jpg', noise(100, 1).slice());
    await put('b.jpg', noise(100, 2).slice());
    const [gone, changed] = await entriesOf(directorySource(folder));
    const before = await changed!.open();
    await folder.removeEntry('a.jpg');
    await put('b.jpg', noise(200, 3).slice());
    await expect(gone!.open()).rejects.toMatchObject({ code: 'source-missing' });
    await expect(before.read(0, 100)).rejects.toMatchObject({ code: 'not-permitted' });
  });
});
