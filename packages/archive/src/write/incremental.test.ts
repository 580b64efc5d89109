import { toHex } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '../node/node-engine.ts';
import { all, backup, databaseOf, newArchive, noise, prose, restore } from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import { MemorySource, type MemoryTree } from '../testing/memory-source.ts';
import { readEntries } from '../read/entries.ts';
import { writeSnapshot } from './write-snapshot.ts';
import { phone } from '../testing/fixtures.ts';

const smallestPack = 1024 * 1024;
const snapshotSize = 4096;

describe('a second backup', () => {
  const tree: MemoryTree = {
    'Databases/msgstore.db': {
      category: 'messages',
      content: databaseOf([noise(500_000, 1)]),
      identity: '1',
    },
    'Media/a.jpg': { category: 'media', content: noise(3_000_000, 2), identity: '1' },
    'notes.txt': { content: prose(50_000), identity: '1' },
    empty: { content: '', identity: '1' },
  };

  test.each([true, false])(
    'of what did not change uploads a snapshot only (journal: %s)',
    async (withJournal) => {
      const { archive, store } = await newArchive();
      const journal = withJournal ? new MemoryJournal() : undefined;
      await backup(archive, tree, { journal });
      const objects = store.objects.size;
      const second = await backup(archive, tree, { journal });
      expect(second).toMatchObject({ number: 2, newBytes: 0, uploadedBytes: snapshotSize });
      expect(store.objects.size).toBe(objects + 1);
      expect((await restore(archive)).target.entries.size).toBe(4);
    },
  );

  test('reads what did not change only when no journal vouches for it', async () => {
    const { archive } = await newArchive();
    const journal = new MemoryJournal();
    const source = new MemorySource({ ...tree, 'new each time': 'x' });
    const paths = Object.keys(tree);
    await writeSnapshot(archive, source, { device: phone, journal });
    expect(source.opened).toEqual(expect.arrayContaining(paths));
    source.opened.length = 0;
    await writeSnapshot(archive, source, { device: phone, journal });
    expect(source.opened).toEqual(['new each time']);
    source.opened.length = 0;
    await writeSnapshot(archive, source, { device: phone });
    expect(source.opened).toHaveLength(paths.length + 1);
    source.opened.length = 0;
    // Another snapshot than the journal's last is the newest now: what it remembers does not count.
    await writeSnapshot(archive, source, { device: phone, journal });
    expect(source.opened).toHaveLength(paths.length + 1);
  });

  test('stores what changed', async () => {
    const { archive } = await newArchive();
    const journal = new MemoryJournal();
    await backup(archive, tree, { journal });
    const changed: MemoryTree = { ...tree, 'notes.txt': { content: 'another text', identity: '2' } };
    const second = await backup(archive, changed, { journal });
    expect(second.newBytes).toBeLessThan(2000);
    expect(second.uploadedBytes).toBe(smallestPack + snapshotSize);
    const { target } = await restore(archive);
    expect(toHex(target.entries.get('notes.txt')!.content)).toBe(
      toHex(new TextEncoder().encode('another text')),
    );
  });

  test('uses no chunk of another path again', async () => {
    const { archive } = await newArchive();
    const journal = new MemoryJournal();
    const picture = noise(500_000, 9);
    await backup(archive, { 'Media/mine.jpg': { category: 'media', content: picture } }, { journal });
    const sent = { 'Media/mine.jpg': { content: picture }, 'Media/sent.jpg': { content: picture } };
    const second = await backup(archive, sent, { journal });
    expect(second.newBytes).toBeGreaterThan(picture.length);
  });

  test('stores again what the cloud lost', async () => {
    const { archive, store } = await newArchive();
    const journal = new MemoryJournal();
    await backup(archive, tree, { journal });
    for (const name of store.objects.keys()) if (name.includes('/packs/')) store.objects.delete(name);
    const warnings: string[] = [];
    await backup(archive, tree, { journal, warn: ({ code }) => warnings.push(code) });
    expect(warnings).toContain('damaged');
    expect((await restore(archive)).result.restored).toBe(4);
  });
});

describe('a database', () => {
  const pages = Array.from({ length: 3000 }, (_, i) =>
    Buffer.concat([noise(2048, i + 1), prose(2048, i + 1)]),
  );
  const path = 'Databases/msgstore.db';

  function database(changed: Iterable<number>, version: number, length = pages.length): MemoryTree {
    const now = Array.from({ length }, (_, i) => new Uint8Array(pages[i % pages.length]!));
    for (const i of changed) now[i] = noise(4096, 100_000 * version + i + 1);
    return { [path]: { category: 'messages', content: databaseOf(now), identity: `${version}` } };
  }

  test.each([true, false])('of 12 MB uploads little after a day (journal: %s)', async (withJournal) => {
    const { archive } = await newArchive({ engine: nodeEngine() });
    const journal = withJournal ? new MemoryJournal() : undefined;
    const first = await backup(archive, database([], 1), { journal });
    const day = Array.from({ length: 60 }, (_, i) => (i * 47) % 3000);
    const second = await backup(archive, database(day, 2, 3010), { journal });
    expect(second.newBytes).toBeLessThan(75 * 4096 + 20_000);
    expect(second.uploadedBytes * 5).toBeLessThan(first.uploadedBytes);
    const content = (await restore(archive)).target.entries.get(path)!.content;
    expect(Buffer.compare(content, contentOf(database(day, 2, 3010)))).toBe(0);
  });

  test.each([3, 64, 65])('of %i pages of which one byte changed comes back', async (count) => {
    const { archive } = await newArchive();
    const content = databaseOf([noise(count * 4096, 7)]);
    for (const version of [1, 2, 3]) {
      const now = content.with(4096 * (count - 1) + 99, version);
      const tree = { [path]: { category: 'messages', content: now, identity: `${version}` } } as const;
      await backup(archive, tree, { journal: new MemoryJournal() });
      expect(Buffer.compare((await restore(archive)).target.entries.get(path)!.content, now)).toBe(0);
    }
    const entries = await all(readEntries(archive, 'latest'));
    expect(entries.find((entry) => entry.path === path)!.patches).not.toEqual([]);
  });

  test('comes back from every day of many, and holds at most twice its size', async () => {
    const { archive, store } = await newArchive({ engine: nodeEngine() });
    const journal = new MemoryJournal();
    const days: { id: string; tree: MemoryTree }[] = [];
    const changed = new Set<number>();
    for (let version = 1; version <= 12; version++) {
      for (let i = 0; i < 150; i++) changed.add((version * 7919 + i * 104_729) % 1500);
      const tree = database(changed, version, 1500 + version);
      days.push({ id: (await backup(archive, tree, { journal })).id, tree });
    }
    for (const { id, tree } of days) {
      const content = (await restore(archive, id)).target.entries.get(path)!.content;
      expect(Buffer.compare(content, contentOf(tree))).toBe(0);
    }
    expect(store.objects.size).toBeGreaterThan(12);
    for await (const { extents, size } of readEntries(archive, 'latest')) {
      const chunks = new Map(
        extents.map(({ chunk }) => [`${chunk.pack}/${chunk.ordinal}`, chunk.plainLength]),
      );
      const held = [...chunks.values()].reduce((sum, length) => sum + length, 0);
      expect(held).toBeLessThan(2.1 * size);
    }
  });

  test('that shrinks, grows, changes its page size or becomes something else comes back', async () => {
    const { archive } = await newArchive();
    const journal = new MemoryJournal();
    const contents = [
      databaseOf([noise(700_001, 1)]),
      databaseOf([noise(300_000, 1)]),
      databaseOf([noise(300_000, 1), noise(99, 2)], 512),
      databaseOf([noise(300_000, 1), noise(500_000, 3)], 65_536 / 256),
      prose(1_500_000),
      databaseOf([prose(1_500_000)]),
      new Uint8Array(),
      databaseOf([noise(4096, 3)]),
    ];
    for (const [i, content] of contents.entries()) {
      await backup(archive, { [path]: { category: 'messages', content, identity: `${i}` } }, { journal });
      expect(Buffer.compare((await restore(archive)).target.entries.get(path)!.content, content)).toBe(0);
    }
  });

  function contentOf(tree: MemoryTree): Uint8Array {
    const entry = tree[path]!;
    if (typeof entry === 'string' || typeof entry.content !== 'object') throw new Error('no content');
    return entry.content;
  }
});
