import type { StrongroomError } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { packsPrefix, snapshotName } from '../object-names.ts';
import { CountingStore } from '../testing/counting-store.ts';
import { backup, newArchive, noise, onStore, restore } from '../testing/fixtures.ts';
import type { MemoryTree } from '../testing/memory-source.ts';
import { type FindResult, findEntries } from './find.ts';
import { snapshotNamed } from './find-snapshot.ts';
import { selectionOf } from './selection.ts';

describe('what is found', () => {
  test('is every version of every path that fits, and the snapshots that have it', async () => {
    const { archive } = await newArchive();
    await backup(archive, { 'notes/a.txt': 'one', 'b.txt': 'b', 'c.jpg': 'c' });
    await backup(archive, { 'notes/a.txt': 'two', 'b.txt': 'b' });
    await backup(archive, { 'notes/a.txt': 'two', 'b.txt': 'b' });
    await backup(archive, { 'notes/a.txt': 'one', 'b.txt': { content: 'b', mtimeNs: 9n } });
    const found = await findEntries(archive, selectionOf('*.txt'));
    expect(brief(found)).toEqual([
      ['b.txt', 4],
      ['b.txt', 3, 2, 1],
      // Equal in size and time, and told apart by content.
      ['notes/a.txt', 4, 1],
      ['notes/a.txt', 3, 2],
    ]);
    expect(found.versions[0]).toMatchObject({ kind: 'file', size: 1, mtimeNs: 9n });
    expect(found.searched.map(({ number }) => number)).toEqual([4, 3, 2, 1]);
    expect(brief(await findEntries(archive, selectionOf('*.jpg')))).toEqual([['c.jpg', 1]]);
    expect(brief(await findEntries(archive, selectionOf('notes')))).toHaveLength(2);
    expect(brief(await findEntries(archive, selectionOf('nothing')))).toEqual([]);
  });

  test('may be looked for in one snapshot', async () => {
    const { archive } = await newArchive();
    const { id } = await backup(archive, { a: 'one' });
    await backup(archive, { a: 'two', b: 'b' });
    expect(brief(await findEntries(archive, selectionOf('*'), { snapshot: id }))).toEqual([['a', 1]]);
    expect(brief(await findEntries(archive, selectionOf('*'), { snapshot: 'latest' }))).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
    const missing = findEntries(archive, selectionOf('*'), { snapshot: '3' });
    await expect(missing).rejects.toMatchObject({ code: 'snapshot-missing' });
  });

  test('is nothing in an archive without snapshots', async () => {
    const { archive } = await newArchive();
    expect(await findEntries(archive, selectionOf('*'))).toEqual({
      versions: [],
      searched: [],
      truncated: false,
    });
  });

  test('costs one look at what the snapshots share', async () => {
    const made = await newArchive();
    const tree = manyFiles(3000);
    for (let i = 0; i < 6; i++) await backup(made.archive, { ...tree, 'a.txt': `version ${i}` });
    const store = new CountingStore(made.store);
    const archive = await onStore(made, store);
    const { manifest } = await snapshotNamed(archive, 'latest');
    const bytes = manifest.reduce((sum, { sealedLength }) => sum + sealedLength, 0);
    store.reset();
    const { versions } = await findEntries(archive, selectionOf('Media/*00.jpg'));
    expect(versions).toHaveLength(30);
    expect(versions.every(({ snapshots }) => snapshots.length === 6)).toBe(true);
    const ofPacks = store.read.filter((name) => name.startsWith(packsPrefix(archive.id)));
    expect(ofPacks.length).toBeLessThan(2 * (manifest.length + 6) + 6);
    expect(store.bytesRead).toBeLessThan(3 * bytes);
  });

  test('ends where it would be too much, and says so', async () => {
    const { archive } = await newArchive();
    await backup(archive, manyFiles(50));
    const found = await findEntries(archive, selectionOf('**'), { most: 10 });
    expect([found.versions.length, found.truncated]).toEqual([10, true]);
  });

  test('goes on without a snapshot and a part of a manifest that are lost, and says so', async () => {
    const { archive, store } = await newArchive();
    const first = await backup(archive, { a: 'one' });
    await backup(archive, { a: 'two' });
    await backup(archive, { a: 'three' });
    store.objects.delete(snapshotName(archive.id, first.id));
    const [group] = (await snapshotNamed(archive, '2')).manifest;
    store.objects.get(`${packsPrefix(archive.id)}${group!.pack}`)![group!.offset]! ^= 1;
    const problems: StrongroomError[] = [];
    const onProblem = (problem: StrongroomError): void => void problems.push(problem);
    const found = await findEntries(archive, selectionOf('a'), { onProblem });
    expect(brief(found)).toEqual([['a', 3]]);
    expect(problems.map(({ code }) => code)).toEqual(['archive-incomplete', 'archive-damaged']);
    await expect(findEntries(archive, selectionOf('a'))).rejects.toMatchObject({
      code: 'archive-incomplete',
    });
  });

  test('stops when it is told to', async () => {
    const { archive } = await newArchive();
    await backup(archive, manyFiles(3000));
    const stop = new AbortController();
    const options = {
      signal: stop.signal,
      progress: ({ bytesDone }: { readonly bytesDone: number }) => bytesDone > 0 && stop.abort(),
    };
    await expect(findEntries(archive, selectionOf('*'), options)).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('a restore of one photo out of 60 MB', () => {
  test('reads little more than the photo, from the newest snapshot and from an older one', async () => {
    const made = await newArchive();
    const photos = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [
        `Media/${i}.jpg`,
        { category: 'media', content: noise(300_000, i + 1) } as const,
      ]),
    );
    const first = await backup(made.archive, photos);
    await backup(made.archive, {
      ...photos,
      'Media/77.jpg': { category: 'media', content: noise(300_000, 999) },
    });
    await backup(made.archive, {
      ...photos,
      'Media/77.jpg': { category: 'media', content: noise(300_000, 999) },
    });
    const store = new CountingStore(made.store);
    const archive = await onStore(made, store);
    const seeds: readonly (readonly [string, number])[] = [
      ['latest', 999],
      [first.id, 78],
    ];
    for (const [snapshot, seed] of seeds) {
      store.reset();
      const { target } = await restore(archive, snapshot, { only: selectionOf('77.jpg') });
      expect([...target.entries.keys()]).toEqual(['Media/77.jpg']);
      expect(Buffer.compare(target.entries.get('Media/77.jpg')!.content, noise(300_000, seed))).toBe(0);
      expect(store.bytesRead).toBeGreaterThan(300_000);
      expect(store.bytesRead).toBeLessThan(600_000);
    }
  });
});

function manyFiles(count: number): MemoryTree {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`Media/${String(i).padStart(5, '0')}.jpg`, `picture ${i}`]),
  );
}

/** Each version's path, and the numbers of the snapshots that have it. */
function brief({ versions }: FindResult): (string | number)[][] {
  return versions.map(({ path, snapshots }) => [path, ...snapshots.map(({ number }) => number)]);
}
