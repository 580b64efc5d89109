import { type StrongroomError, toHex } from '@strongroom/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Archive, openArchive } from '../archive.ts';
import { chunksOf } from '../entry.ts';
import type { BackupKey } from '../format/keys.ts';
import type { ObjectStore } from '../object-store.ts';
import { readEntries } from '../read/entries.ts';
import { findSnapshot, listSnapshots, newestSnapshot } from '../snapshot/history.ts';
import { nextSnapshotId } from '../snapshot/snapshot-id.ts';
import { peekSnapshot, sealSnapshot } from '../snapshot/snapshot-object.ts';
import { peekAt } from '../snapshot/snapshot-objects.ts';
import { Forger } from '../testing/craft.ts';
import { FaultyStore, type FaultTime } from '../testing/faulty-store.ts';
import {
  type TestArchive,
  all,
  backup,
  databaseOf,
  newArchive,
  noRetry,
  noise,
  phone,
  prose,
  restore,
  testKey,
  textsOf,
  unreachable,
} from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import { MemorySource, type MemoryTree } from '../testing/memory-source.ts';
import { MemoryStore } from '../testing/memory-store.ts';
import { verifyArchive } from '../verify.ts';
import { writeSnapshot } from '../write/write-snapshot.ts';
import { keyOfNewest } from './newest-key.ts';
import { checkRotatable, publishRotated } from './publish-rotated.ts';
import { staleDescriptor } from './stale-descriptor.ts';

const tablet = { id: 'device-2', name: 'Tablet' };
const [first, second, third] = [testKey(7), testKey(8), testKey(9)] as const;
const earlier = { code: 'other-key', details: { earlier: true } };
const unknown = { code: 'other-key', details: { earlier: false } };

let prepared: TestArchive;
let old: Archive;

beforeEach(async () => {
  prepared = await newArchive({ key: first });
  old = prepared.archive;
});

describe('an archive under a new key', () => {
  test('holds what it held, and nothing was uploaded but a snapshot', async () => {
    await backup(old, { a: '1' });
    const before = await backup(old, { a: '2', b: 'stays' });
    const objects = prepared.store.objects.size;
    const { archive, snapshot } = await rotate(old, second);
    expect(prepared.store.objects.size).toBe(objects + 1);
    const { id, hash, number, ...content } = before;
    expect(snapshot).toMatchObject({ number: 3, time: content.time, totals: content.totals });
    const fresh = await open(second);
    expect(textsOf((await restore(fresh)).target)).toEqual({ a: '2', b: 'stays' });
    expect((await listSnapshots(await open(second))).map((one) => one.number)).toEqual([3, 2, 1]);
    expect(textsOf((await restore(await open(second), id)).target)).toEqual({ a: '2', b: 'stays' });
    await archive.setUnlock([{ way: 'key' }]);
    expect((await verifyArchive(await open(second), { depth: 'full' })).problems).toEqual([]);
    expect([hash.length, number]).toEqual([32, 2]);
  });

  test('still opens with the old key, up to the snapshot before, and says that there is more', async () => {
    await backup(old, { a: '1' });
    await rotate(old, second);
    const reader = await open(first);
    await expect(restore(reader)).rejects.toMatchObject(unknown);
    const problems: StrongroomError[] = [];
    const [last] = await listSnapshots(reader, { onProblem: (problem) => problems.push(problem) });
    expect(problems).toMatchObject([unknown]);
    expect(textsOf((await restore(reader, last!.id)).target)).toEqual({ a: '1' });
    await expect(backup(await open(first), { a: '2' })).rejects.toMatchObject(unknown);
  });

  test('shows nothing that is written afterwards to whoever has the old key and every object', async () => {
    await backup(old, { a: '1' });
    const { archive } = await rotate(old, second);
    const objects = new Set(prepared.store.objects.keys());
    await backup(archive, { a: 'a secret of afterwards' });
    const thief = await open(first);
    const written = [...prepared.store.objects.keys()].filter((name) => !objects.has(name));
    expect(written).toHaveLength(2);
    const snapshots = [...prepared.store.objects.keys()].filter((name) => name.includes('/snapshots/'));
    const seen = await Promise.all(
      snapshots.map((name) => peekAt(thief, name.slice(-26)).then(({ earlierKeys }) => earlierKeys, codeOf)),
    );
    expect(seen).toEqual([[], 'other-key', 'other-key']);
    for await (const entry of readEntries(archive, 'latest')) {
      for (const { key } of chunksOf(entry)) expect(key).toBe(archive.keys.current.id);
    }
  });

  test('without a snapshot has none', async () => {
    const { archive, snapshot } = await rotate(old, second);
    expect(snapshot).toBeUndefined();
    await archive.setUnlock([{ way: 'key' }]);
    expect((await backup(await open(second), { a: '1' })).number).toBe(1);
  });

  test('may get another, and another', async () => {
    await backup(old, { a: '1' });
    const { archive: two } = await rotate(old, second);
    await backup(two, { a: '1', b: '2' });
    const { archive: three } = await rotate(await open(second), third);
    await backup(three, { a: '1', b: '2', c: '3' });
    const { archive: four } = await rotate(await open(third), testKey(10));
    await four.setUnlock([{ way: 'key' }]);
    const fresh = await open(testKey(10));
    expect((await newestSnapshot(fresh))!.earlierKeys.map((key) => key.reveal()[0])).toEqual([7, 8, 9]);
    expect(textsOf((await restore(fresh)).target)).toEqual({ a: '1', b: '2', c: '3' });
    for (const { id, totals } of await listSnapshots(fresh))
      expect((await restore(await open(testKey(10)), id)).result.restored).toBe(totals.other.files);
    expect((await verifyArchive(fresh, { depth: 'full' })).problems).toEqual([]);
    const underThree = await all(readEntries(fresh, 'latest'));
    expect(new Set(underThree.flatMap((entry) => [...chunksOf(entry)].map(({ key }) => key))).size).toBe(3);
  });
});

describe('the writer of a rotation', () => {
  test('is one device, as that of a backup', async () => {
    await backup(old, { a: '1' });
    const refused = { code: 'other-writer', details: { device: 'Phone' } };
    await expect(rotate(old, second, { device: tablet })).rejects.toMatchObject(refused);
    await expect(checkRotatable(old, { device: tablet })).rejects.toMatchObject(refused);
    const { snapshot } = await rotate(old, second, { device: tablet, takeOver: true });
    expect(snapshot!.writer).toEqual({ deviceId: tablet.id, deviceName: tablet.name, epoch: 2 });
  });

  test('refuses a cloud that shows an older state', async () => {
    const { hash, number } = await backup(old, { a: '1' });
    const expected = { hash, number: number + 1 };
    const refused = { code: 'rolled-back', details: { seen: 2, found: 1 } };
    await expect(checkRotatable(old, { device: phone, expected })).rejects.toMatchObject(refused);
    await expect(rotate(old, second, { expected })).rejects.toMatchObject(refused);
  });

  test('does not build on a damaged snapshot', async () => {
    const { id } = await backup(old, { a: '1' });
    prepared.store.objects.get(`${old.id}/snapshots/${id}`)![100]! ^= 1;
    await expect(rotate(old, second)).rejects.toMatchObject({ code: 'archive-damaged' });
  });

  test('and a device that backs up at the same moment do not both believe to have written', async () => {
    await backup(old, { a: '1' });
    // The backup of the tablet arrives while the new snapshot is written, and the other way round.
    const theirs = new MemoryStore(prepared.store.objects);
    await backup(await open(first, theirs), { a: 'theirs' }, { device: tablet, takeOver: true });
    const racing = await open(first, arrivingWithSnapshot(prepared.store, theirs));
    await expect(rotate(racing, second)).rejects.toMatchObject({ code: 'other-writer' });

    const ours = new MemoryStore();
    const other = await newArchive({ key: first });
    await backup(other.archive, { a: '1' });
    for (const object of other.store.objects) ours.objects.set(...object);
    await rotate(await open(first, ours, other.archive.id), second);
    const late = await open(first, arrivingWithSnapshot(other.store, ours), other.archive.id);
    await expect(backup(late, { a: '2' }, { device: tablet, takeOver: true })).rejects.toMatchObject(unknown);
  });
});

describe('a rotation that is cut off at any request', () => {
  test.each(['before', 'after'] as const)('(%s its effect) loses nothing, and goes on', async (when) => {
    await backup(old, { a: '1' });
    const count = await requestsOfRotation();
    expect(count).toBeGreaterThan(4);
    for (let k = 0; k < count; k++) {
      const store = new MemoryStore(prepared.store.objects);
      const cut = rotate(await open(first, cutOffAt(store, k, when)), second);
      await expect(cut, `request ${k}`).rejects.toMatchObject({ code: 'cloud-unreachable' });
      const [last] = await listSnapshots(await open(first, store), { onProblem: () => undefined });
      expect(textsOf((await restore(await open(first, store), last!.id)).target)).toEqual({ a: '1' });
      await rotate(await open(first, store), second);
      expect(textsOf((await restore(await open(second, store))).target)).toEqual({ a: '1' });
      // Published once, however often it is called.
      const names = [...store.objects.keys()].filter((name) => name.includes('/snapshots/'));
      expect(names, `request ${k}`).toHaveLength(2);
    }
  });

  test('is repeated over what was backed up under the present key since', async () => {
    await backup(old, { a: '1' });
    await rotate(old, second);
    const resumed = await open(first);
    await resumed.keys.learn([second]);
    expect((await backup(resumed, { a: '2' })).number).toBe(2);
    expect(await keyOfNewest(resumed)).toBe(resumed.keys.current.id);
    const { archive, snapshot } = await rotate(await open(first), second);
    expect(snapshot!.number).toBe(3);
    expect(await keyOfNewest(resumed)).toBe(archive.keys.current.id);
    expect(textsOf((await restore(await open(second))).target)).toEqual({ a: '2' });
  });
});

describe('whoever has the old key and writes to the cloud', () => {
  let planted: string;
  let archive: Archive;

  beforeEach(async () => {
    await backup(old, { a: 'true' });
    archive = (await rotate(old, second)).archive;
    await archive.setUnlock([{ way: 'key' }]);
    await backup(archive, { a: 'newest' });
    planted = await plant();
  });

  test('cannot make a snapshot the newest, and is told of', async () => {
    for (const reader of [await open(second), archive]) {
      const warnings: string[] = [];
      const { target } = await restore(reader, 'latest', { warn: ({ code }) => warnings.push(code) });
      expect(textsOf(target)).toEqual({ a: 'newest' });
      expect(warnings).toEqual(['other-key']);
      await expect(newestSnapshot(reader)).rejects.toMatchObject(earlier);
      const problems: StrongroomError[] = [];
      const listed = await listSnapshots(reader, { onProblem: (problem) => problems.push(problem) });
      expect(listed.map(({ number }) => number)).toEqual([3, 2, 1]);
      expect(problems).toMatchObject([earlier]);
    }
    const { problems } = await verifyArchive(await open(second), { depth: 'full' });
    expect(problems.map(({ error }) => error)).toMatchObject([earlier]);
  });

  test('cannot have it restored by its id, nor teach a key of their own', async () => {
    for (const reader of [await open(second), archive]) {
      await expect(findSnapshot(reader, planted)).rejects.toMatchObject(earlier);
      expect(reader.keys.all()).toHaveLength(2);
    }
  });

  test('cannot put another in the place of one that is kept', async () => {
    const kept = (await newestSnapshot(archive, { onEarlierKey: () => undefined }))!.kept[0]!;
    const name = `${old.id}/snapshots/${kept.id}`;
    const forged = await sealedAs(kept.id, prepared.store.objects.get(`${old.id}/snapshots/${planted}`)!);
    prepared.store.objects.set(name, forged);
    const reader = await open(second);
    await expect(restore(reader, kept.id)).rejects.toMatchObject({ code: 'archive-damaged' });
    expect(reader.keys.all()).toHaveLength(2);
  });

  test('cannot stop the next backup, which comes behind it', async () => {
    const warnings: string[] = [];
    const warn = ({ code }: { code: string }): number => warnings.push(code);
    const next = await backup(await open(second), { a: 'after' }, { warn });
    expect([next.number, next.id > planted, warnings]).toEqual([4, true, ['other-key']]);
    expect(textsOf((await restore(await open(second))).target)).toEqual({ a: 'after' });
    expect((await backup(archive, { a: 'after that' })).number).toBe(5);
    await expect(newestSnapshot(await open(second))).resolves.toMatchObject({ number: 5 });
  });

  test('cannot pass off the state before: without a newer one nothing is the newest', async () => {
    for (const [name, bytes] of prepared.store.objects) {
      const isUnderSecond = toHex(bytes.slice(8, 24)) === archive.keys.current.id;
      if (name.includes('/snapshots/') && isUnderSecond) prepared.store.objects.delete(name);
    }
    await expect(restore(await open(second))).rejects.toMatchObject(unknown);
    await expect(listSnapshots(await open(second), { onProblem: () => undefined })).rejects.toMatchObject(
      unknown,
    );
  });

  /** A snapshot under the old key, by its own account the newest, that names a key of the forger's. */
  async function plant(): Promise<string> {
    const forger = await open(first);
    const before = new Set(prepared.store.objects.keys());
    const id = await new Forger(forger).snapshot([]);
    const bytes = prepared.store.objects.get(`${old.id}/snapshots/${id}`)!;
    const at = nextSnapshotId([...before].toSorted().at(-1)!.slice(-26), Date.now());
    prepared.store.objects.delete(`${old.id}/snapshots/${id}`);
    prepared.store.objects.set(`${old.id}/snapshots/${at}`, await sealedAs(at, bytes, id));
    return at;
  }

  async function sealedAs(
    id: string,
    bytes: Uint8Array<ArrayBuffer>,
    as = planted,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const forger = await open(first);
    const content = await peekSnapshot(forger, as, bytes);
    return sealSnapshot(forger, id, { ...content, number: 99, earlierKeys: [testKey(66)] });
  }
});

describe('a descriptor that is still under the old key', () => {
  test('is recognised by the earlier keys, and no other is', async () => {
    await backup(old, { a: '1' });
    const { archive } = await rotate(old, second);
    expect(await staleDescriptor(archive)).toMatchObject({ unlock: [{ way: 'key' }] });
    await archive.setUnlock([{ way: 'key' }]);
    expect(await staleDescriptor(archive)).toBeUndefined();
    expect(await staleDescriptor(await open(first))).toBeUndefined();
  });
});

describe('the first backup after a rotation', () => {
  const pages = Array.from({ length: 300 }, (_, i) => noise(4096, i + 1));
  const changed = (at: number, seed: number): Uint8Array<ArrayBuffer>[] =>
    pages.map((page, i) => (i === at ? mixed(page, seed) : page));
  test('reads what changed alone, and uploads little', async () => {
    const journal = new MemoryJournal();
    await backup(old, tree(changed(9, 1), '1'), { journal });
    await rotate(old, second);
    const source = new MemorySource(tree(changed(20, 2), '2'));
    const next = await writeSnapshot(await open(second), source, { device: phone, journal });
    expect(source.opened).toEqual(['Databases/msgstore.db']);
    expect(next.newBytes).toBeLessThan(20_000);
    await expectWhole(second, tree(changed(20, 2), '2'));
  });

  test('uploads little without a journal, too', async () => {
    await backup(old, tree(pages, '1'));
    await rotate(old, second);
    const next = await backup(await open(second), tree(changed(20, 2), '2'));
    expect(next.newBytes).toBeLessThan(20_000);
    await expectWhole(second, tree(changed(20, 2), '2'));
  });

  test('goes on with what an interrupted one had uploaded under the old key', async () => {
    const journal = new MemoryJournal();
    await backup(old, { a: '1' }, { journal });
    const large: MemoryTree = { a: '1', film: { category: 'media', content: noise(40_000_000, 5) } };
    let puts = 0;
    const store = new FaultyStore(prepared.store, (_, kind) =>
      kind === 'put' && ++puts > 2 ? { when: 'before', error: unreachable() } : undefined,
    );
    await expect(backup(await open(first, store), large, { journal })).rejects.toThrow('cannot be reached');
    await rotate(old, second);
    const next = await backup(await open(second), large, { journal });
    expect(next.newBytes).toBeLessThan(15_000_000);
    await expectWhole(second, large);
  });

  test('and those after it build patches over packs of every key', async () => {
    const journal = new MemoryJournal();
    await backup(old, tree(pages, '1'), { journal });
    await backup(old, tree(changed(9, 1), '2'), { journal });
    let key: BackupKey = first;
    for (const [i, next] of [second, third].entries()) {
      await rotate(await open(key), next);
      key = next;
      const made = await backup(await open(key), tree(changed(40 + i, 3), `${key.reveal()[0]}`), { journal });
      expect(made.newBytes).toBeLessThan(40_000);
    }
    const fresh = await open(key);
    const [database] = await all(readEntries(fresh, 'latest'));
    expect(database!.patches.length).toBeGreaterThan(0);
    expect(new Set([...chunksOf(database!)].map((chunk) => chunk.key)).size).toBeGreaterThan(1);
    await expectWhole(key, tree(changed(41, 3), ''));
  });
});

function rotate(
  archive: Archive,
  key: BackupKey,
  options: Partial<Parameters<typeof publishRotated>[2]> = {},
): ReturnType<typeof publishRotated> {
  return publishRotated(archive, key, { device: phone, ...options });
}

/** A day of the first backups after a rotation. */
function tree(database: readonly Uint8Array<ArrayBuffer>[], edition: string): MemoryTree {
  return {
    'Databases/msgstore.db': {
      category: 'messages',
      content: databaseOf(database),
      identity: edition,
    },
    'Media/a.jpg': { category: 'media', content: noise(3_000_000, 2), identity: '1' },
    'notes.txt': { content: prose(50_000), identity: '1' },
  };
}

async function requestsOfRotation(): Promise<number> {
  const counted = new FaultyStore(new MemoryStore(prepared.store.objects), () => undefined);
  const archive = await open(first, counted);
  const opening = counted.operations;
  await rotate(archive, second);
  return counted.operations - opening;
}

/** The archive of the test with a key alone, as a device that knows nothing else opens it. */
function open(key: BackupKey, store: ObjectStore = prepared.store, archiveId = old.id): Promise<Archive> {
  return openArchive({ store, key, archiveId, retry: noRetry, withoutDescriptor: true });
}

async function expectWhole(key: BackupKey, expected: MemoryTree): Promise<void> {
  const fresh = await open(key);
  await fresh.setUnlock([{ way: 'key' }]);
  const { target } = await restore(fresh);
  for (const [path, entry] of Object.entries(expected)) {
    const content = contentOf(entry);
    const isSame = Buffer.compare(target.entries.get(path)!.content, content) === 0;
    expect({ path, isSame }).toEqual({ path, isSame: true });
  }
  expect((await verifyArchive(await open(key), { depth: 'full' })).problems).toEqual([]);
}

function contentOf(entry: MemoryTree[string]): Uint8Array {
  const content = typeof entry === 'string' ? entry : (entry.content ?? '');
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

function cutOffAt(store: ObjectStore, operation: number, when: FaultTime): FaultyStore {
  return new FaultyStore(store, (n) => (n === operation ? { when, error: unreachable() } : undefined));
}

/** A store into which what another one has more arrives right after a snapshot. */
function arrivingWithSnapshot(store: MemoryStore, other: MemoryStore): ObjectStore {
  return {
    description: 'racing',
    get: (name, options) => store.get(name, options),
    list: (prefix, options) => store.list(prefix, options),
    remove: (name) => store.remove(name),
    put: async (name, bytes, options) => {
      await store.put(name, bytes, options);
      if (!name.includes('/snapshots/')) return;
      for (const [theirs, content] of other.objects)
        if (!store.objects.has(theirs)) store.objects.set(theirs, content);
    },
  };
}

function mixed(page: Uint8Array<ArrayBuffer>, seed: number): Uint8Array<ArrayBuffer> {
  const copy = page.slice();
  copy.set(noise(64, seed + 1), 500);
  return copy;
}

function codeOf(error: unknown): string {
  return (error as StrongroomError).code;
}
