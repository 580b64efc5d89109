import { type Bytes, isStrongroomError, utf8 } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Source } from '../source.ts';
import { all, newArchive, noise, phone, restore, textsOf } from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import { writeSnapshot } from '../write/write-snapshot.ts';
import { fileListSource } from './file-list-source.ts';

const lastModified = 1_700_000_000_123;

/** A file as `<input type="file" webkitdirectory>` gives it, or without a slash as one that was chosen alone. */
function chosen(path: string, content: Bytes | string = path): File {
  const file = new File([content], path.split('/').at(-1)!, { lastModified });
  const relative = path.includes('/') ? path : '';
  return Object.defineProperty(file, 'webkitRelativePath', { value: relative });
}

function dayWith(media: string): Source {
  return fileListSource([
    chosen('W/Databases/msgstore.db', noise(200_000, 1)),
    chosen('W/Media/a.jpg', media),
  ]);
}

async function pathsOf(source: Source): Promise<string[]> {
  return (await all(source.entries())).map(({ path }) => path);
}

describe('files that were chosen', () => {
  test('of a single folder stand directly in the source, in the order of a manifest', async () => {
    const paths = ['b', 'a/b', 'a-b', 'a.txt', 'a/a', 'Ä', '\u{1f600}', '\uffff'];
    const source = fileListSource(paths.map((path) => chosen(`WhatsApp/${path}`)));
    expect(source.labels).toEqual(['WhatsApp']);
    expect(await pathsOf(source)).toEqual(['a-b', 'a.txt', 'a/a', 'a/b', 'b', 'Ä', '\uffff', '\u{1f600}']);
    expect(await pathsOf(source)).toHaveLength(8);
  });

  test('of several folders, or none, keep their names', async () => {
    const source = fileListSource(['one/a', 'two/b/c', 'd'].map((path) => chosen(path)));
    expect(source.labels).toEqual(['one', 'two', 'd']);
    expect(await pathsOf(source)).toEqual(['d', 'one/a', 'two/b/c']);
    expect(await pathsOf(fileListSource([chosen('a')]))).toEqual(['a']);
    expect(await pathsOf(fileListSource([]))).toEqual([]);
  });

  test('have different paths', () => {
    expect(() => fileListSource([chosen('a'), chosen('a')])).toThrow(
      expect.objectContaining({ code: 'wrong-usage' }),
    );
  });

  test('say what they are', async () => {
    const paths = ['Databases/msgstore.db', 'Media/x.bin', 'IMG.jpg', 'notes.txt'];
    const entries = await all(fileListSource(paths.map((path) => chosen(`W/${path}`))).entries());
    expect(entries.map(({ path, category, identity }) => [path, category, identity])).toEqual([
      ['Databases/msgstore.db', 'messages', undefined],
      ['IMG.jpg', 'media', `9:${lastModified}`],
      ['Media/x.bin', 'media', `13:${lastModified}`],
      ['notes.txt', 'other', undefined],
    ]);
    expect(entries[0]).toMatchObject({
      kind: 'file',
      size: 23,
      mode: 0o644,
      mtimeNs: 1_700_000_000_123_000_000n,
    });
  });

  test('are not known by a time that has just been', async () => {
    const [entry] = await all(fileListSource([chosen('a.jpg')], { now: () => lastModified + 100 }).entries());
    expect(entry!.identity).toBeUndefined();
  });

  test('are read where one asks', async () => {
    const [entry] = await all(fileListSource([chosen('a', '0123456789')]).entries());
    const content = await entry!.open();
    expect(await content.read(3, 4)).toEqual(utf8('3456'));
    expect(await content.read(8, 4)).toEqual(utf8('89'));
    expect(await content.read(10, 4)).toEqual(new Uint8Array());
    await content.close();
  });

  test('are backed up, and read again the next day unless they are media of the same size and time', async () => {
    const { archive } = await newArchive();
    const journal = new MemoryJournal();
    await writeSnapshot(archive, dayWith('first'), { device: phone, journal });
    const second = await writeSnapshot(archive, dayWith('other'), { device: phone, journal });
    expect(second.newBytes).toBe(0);
    const third = await writeSnapshot(archive, dayWith('longer'), { device: phone, journal });
    expect(third.newBytes).toBeGreaterThan(0);
    const { target } = await restore(archive, 'latest', { only: ({ path }) => path === 'Media/a.jpg' });
    expect(textsOf(target)).toEqual({ 'Media/a.jpg': 'longer' });
  });
});

describe('files that lie somewhere', () => {
  let root: FileSystemDirectoryHandle;
  let handle: FileSystemFileHandle;

  beforeEach(async () => {
    root = await navigator.storage.getDirectory();
    handle = await root.getFileHandle(`${crypto.randomUUID()}.jpg`, { create: true });
    await write('content');
  });

  afterEach(() => root.removeEntry(handle.name).catch(() => undefined));

  async function write(text: string): Promise<void> {
    const writable = await handle.createWritable();
    await writable.write(text);
    await writable.close();
  }

  async function readAfter(change: () => Promise<void>): Promise<unknown> {
    const [entry] = await all(fileListSource([await handle.getFile()]).entries());
    const content = await entry!.open();
    await change();
    return content.read(0, 100).catch((error: unknown) => error);
  }

  test('are read', async () => {
    expect(await readAfter(() => Promise.resolve())).toEqual(utf8('content'));
  });

  test('cannot be read when they are others meanwhile, or gone', async () => {
    for (const change of [() => write('other, longer content'), () => root.removeEntry(handle.name)]) {
      const error = await readAfter(change);
      expect(isStrongroomError(error, 'not-permitted', 'source-missing')).toBe(true);
    }
  });
});
