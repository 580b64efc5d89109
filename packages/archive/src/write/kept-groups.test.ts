import { describe, expect, test } from 'vitest';
import type { Archive } from '../archive.ts';
import { GroupCutter } from '../manifest/cut.ts';
import { readGroup } from '../manifest/manifest-reader.ts';
import { packName } from '../object-names.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { ChunkReader } from '../pack/chunk-reader.ts';
import { comparePaths } from '../paths.ts';
import { readEntries } from '../read/entries.ts';
import { publishRotated } from '../rotate/publish-rotated.ts';
import { findSnapshot } from '../snapshot/history.ts';
import { all, backup, newArchive, phone, restore, testKey, textsOf } from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import type { MemoryTree } from '../testing/memory-source.ts';

describe('groups of the list of files', () => {
  const tree: MemoryTree = {
    a: { content: 'one', identity: '1' },
    b: { content: 'two', identity: '1' },
  };
  const changed: MemoryTree = { ...tree, c: { kind: 'directory' } };

  test('in a pack that is not as it should be are stored anew', async () => {
    const { archive, store } = await newArchive();
    const journal = new MemoryJournal();
    await backup(archive, tree, { journal });
    // What this one stores is the list alone.
    await backup(archive, changed, { journal });
    const [{ pack }] = await groupsOf(archive);
    const name = packName(archive.id, pack);
    const bytes = store.objects.get(name)!;
    store.objects.set(name, new Uint8Array([...bytes, 0]));
    const { newBytes } = await backup(archive, changed, { journal });
    expect(newBytes).toBeGreaterThan(0);
    const [after] = await groupsOf(archive);
    expect(after.pack).not.toBe(pack);
    store.objects.delete(name);
    expect(textsOf((await restore(archive)).target)).toMatchObject({ a: 'one', b: 'two' });
  });

  test('are cut by the new key once there is one, though nothing has changed', async () => {
    const { archive } = await newArchive();
    const paths = Array.from({ length: 4000 }, (_, i) => `Photos/${i}`);
    const many: MemoryTree = Object.fromEntries(paths.map((path) => [path, { kind: 'directory' }]));
    await backup(archive, many);
    const before = await endsOf(archive);
    const rotated = await publishRotated(archive, testKey(8), { device: phone });
    await backup(rotated.archive, many);
    const after = await endsOf(rotated.archive);
    expect(after).toEqual(await endsByKey(rotated.archive));
    // The first of these ends where the old one goes on, which nobody would see who followed that.
    expect(comparePaths(after[0]!, before[0]!)).toBeLessThan(0);
  });
});

async function groupsOf(archive: Archive): Promise<[ChunkRef, ...ChunkRef[]]> {
  return (await findSnapshot(archive, 'latest')).manifest as [ChunkRef, ...ChunkRef[]];
}

/** The last path of each group. */
async function endsOf(archive: Archive): Promise<(string | undefined)[]> {
  const reader = new ChunkReader(archive);
  const groups = await Promise.all((await groupsOf(archive)).map((group) => readGroup(reader, group)));
  return groups.map((records) => records.at(-1)?.entry.path);
}

/** What they are in a list that is written for the first time. */
async function endsByKey(archive: Archive): Promise<(string | undefined)[]> {
  const cutter = new GroupCutter(archive.keys.current.manifestCut);
  const entries = await all(readEntries(archive, 'latest'));
  const ends = entries.filter((entry) => cutter.endsAfter({ entry, continues: false, patchedTo: 0 }));
  return [...new Set([...ends, entries.at(-1)])].map((entry) => entry?.path);
}
