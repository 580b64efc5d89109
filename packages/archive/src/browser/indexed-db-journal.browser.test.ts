import { randomBytes } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backup, databaseOf, newArchive, noise, phone, restore } from '../testing/fixtures.ts';
import { journalConformance } from '../testing/journal-conformance.ts';
import { MemorySource } from '../testing/memory-source.ts';
import type { Warning } from '../warning.ts';
import { writeSnapshot } from '../write/write-snapshot.ts';
import { openIndexedDbJournal } from './indexed-db-journal.ts';
import { resultOf } from './indexed-db.ts';

const archiveId = 'ab'.repeat(16);
const mark = { number: 3, hash: randomBytes(32) };
let name: string;

beforeEach(() => {
  name = `journal ${crypto.randomUUID()}`;
});

afterEach(async () => {
  await resultOf(indexedDB.deleteDatabase(name));
});

describe('a journal in IndexedDB', () => {
  test.each(journalConformance)('$name', async ({ run }) => {
    const journal = await openIndexedDbJournal(name, archiveId);
    await expect(run(journal)).resolves.toBeUndefined();
    await journal.close();
  });

  test('keeps what it knows', async () => {
    const journal = await openIndexedDbJournal(name, archiveId);
    await journal.begin();
    await journal.rememberFile('a', 'x');
    await journal.finish(mark);
    await journal.addPendingPack({ pack: 'one', size: 1 }, []);
    const key = await journal.pageKey();
    await journal.close();
    const warnings: Warning[] = [];
    const again = await openIndexedDbJournal(name, archiveId, (warning) => warnings.push(warning));
    expect(await again.lastSnapshot()).toEqual(mark);
    expect(await again.identity('a')).toBe('x');
    expect(await again.pendingPacks()).toEqual([{ pack: 'one', size: 1 }]);
    expect(await again.pageKey()).toEqual(key);
    expect(warnings).toEqual([]);
    await again.close();
  });

  test('stores no more than the bytes that it was given', async () => {
    const journal = await openIndexedDbJournal(name, archiveId);
    await journal.begin();
    await journal.rememberPages('a', 0, { pageSize: 512, hashes: new Uint8Array(100_000).subarray(0, 16) });
    await journal.rememberFile('a', 'x');
    await journal.finish({ number: 1, hash: new Uint8Array(100_000).subarray(0, 32) });
    expect((await journal.pages('a', 0))?.hashes.buffer.byteLength).toBe(16);
    expect((await journal.lastSnapshot())?.hash.buffer.byteLength).toBe(32);
    await journal.close();
  });

  test.each([
    ['belongs to another archive', () => openOther('cd'.repeat(16))],
    ['has another version', () => openRaw(99)],
    ['is something else', () => openRaw(1)],
  ])('is begun anew with a warning when it %s', async (_, spoil) => {
    await spoil();
    const warnings: Warning[] = [];
    const journal = await openIndexedDbJournal(name, archiveId, (warning) => warnings.push(warning));
    expect(warnings).toMatchObject([{ code: 'journal' }]);
    expect(await journal.lastSnapshot()).toBeUndefined();
    expect(await journal.identity('a')).toBeUndefined();
    await journal.finish(mark);
    expect(await journal.lastSnapshot()).toEqual(mark);
    await journal.close();
  });

  test('gives way to somebody who deletes it, and fails from then on', async () => {
    const journal = await openIndexedDbJournal(name, archiveId);
    await resultOf(indexedDB.deleteDatabase(name));
    await expect(journal.identity('a')).rejects.toMatchObject({ name: 'InvalidStateError' });
    await expect(journal.finish(mark)).rejects.toMatchObject({ name: 'InvalidStateError' });
  });

  test('puts nothing in place when one thing of it cannot be stored', async () => {
    const journal = await openIndexedDbJournal(name, archiveId);
    await journal.begin();
    await journal.rememberFile('a', 'first');
    await journal.finish(mark);
    await journal.begin();
    await journal.rememberFile('a', 'second');
    await journal.rememberFile('b', (() => 'no text') as never);
    await expect(journal.finish({ ...mark, number: 4 })).rejects.toMatchObject({ name: 'DataCloneError' });
    expect(await journal.identity('a')).toBe('first');
    expect((await journal.lastSnapshot())?.number).toBe(3);
    await journal.close();
  });
});

async function openOther(other: string): Promise<void> {
  const journal = await openIndexedDbJournal(name, other);
  await journal.begin();
  await journal.rememberFile('a', 'x');
  await journal.finish(mark);
  await journal.close();
}

async function openRaw(version: number): Promise<void> {
  (await resultOf(indexedDB.open(name, version))).close();
}

describe('a backup with a journal in IndexedDB', () => {
  const tree = {
    db: { content: databaseOf([noise(300_000, 1)]), identity: '1' },
    a: { content: 'a', identity: '1' },
  };

  test('reads nothing again that did not change, and of a database stores the pages that did', async () => {
    const { archive } = await newArchive();
    const journal = await openIndexedDbJournal(name, archive.id);
    await backup(archive, tree, { journal });
    const source = new MemorySource(tree);
    expect((await writeSnapshot(archive, source, { device: phone, journal })).newBytes).toBe(0);
    expect(source.opened).toEqual([]);
    const changed = tree.db.content.slice();
    changed.set(noise(4096, 9), 20 * 4096);
    const db = { content: changed, identity: '2' };
    const { newBytes } = await backup(archive, { ...tree, db }, { journal });
    expect(newBytes).toBeGreaterThan(4000);
    expect(newBytes).toBeLessThan(10_000);
    expect((await restore(archive)).target.entries.get('db')!.content).toEqual(changed);
    await journal.close();
  });

  test('goes on when the journal fails in the middle, and does not count on it afterwards', async () => {
    const { archive } = await newArchive();
    const journal = await openIndexedDbJournal(name, archive.id);
    await backup(archive, tree, { journal });
    const warnings: Warning[] = [];
    const changed = { ...tree, db: { content: databaseOf([noise(300_000, 2)]), identity: '2' } };
    const source = new MemorySource(changed);
    const entries = source.entries.bind(source);
    source.entries = async function* () {
      await resultOf(indexedDB.deleteDatabase(name));
      yield* entries();
    };
    await writeSnapshot(archive, source, { device: phone, journal, warn: (w) => warnings.push(w) });
    expect(warnings).toMatchObject([{ code: 'journal' }]);
    expect((await restore(archive)).target.entries.get('db')!.content).toEqual(changed.db.content);
  });
});
