import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Archive } from '../archive.ts';
import type { Entry } from '../entry.ts';
import { ManifestWriter, type StoreGroup } from '../manifest/manifest-writer.ts';
import { packsPrefix } from '../object-names.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { CountingStore } from '../testing/counting-store.ts';
import { Forger } from '../testing/craft.ts';
import { all, backup, databaseOf, newArchive, noise, onStore } from '../testing/fixtures.ts';
import type { MemoryTree } from '../testing/memory-source.ts';
import { type Change, diffSnapshots } from './diff.ts';
import { snapshotNamed } from './find-snapshot.ts';

const many: MemoryTree = Object.fromEntries(
  Array.from({ length: 4000 }, (_, i) => [`Media/${String(i).padStart(5, '0')}.jpg`, `picture ${i}`]),
);

describe('the difference of two snapshots', () => {
  test('is what was added, removed and changed, in the order of the paths', async () => {
    const { archive } = await newArchive();
    await backup(archive, { a: 'a', b: 'b', c: 'c', e: { content: 'e', mode: 0o600 }, same: 'same' });
    const link = { kind: 'symlink', linkTarget: 'a' } as const;
    await backup(archive, {
      a: { content: 'a', mtimeNs: 5n },
      b: 'bb',
      d: 'd',
      e: link,
      same: 'same',
    });
    const changes = await differences(archive, '1', '2');
    expect(changes.map(brief)).toEqual([
      ['changed', 'a', 'time'],
      ['changed', 'b', 'content,size'],
      ['removed', 'c', ''],
      ['added', 'd', ''],
      ['changed', 'e', 'kind,content,size,mode,link'],
    ]);
    expect(changes[1]).toMatchObject({ before: { size: 1 }, after: { size: 2 } });
    const backwards = await differences(archive, '2', '1');
    expect(backwards.map(brief)).toContainEqual(['added', 'c', '']);
    expect(await differences(archive, '2', '2')).toEqual([]);
  });

  test('tells changed content of equal size and time, also when pages are patched', async () => {
    const { archive } = await newArchive();
    const pages = Array.from({ length: 40 }, (_, i) => noise(4096, i + 1));
    await backup(archive, database(pages));
    const changed = pages.with(
      20,
      pages[20]!.map((byte, i) => (i === 100 ? byte ^ 1 : byte)),
    );
    await backup(archive, database(changed));
    await backup(archive, database(changed));
    expect((await differences(archive, '1', '2')).map(brief)).toEqual([
      ['changed', 'msgstore.db', 'content'],
    ]);
    expect(await differences(archive, '2', '3')).toEqual([]);
  });

  test('reads of the manifests only what they do not share, and nothing else', async () => {
    const made = await newArchive();
    const large = { content: noise(3_000_000, 1) };
    await backup(made.archive, { ...many, large });
    await backup(made.archive, { ...many, 'Media/02000.jpg': 'another one', large });
    const store = new CountingStore(made.store);
    const archive = await onStore(made, store);
    const [before, after] = [await snapshotNamed(archive, '1'), await snapshotNamed(archive, '2')];
    store.reset();
    expect((await all(diffSnapshots(archive, before, after))).map(brief)).toEqual([
      ['changed', 'Media/02000.jpg', 'content,size'],
    ]);
    const manifest = before.manifest.reduce((sum, { sealedLength }) => sum + sealedLength, 0);
    expect(before.manifest.length).toBeGreaterThan(4);
    expect(store.bytesRead).toBeLessThan(manifest);
    expect(new Set(store.read)).toEqual(
      new Set(store.read.filter((name) => name.startsWith(packsPrefix(archive.id)))),
    );
  });

  test.each([0, 16_383, 16_384, 19_999])(
    'of a file that takes several records, whose piece %i changed, is that one file',
    async (changed) => {
      const { archive } = await newArchive();
      const forger = new Forger(archive);
      const chunk = await forger.chunk(noise(20_000, 1));
      const other = await forger.chunk(noise(20_000, 2));
      const large = (pick: (i: number) => ChunkRef): Entry => ({
        ...fileOf('large', 20_000),
        extents: Array.from({ length: 20_000 }, (_, i) => ({ chunk: pick(i), offset: i, length: 1 })),
      });
      const was = large(() => chunk);
      const is = large((i) => (i === changed ? other : chunk));
      const [a, b, z] = [fileOf('a', 0), fileOf('b', 0), fileOf('z', 0)];
      const store = sharing(forger);
      const first = await manifestOf(archive, store, [a, was, z]);
      const second = await manifestOf(archive, store, [b, was, z]);
      const third = await manifestOf(archive, store, [b, is, z]);
      const gone = await manifestOf(archive, store, [b, z]);
      await forger.snapshotOf([]);
      const between = async (...[before, after]: readonly Manifest[]): Promise<string[][]> =>
        (await all(diffSnapshots(archive, before!, after!))).map(brief);
      expect(first.manifest).toHaveLength(2);
      const onlyNames = [
        ['removed', 'a', ''],
        ['added', 'b', ''],
      ];
      expect(await between(first, second)).toEqual(onlyNames);
      expect(await between(second, third)).toEqual([['changed', 'large', 'content']]);
      expect(await between(first, third)).toEqual([...onlyNames, ['changed', 'large', 'content']]);
      expect(await between(second, gone)).toEqual([['removed', 'large', '']]);
      expect(await between(gone, third)).toEqual([['added', 'large', '']]);
    },
  );

  test('of any two trees is what comparing them path by path says', async () => {
    const path = fc.constantFrom('a', 'a-b', 'a/b', 'a/c', 'ü', '😀', '\uffff', 'z');
    const tree = fc.dictionary(path, fc.constantFrom('one', 'two', 'three, longer'));
    await fc.assert(
      fc.asyncProperty(tree, tree, async (first, second) => {
        const { archive } = await newArchive();
        await backup(archive, first);
        await backup(archive, second);
        const changes = await differences(archive, 'previous', 'latest');
        expect(changes.map((change) => `${change.change} ${pathOf(change)}`).toSorted()).toEqual(
          expectedOf(first, second).toSorted(),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('is not told when a part of a manifest is damaged', async () => {
    const { archive, store } = await newArchive();
    await backup(archive, { a: 'a' });
    await backup(archive, { a: 'b' });
    const [before, after] = [await snapshotNamed(archive, '1'), await snapshotNamed(archive, '2')];
    const { pack, offset } = after.manifest[0]!;
    const bytes = store.objects.get(`${packsPrefix(archive.id)}${pack}`)!;
    bytes[offset + 3]! ^= 1;
    const told = all(diffSnapshots(archive, before, after));
    await expect(told).rejects.toMatchObject({ code: 'archive-damaged' });
  });

  test('stops when it is told to, and tells how far it is', async () => {
    const { archive } = await newArchive();
    await backup(archive, many);
    await backup(archive, { new: 'new' });
    const [before, after] = [await snapshotNamed(archive, '1'), await snapshotNamed(archive, '2')];
    const heard: number[] = [];
    await all(
      diffSnapshots(archive, before, after, {
        progress: ({ bytesDone, bytesTotal }) => heard.push(bytesDone / bytesTotal),
      }),
    );
    expect(heard.at(-1)).toBe(1);
    const stop = new AbortController();
    const stopped = all(
      diffSnapshots(archive, before, after, {
        signal: stop.signal,
        progress: ({ bytesDone }) => bytesDone > 0 && stop.abort(),
      }),
    );
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('a snapshot is named', () => {
  test('by its number, its id in either case, and as the latest or the one before', async () => {
    const { archive } = await newArchive();
    const made = [
      await backup(archive, { a: '1' }),
      await backup(archive, { a: '2' }),
      await backup(archive, { a: '3' }),
    ];
    const named = async (name: string): Promise<number> => (await snapshotNamed(archive, name)).number;
    expect(await named('2')).toBe(2);
    expect(await named('3')).toBe(3);
    expect(await named(made[0]!.id)).toBe(1);
    expect(await named(made[0]!.id.toLowerCase())).toBe(1);
    expect(await named('latest')).toBe(3);
    expect(await named('previous')).toBe(2);
  });

  test.each([
    '',
    '0',
    '4',
    '-1',
    '1.0',
    'newest',
    '../descriptor',
    '9'.repeat(25),
    '01M803XR117TYC172H7NB8KR54',
  ])('not as %j', async (name) => {
    const { archive } = await newArchive();
    await backup(archive, { a: '1' });
    await expect(snapshotNamed(archive, name)).rejects.toMatchObject({ code: 'snapshot-missing' });
  });

  test('only when there is one', async () => {
    const { archive } = await newArchive();
    for (const name of ['latest', 'previous', '1'])
      await expect(snapshotNamed(archive, name)).rejects.toMatchObject({ code: 'snapshot-missing' });
  });
});

function database(pages: readonly Uint8Array<ArrayBuffer>[]): MemoryTree {
  return { 'msgstore.db': { category: 'messages', content: databaseOf(pages) } };
}

type Manifest = Parameters<typeof diffSnapshots>[1];

function fileOf(path: string, size: number): Entry {
  const facts = { path, kind: 'file', category: 'other', size, mtimeNs: 0n, mode: 0o644 } as const;
  return { ...facts, extents: [], patches: [] };
}

/** Stores equal groups once, as a backup does. */
function sharing(forger: Forger): StoreGroup {
  const known = new Map<string, Promise<ChunkRef>>();
  return (plain) => {
    const text = Buffer.from(plain).toString('latin1');
    const ref = known.get(text) ?? forger.chunk(plain.slice());
    known.set(text, ref);
    return ref;
  };
}

async function manifestOf(archive: Archive, store: StoreGroup, entries: readonly Entry[]): Promise<Manifest> {
  const writer = new ManifestWriter(archive.keys.current.manifestCut, store);
  for (const entry of entries) await writer.add(entry);
  return { manifest: await writer.finish() };
}

async function differences(archive: Archive, before: string, after: string): Promise<Change[]> {
  return all(
    diffSnapshots(archive, await snapshotNamed(archive, before), await snapshotNamed(archive, after)),
  );
}

function pathOf(change: Change): string {
  return change.change === 'removed' ? change.before.path : change.after.path;
}

function brief(change: Change): string[] {
  return [change.change, pathOf(change), change.change === 'changed' ? change.what.join() : ''];
}

function expectedOf(first: Record<string, string>, second: Record<string, string>): string[] {
  const paths = new Set([...Object.keys(first), ...Object.keys(second)]);
  return [...paths].flatMap((path) => {
    if (!(path in first)) return [`added ${path}`];
    if (!(path in second)) return [`removed ${path}`];
    return first[path] === second[path] ? [] : [`changed ${path}`];
  });
}
