import { type Bytes, utf8 } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EntryFacts } from '../entry.ts';
import { RestoreError, type RestoreResult, restoreSnapshot } from '../read/restore.ts';
import { stateFolder } from '../restore-state.ts';
import { Forger } from '../testing/craft.ts';
import { type TestArchive, backup, newArchive, noise, prose } from '../testing/fixtures.ts';
import type { MemoryTree } from '../testing/memory-source.ts';
import type { Warning } from '../warning.ts';
import { directoryTarget } from './directory-target.ts';

const tree = {
  'Databases/msgstore.db': { category: 'messages', content: noise(700_000, 1) },
  'Media/a.jpg': { category: 'media', content: noise(300_000, 2) },
  'Media/Sent/b.jpg': { category: 'media', content: noise(300_000, 3) },
  Empty: { kind: 'directory' },
  'empty.txt': { content: new Uint8Array() },
  'Ünï 漢字 😀.txt': { content: prose(5000) },
} satisfies MemoryTree;

const contents: Record<string, Bytes> = Object.fromEntries(
  Object.entries(tree).flatMap(([path, entry]) => ('content' in entry ? [[path, entry.content]] : [])),
);

let root: FileSystemDirectoryHandle;
let folder: FileSystemDirectoryHandle;

beforeEach(async () => {
  root = await navigator.storage.getDirectory();
  folder = await root.getDirectoryHandle(crypto.randomUUID(), { create: true });
});

afterEach(() => root.removeEntry(folder.name, { recursive: true }));

/** Every file below a folder. */
async function filesIn(directory: FileSystemDirectoryHandle, prefix = ''): Promise<Record<string, Bytes>> {
  const found: Record<string, Bytes> = {};
  for await (const [name, handle] of directory.entries()) {
    const path = prefix + name;
    if (handle.kind === 'directory') Object.assign(found, await filesIn(handle, `${path}/`));
    else found[path] = new Uint8Array(await (await handle.getFile()).arrayBuffer());
  }
  return found;
}

async function put(path: string, content: Bytes): Promise<void> {
  const segments = path.split('/');
  let directory = folder;
  for (const segment of segments.slice(0, -1))
    directory = await directory.getDirectoryHandle(segment, { create: true });
  const writable = await (await directory.getFileHandle(segments.at(-1)!, { create: true })).createWritable();
  await writable.write(content);
  await writable.close();
}

async function archiveOf(files: MemoryTree = tree): Promise<TestArchive> {
  const made = await newArchive();
  await backup(made.archive, files);
  return made;
}

/** Restores as far as it goes. */
async function bringBack(
  { archive }: TestArchive,
  options: { warn?: (warning: Warning) => void; signal?: AbortSignal } = {},
): Promise<RestoreResult> {
  try {
    return await restoreSnapshot(archive, 'latest', directoryTarget(folder), options);
  } catch (error) {
    if (error instanceof RestoreError) return error.result;
    throw error;
  }
}

function facts(path: string, size = 3): EntryFacts {
  return { path, kind: 'file', category: 'other', size, mtimeNs: 0n, mode: 0o644 };
}

describe('a restore to a folder of the browser', () => {
  test('brings back every file, and empty folders', async () => {
    const result = await bringBack(await archiveOf());
    expect(result).toMatchObject({ restored: 5, skipped: 0, failures: [] });
    expect(await filesIn(folder)).toEqual(contents);
    await expect(folder.getDirectoryHandle('Empty')).resolves.toBeDefined();
  });

  test('refuses a folder that is not empty, and changes nothing', async () => {
    await put('mine.txt', utf8('mine'));
    await expect(bringBack(await archiveOf())).rejects.toMatchObject({ code: 'target-not-empty' });
    expect(await filesIn(folder)).toEqual({ 'mine.txt': utf8('mine') });
  });

  test('refuses what another restore has left, and goes on with its own', async () => {
    const [one, other] = [await archiveOf(), await archiveOf()];
    const stop = new AbortController();
    const target = directoryTarget(folder);
    const file = target.file.bind(target);
    let begun = 0;
    target.file = (entry) => {
      if (++begun === 3) stop.abort();
      return file(entry);
    };
    const stopped = restoreSnapshot(one.archive, 'latest', target, { signal: stop.signal });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    await put('Media/a.jpg', contents['Media/a.jpg']!);
    await expect(bringBack(other)).rejects.toMatchObject({ code: 'target-not-empty' });
    const { restored, skipped, failures } = await bringBack(one);
    expect(failures).toEqual([]);
    expect(skipped).toBeGreaterThan(0);
    expect(restored + skipped).toBe(5);
    expect(await filesIn(folder)).toEqual(contents);
  });

  test('takes the place of the empty file that a crash has left, and of no other', async () => {
    const made = await archiveOf({ ...tree, link: { kind: 'symlink', linkTarget: 'x' } });
    expect(await bringBack(made)).toMatchObject({ failures: [{ path: 'link' }] });
    await put('Media/a.jpg', new Uint8Array());
    await put('Media/Sent/b.jpg', utf8('another file'));
    const warnings: Warning[] = [];
    const result = await bringBack(made, { warn: (warning) => warnings.push(warning) });
    expect(result).toMatchObject({ restored: 1, skipped: 4 });
    expect(warnings).toMatchObject([{ code: 'kept', path: 'Media/Sent/b.jpg' }]);
    const { [`${stateFolder}/state.json`]: _, ...found } = await filesIn(folder);
    expect(found).toEqual({ ...contents, 'Media/Sent/b.jpg': utf8('another file') });
  });

  test('leaves nothing of a file that is damaged, and brings back the others', async () => {
    const made = await archiveOf();
    const [pack] = [...made.store.objects.keys()].filter((name) => name.includes('/packs/'));
    made.store.objects.get(pack!)![100_000]! ^= 1;
    const { failures, restored } = await bringBack(made);
    expect(failures).toHaveLength(1);
    expect(restored).toBe(4);
    const { [`${stateFolder}/state.json`]: _, ...found } = await filesIn(folder);
    const { [failures[0]!.path]: lost, ...rest } = contents;
    expect(lost).toBeDefined();
    expect(found).toEqual(rest);
  });

  test('does not write into its own folder, whatever an archive says', async () => {
    const { failures } = await bringBack(
      await archiveOf({ [`${stateFolder}/state.json`]: 'x', 'a.txt': 'a' }),
    );
    expect(failures).toMatchObject([{ path: `${stateFolder}/state.json`, error: { code: 'not-permitted' } }]);
  });

  test('says so when one path is a file and a folder', async () => {
    const made = await newArchive();
    const forger = new Forger(made.archive);
    await forger.snapshot([await forger.file('a'), await forger.file('a/b')]);
    expect((await bringBack(made)).failures).toMatchObject([{ error: { code: 'archive-damaged' } }]);
  });
});

describe('a file of a folder of the browser', () => {
  test('is empty under its name until it is whole', async () => {
    const target = directoryTarget(folder);
    const file = await target.file(facts('a/b'));
    await file.write(utf8('ab'));
    expect(await filesIn(folder)).toMatchObject({ 'a/b': new Uint8Array() });
    expect(await target.look(facts('a/b'))).toBe('absent');
    await file.write(utf8('c'));
    await file.commit();
    expect(await filesIn(folder)).toEqual({ 'a/b': utf8('abc') });
    expect(await target.look(facts('a/b'))).toBe('same');
    expect(await target.look(facts('a/b', 4))).toBe('other');
    expect(await target.look(facts('a'))).toBe('other');
    expect(await target.look(facts('a/b/c'))).toBe('absent');
  });

  test('is gone when it is discarded', async () => {
    const file = await directoryTarget(folder).file(facts('a'));
    await file.write(utf8('ab'));
    await file.discard();
    expect(await filesIn(folder)).toEqual({});
  });

  test('does not take the place of one that came meanwhile', async () => {
    const target = directoryTarget(folder);
    const file = await target.file(facts('a'));
    await file.write(utf8('abc'));
    await put('a', utf8('mine'));
    await expect(file.commit()).rejects.toMatchObject({ code: 'not-permitted' });
    await file.discard();
    await expect(target.file(facts('a'))).rejects.toMatchObject({ code: 'not-permitted' });
    expect(await filesIn(folder)).toEqual({ a: utf8('mine') });
  });

  test('has a name that the browser allows', async () => {
    const target = directoryTarget(folder);
    await expect(target.file(facts('a\\b'))).rejects.toMatchObject({ code: 'not-permitted' });
    await expect(target.directory(facts('a\\b'))).rejects.toMatchObject({ code: 'not-permitted' });
    expect(await filesIn(folder)).toEqual({});
  });
});
