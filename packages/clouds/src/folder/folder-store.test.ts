import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectStoreConformance } from '@strongroom/archive/testing';
import { utf8 } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { storeError } from './folder-errors.ts';
import { folderStore } from './folder-store.ts';

let base: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'folder-store-'));
});

afterEach(async () => {
  await rm(base, { recursive: true, force: true });
});

describe('the folder store is an object store that', () => {
  test.each(objectStoreConformance)('$name', async ({ run }) => {
    await expect(run(folderStore(join(base, 'cloud')))).resolves.toBeUndefined();
  });
});

describe('the folder store', () => {
  test('makes its folder with the first object only', async () => {
    const store = folderStore(join(base, 'new/cloud'));
    expect(await names(store.list(''))).toEqual([]);
    expect(await readdir(base)).toEqual([]);
    await store.put('a/b', utf8('x'));
    expect(await readFile(join(base, 'new/cloud/a/b'), 'utf8')).toBe('x');
  });

  test('does not show what a cut-off write left behind, and removes it after a day', async () => {
    const store = folderStore(base);
    const part = join(base, 'a', '.00000000-0000-4000-8000-000000000000.part');
    await mkdir(join(base, 'a'));
    await writeFile(part, 'half');
    await store.put('a/b', utf8('x'));
    expect(await names(store.list(''))).toEqual(['a/b']);
    expect(await readdir(join(base, 'a'))).toHaveLength(2);
    await utimes(part, 1, 1);
    await folderStore(base).put('a/c', utf8('x'));
    expect((await readdir(join(base, 'a'))).toSorted()).toEqual(['b', 'c']);
  });

  test('leaves nothing unfinished behind when a write is refused', async () => {
    const store = folderStore(base);
    await store.put('a/b', utf8('x'));
    await expect(store.put('a/b', utf8('y'), { ifAbsent: true })).rejects.toMatchObject({
      code: 'object-exists',
    });
    await expect(store.put('a/b/c', utf8('y'))).rejects.toMatchObject({ code: 'cloud-unreachable' });
    expect(await readdir(join(base, 'a'))).toEqual(['b']);
  });

  test('says whether the disk is full, closed to us, or out of reach', () => {
    expect(storeError(system('ENOSPC'), 'here')).toMatchObject({
      code: 'cloud-full',
      details: { where: 'here' },
    });
    expect(storeError(system('EDQUOT'), 'here')).toMatchObject({ code: 'cloud-full' });
    expect(storeError(system('EACCES'), 'here')).toMatchObject({ code: 'cloud-denied' });
    expect(storeError(system('EROFS'), 'here')).toMatchObject({ code: 'cloud-denied' });
    expect(storeError(system('EIO'), 'here')).toMatchObject({ code: 'cloud-unreachable' });
    const other = new Error('a mistake of ours');
    expect(storeError(other, 'here')).toBe(other);
  });
});

function system(code: string): Error {
  return Object.assign(new Error(code), { code });
}

async function names(objects: AsyncIterable<{ name: string }>): Promise<string[]> {
  const all: string[] = [];
  for await (const { name } of objects) all.push(name);
  return all;
}
