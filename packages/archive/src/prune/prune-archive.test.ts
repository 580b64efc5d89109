import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readEntries } from '../read/entries.ts';
import { listSnapshots, newestSnapshot } from '../snapshot/history.ts';
import {
  backup,
  newArchive,
  noise,
  onStore,
  phone,
  restore,
  testKey,
  unreachable,
} from '../testing/fixtures.ts';
import { publishRotated } from '../rotate/publish-rotated.ts';
import { FaultyStore } from '../testing/faulty-store.ts';
import { MemorySource } from '../testing/memory-source.ts';
import { MemoryStore } from '../testing/memory-store.ts';
import { verifyArchive } from '../verify.ts';
import { writeSnapshot } from '../write/write-snapshot.ts';
import { gracePeriod } from './options.ts';
import { pruneArchive } from './prune-archive.ts';
import { readPruneMarks } from './prune-marks.ts';
import {
  type Days,
  backupDay,
  comesBack,
  copyOf,
  day,
  stateOf,
  whole,
  last,
  namesOf,
  newDays,
  pruneDay,
  start,
  treeOf,
} from './testing.ts';

let prepared: Days;
let days: Days;

beforeAll(async () => {
  prepared = await newDays(5);
});

beforeEach(async () => {
  days = await copyOf(prepared, prepared.journal.copy());
});

describe('a prune', () => {
  test('lets old snapshots go, and every one that stays comes back', async () => {
    const result = await pruneDay(days, 5, last(2));
    expect(result.kept.map(({ number }) => number)).toEqual([5, 4]);
    expect(result.removed.map(({ number }) => number)).toEqual([3, 2, 1]);
    expect(result.newest).toMatchObject({ number: 6, time: start + 4 * day });
    expect(await stateOf(days)).toEqual(whole([6, 4]));
  });

  test('deletes nothing before 30 days are over, and everything that is not needed then', async () => {
    const before = new Set(days.store.objects.keys());
    const { freedBytes, waiting, doomedPacks } = await pruneDay(days, 5, last(2));
    expect(freedBytes).toBe(0);
    expect(doomedPacks).toBeGreaterThan(1);
    expect(waiting).toEqual([{ bytes: expect.any(Number) as number, from: start + 5 * day + gracePeriod }]);
    for (const name of before) expect(days.store.objects.has(name), `object ${name}`).toBe(true);

    const early = await pruneDay(days, 34.9, last(2));
    expect([early.deletedPacks, early.newest]).toEqual([0, undefined]);
    const late = await pruneDay(days, 35, last(2));
    expect(late.deletedPacks).toBe(doomedPacks);
    expect(late.freedBytes).toBe(waiting[0]!.bytes);
    expect(late.waiting).toEqual([]);
    expect(namesOf(days, 'prune')).toEqual([]);
    expect(namesOf(days, 'snapshots')).toHaveLength(2);
    expect(await stateOf(days)).toEqual(whole([6, 4]));
  });

  test('deletes at once when it is told to', async () => {
    const size = sizeOf(days);
    const { freedBytes, uploadedBytes, deletedSnapshots, waiting } = await pruneDay(days, 5, {
      ...last(1),
      deleteNow: true,
    });
    expect(sizeOf(days)).toBe(size - freedBytes + uploadedBytes);
    expect(deletedSnapshots).toBe(5);
    expect(waiting).toEqual([]);
    expect([namesOf(days, 'prune'), namesOf(days, 'snapshots').length]).toEqual([[], 1]);
    expect(await stateOf(days)).toEqual(whole([6]));
  });

  test('leaves as much as a new backup of the same would take, at most twice', async () => {
    await pruneDay(days, 5, { ...last(1), deleteNow: true });
    const fresh = await newArchive();
    await backup(fresh.archive, treeOf(4));
    expect(sizeOf(days)).toBeLessThan(2 * sizeOf(fresh));
  });

  test('has nothing to do the second time', async () => {
    await pruneDay(days, 5, { ...last(2), deleteNow: true });
    const objects = [...days.store.objects];
    const again = await pruneDay(days, 6, { ...last(2), deleteNow: true });
    expect(again).toMatchObject({ newest: undefined, uploadedBytes: 0, freedBytes: 0, doomedPacks: 0 });
    expect([...days.store.objects]).toEqual(objects);
  });

  test('that is only tried changes nothing, and foretells what the next one does', async () => {
    for (const options of [last(2), { ...last(1), deleteNow: true }, { ...last(5), repack: false }]) {
      const objects = [...days.store.objects];
      const told = await pruneDay(days, 5, { ...options, dryRun: true });
      expect(told.dryRun).toBe(true);
      expect([...days.store.objects]).toEqual(objects);
      const done = await pruneDay(days, 5, options);
      for (const field of ['kept', 'removed', 'repackedPacks', 'doomedPacks', 'deletedPacks'] as const)
        expect(told[field], `the ${field}`).toEqual(done[field]);
      // The objects of snapshots that are written anew are not foretold.
      expect(Math.abs(told.freedBytes - done.freedBytes)).toBeLessThan(5 * 4096);
    }
  });

  test('of an archive without snapshots, or with one, does nothing', async () => {
    const { archive, store } = await newArchive();
    expect(await pruneArchive(archive, { device: phone })).toMatchObject({ kept: [], newest: undefined });
    await backup(archive, { a: 'a' });
    const objects = [...store.objects];
    const { kept, newest } = await pruneArchive(archive, { device: phone, ...last(1), deleteNow: true });
    expect([kept.length, newest]).toEqual([1, undefined]);
    expect([...store.objects]).toEqual(objects);
  });

  test('without a policy keeps what the default one says', async () => {
    const { removed } = await pruneDay(days, 5, { dryRun: true });
    expect(removed).toEqual([]);
    await expect(pruneDay(days, 5, last(0))).rejects.toMatchObject({ code: 'wrong-usage' });
  });

  test('tells how far it is', async () => {
    const phases: string[] = [];
    await pruneDay(days, 5, { ...last(2), progress: ({ phase }) => phases.push(phase) });
    expect(new Set(phases)).toEqual(new Set(['prune', 'finish']));
  });
});

describe('repacking', () => {
  test('moves what is in use, with the bases and patches of databases, and marks the old packs', async () => {
    const many = await newDays(12);
    const packs = namesOf(many, 'packs');
    const { repackedPacks, doomedPacks } = await pruneDay(many, 12, last(4));
    expect(repackedPacks).toBeGreaterThan(4);
    expect(doomedPacks).toBeGreaterThanOrEqual(repackedPacks);
    expect(await stateOf(many)).toEqual(whole([13, 11, 10, 9]));
    await pruneDay(many, 42, { ...last(4), repack: false });
    expect(await stateOf(many)).toEqual(whole([13, 11, 10, 9]));
    expect(namesOf(many, 'packs').length).toBeLessThan(packs.length);
  });

  test('keeps the number and time of a snapshot that is written anew, and the hash it had first', async () => {
    const before = await listSnapshots(days.archive);
    await pruneDay(days, 5, last(3));
    const newest = (await newestSnapshot(days.archive))!;
    const after = await listSnapshots(days.archive);
    expect(after.slice(1).map(({ number, time, totals }) => ({ number, time, totals }))).toEqual(
      before.slice(1, 3).map(({ number, time, totals }) => ({ number, time, totals })),
    );
    expect(newest.kept.map(({ firstHash }) => firstHash)).toEqual([before[2]!.hash, before[1]!.hash]);
    expect(
      after
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    ).toEqual(after.map(({ id }) => id));
    // Written anew once more, it still has the hash that somebody may remember.
    await backupDay(days, 6);
    await backupDay(days, 7);
    await pruneDay(days, 8, { ...last(4), repackBelow: 0.999 });
    const kept = (await newestSnapshot(days.archive))!.kept.find(({ number }) => number === 4)!;
    expect(kept.firstHash).toEqual(before[1]!.hash);
  });

  test('ends: what was repacked is not repacked again', async () => {
    let repacked = 1;
    for (let i = 0; i < 6 && repacked > 0; i++)
      repacked = (await pruneDay(days, 5 + i, { ...last(3), deleteNow: true })).repackedPacks;
    expect(repacked).toBe(0);
    expect(await stateOf(days)).toMatchObject({ problems: [], different: [] });
  });

  test('can be left out', async () => {
    const { repackedPacks, uploadedBytes } = await pruneDay(days, 5, {
      ...last(2),
      repack: false,
      deleteNow: true,
    });
    expect(repackedPacks).toBe(0);
    expect(uploadedBytes).toBe(4096);
    expect(await stateOf(days)).toEqual(whole([6, 4]));
  });

  test('does not show how well something compresses that was stored without', async () => {
    const { archive } = await newArchive();
    const text = { 'a.txt': { content: 'x'.repeat(200_000) }, 'b.txt': { content: noise(500_000, 3) } };
    await backup(archive, text, { compress: false });
    await backup(archive, { 'a.txt': text['a.txt'] }, { compress: false });
    await backup(archive, { 'a.txt': text['a.txt'], c: 'c' }, { compress: false });
    const { repackedPacks } = await pruneArchive(archive, { device: phone, ...last(1), deleteNow: true });
    expect(repackedPacks).toBeGreaterThan(0);
    const { chunks, bytes, problems } = await verifyArchive(archive, { depth: 'full' });
    expect([chunks, bytes, problems]).toEqual([2, 200_001, []]);
    const sizes = await sealedSizes(archive);
    expect(Math.min(...sizes.filter((size) => size > 100))).toBeGreaterThan(200_000);
  });

  test('leaves a damaged chunk where it is, and says so', async () => {
    const tree = {
      a: { content: noise(300_000, 1) },
      b: { content: noise(300_000, 2) },
      c: { content: noise(700_000, 3) },
    };
    const { archive, store } = await newArchive();
    await backup(archive, tree);
    const pack = [...store.objects.keys()].find((name) => name.includes('/packs/'))!;
    store.objects.get(pack)![1000]! ^= 1;
    for (const more of ['d', 'e']) await backup(archive, { a: tree.a, b: tree.b, [more]: more });
    const warnings: string[] = [];
    await pruneArchive(archive, {
      device: phone,
      ...last(1),
      repackBelow: 0.9,
      deleteNow: true,
      warn: ({ message }) => warnings.push(message),
    });
    expect(warnings.filter((message) => message.includes('stays where it is'))).toHaveLength(1);
    expect(store.objects.has(pack)).toBe(true);
    const { problems } = await verifyArchive(archive, { depth: 'full' });
    expect(problems.map(({ error }) => error.code)).toEqual(['archive-damaged']);
  });
});

describe('an archive whose key was changed', () => {
  test('is pruned as before, and what is repacked is under the new key alone', async () => {
    const key = testKey(9);
    const { archive, snapshot } = await publishRotated(days.archive, key, { device: phone });
    await archive.setUnlock([{ way: 'key' }]);
    const rotated: Days = { ...days, archive, key };
    rotated.trees.set(snapshot!.number, treeOf(4));
    const { repackedPacks } = await pruneDay(rotated, 5, { ...last(3), repackBelow: 0.99, deleteNow: true });
    expect(repackedPacks).toBeGreaterThan(0);
    const reopened = { ...rotated, archive: await onStore(rotated, rotated.store) };
    expect(await stateOf(reopened)).toEqual(whole([7, 5, 4]));
    expect(await backupDay(reopened, 6)).toBeLessThan(2_000_000);
    expect(await stateOf(reopened)).toEqual(whole([8, 7, 5, 4]));
    await pruneDay(reopened, 7, { ...last(1), repackBelow: 1, deleteNow: true });
    for await (const { extents } of readEntries(reopened.archive, 'latest'))
      for (const { chunk } of extents) expect(chunk.key).toBe(archive.keys.current.id);
  });
});

describe('a backup after a prune', () => {
  test('goes on: nothing that did not change is read again or sent', async () => {
    await pruneDay(days, 5, last(2));
    const source = new MemorySource(treeOf(4));
    const { number, newBytes, uploadedBytes } = await writeSnapshot(days.archive, source, {
      device: phone,
      journal: days.journal,
    });
    expect(source.opened).toEqual([]);
    expect([number, newBytes, uploadedBytes]).toEqual([7, 0, 4096]);
    days.trees.set(7, treeOf(4));
    expect(await stateOf(days)).toEqual(whole([7, 6, 4]));
  });

  test('uploads only what is new, and refers to nothing that is about to be deleted', async () => {
    await pruneDay(days, 5, last(2));
    const doomed = await doomedNames(days);
    const sent = await backupDay(days, 6);
    expect(sent).toBeLessThan(2_000_000);
    expect(await stateOf(days)).toEqual(whole([7, 6, 4]));
    await pruneDay(days, 36, last(3));
    for (const name of doomed) expect(days.store.objects.has(name), `object ${name}`).toBe(false);
    expect(await stateOf(days)).toEqual(whole([7, 6, 4]));
  });

  test('uses no chunk of a doomed pack again, even one that it uploaded itself and no snapshot named', async () => {
    // An interrupted backup left packs of which a prune without its journal knows nothing.
    const tree = { ...treeOf(5), 'Media/film.mp4': { content: noise(30_000_000, 5) } };
    await interrupted(days, tree);
    const pending = await days.journal.pendingPacks();
    const arrived = pending.filter(({ pack }) => days.store.objects.has(`${days.archive.id}/packs/${pack}`));
    expect(arrived.length).toBeGreaterThan(0);
    await pruneArchive(days.archive, {
      device: phone,
      ...last(5),
      repack: false,
      now: () => start + 5 * day,
    });
    const doomed = await doomedNames(days);
    expect(doomed).toEqual(
      expect.arrayContaining(arrived.map(({ pack }) => `${days.archive.id}/packs/${pack}`)),
    );
    const { newBytes } = await backup(days.archive, tree, { journal: days.journal });
    expect(newBytes).toBeGreaterThan(30_000_000);
    await pruneArchive(days.archive, { device: phone, ...last(1), deleteNow: true });
    expect(await comesBack(days.archive, 'latest', tree)).toBe(true);
    expect((await verifyArchive(days.archive, { depth: 'full' })).problems).toEqual([]);
  });

  test('goes on with what was uploaded before an interruption', async () => {
    const tree = { ...treeOf(5), 'Media/film.mp4': { content: noise(30_000_000, 5) } };
    await interrupted(days, tree);
    await pruneDay(days, 5, { ...last(2), deleteNow: true });
    const { newBytes } = await backup(days.archive, tree, { journal: days.journal });
    expect(newBytes).toBeLessThan(16_000_000);
    expect(await comesBack(days.archive, 'latest', tree)).toBe(true);
  });

  test('is not stopped by a damaged mark, which a check names and the next prune replaces', async () => {
    await pruneDay(days, 5, last(2));
    const [mark] = namesOf(days, 'prune');
    days.store.objects.get(mark!)![100]! ^= 1;
    await backupDay(days, 6);
    const { problems } = await verifyArchive(days.archive);
    expect(problems.map(({ error }) => error)).toMatchObject([
      { code: 'archive-damaged', details: { object: mark } },
    ]);
    const warnings: string[] = [];
    const { doomedPacks } = await pruneDay(days, 7, {
      ...last(3),
      warn: ({ message }) => warnings.push(message),
    });
    expect(warnings).toEqual([expect.stringContaining(mark!)]);
    expect(doomedPacks).toBeGreaterThan(0);
    expect(namesOf(days, 'prune')).not.toContain(mark);
    expect(await stateOf(days)).toEqual(whole([7, 6, 4]));
  });
});

describe('who remembers', () => {
  test('a snapshot from before notices no rollback, though it was let go or written anew', async () => {
    for (const remembered of await listSnapshots(days.archive)) {
      const copy = await copyOf(days);
      await pruneDay(copy, 5, last(3));
      await pruneDay(copy, 6, { ...last(2), deleteNow: true });
      expect((await restore(copy.archive, 'latest', { expected: remembered })).result.restored).toBe(5);
    }
  });

  test('the snapshot that a prune published notices one that is older', async () => {
    const old = new MemoryStore(days.store.objects);
    const { newest } = await pruneDay(days, 5, last(2));
    const archive = await onStore(days, old);
    const noticed = { code: 'rolled-back', details: { seen: 6, found: 5 } };
    await expect(restore(archive, 'latest', { expected: newest! })).rejects.toMatchObject(noticed);
    await expect(backup(archive, treeOf(6), { journal: days.journal })).rejects.toMatchObject(noticed);
    await expect(pruneDay(days, 6, last(1), archive)).rejects.toMatchObject(noticed);
  });
});

describe('one device writes at a time:', () => {
  const tablet = { id: 'device-2', name: 'Tablet' };

  test('another one may not prune, unless it takes over', async () => {
    const refused = { code: 'other-writer', details: { device: 'Phone' } };
    const objects = [...days.store.objects];
    await expect(pruneDay(days, 5, { ...last(1), device: tablet })).rejects.toMatchObject(refused);
    expect([...days.store.objects]).toEqual(objects);
    const { newest } = await pruneDay(days, 5, { ...last(1), device: tablet, takeOver: true });
    expect(newest!.writer).toEqual({ deviceId: tablet.id, deviceName: tablet.name, epoch: 2 });
    await expect(backupDay(days, 6)).rejects.toMatchObject({ code: 'other-writer' });
  });

  test('a snapshot of another device that arrives meanwhile ends the prune before anything is marked', async () => {
    const theirs = await copyOf(days);
    await backup(theirs.archive, { a: 'theirs' }, { device: tablet, takeOver: true });
    const { store } = days;
    const racing = await onStore(days, {
      description: 'racing',
      get: (name, options) => store.get(name, options),
      list: (prefix, options) => store.list(prefix, options),
      remove: (name) => store.remove(name),
      put: async (name, bytes, options) => {
        await store.put(name, bytes, options);
        for (const [other, content] of theirs.store.objects)
          if (!store.objects.has(other)) store.objects.set(other, content);
      },
    });
    await expect(pruneDay(days, 5, last(2), racing)).rejects.toMatchObject({ code: 'other-writer' });
    expect(namesOf(days, 'prune')).toEqual([]);
  });
});

describe('a mark', () => {
  test('whose packs are in use again deletes none of them', async () => {
    await pruneDay(days, 5, last(2));
    const marks = await readPruneMarks(days.archive, { onProblem: () => undefined });
    expect(marks).toHaveLength(1);
    // The cloud has lost the snapshot that the prune made: that of before is the newest again.
    const stale = await copyOf(days);
    const published = (await newestSnapshot(days.archive))!.id;
    stale.store.objects.delete(`${days.archive.id}/snapshots/${published}`);
    expect((await listSnapshots(stale.archive)).map(({ number }) => number)).toEqual([5, 4, 3, 2, 1]);
    const { deletedPacks, doomedPacks } = await pruneDay(stale, 40, {
      ...last(5),
      journal: undefined,
      repack: false,
    });
    expect(deletedPacks).toBe(0);
    expect(doomedPacks).toBeGreaterThan(0);
    expect((await verifyArchive(stale.archive, { depth: 'full' })).problems).toEqual([]);
    for (const { id, number } of await listSnapshots(stale.archive))
      expect(await comesBack(stale.archive, id, treeOf(Math.min(number, 5) - 1))).toBe(true);
  });

  test('in another’s place is damage', async () => {
    await pruneDay(days, 5, { ...last(3), repack: false });
    await backupDay(days, 6);
    await pruneDay(days, 7, { ...last(1), repack: false });
    const [one, two] = namesOf(days, 'prune');
    const { objects } = days.store;
    const bytes = objects.get(one!)!;
    objects.set(one!, objects.get(two!)!);
    objects.set(two!, bytes);
    const { problems } = await verifyArchive(days.archive);
    expect(problems.map(({ error }) => error.code)).toEqual(['archive-damaged', 'archive-damaged']);
  });
});

describe('a snapshot that is damaged', () => {
  test('stops a prune before anything is written, unless the loss is accepted', async () => {
    const kept = (await newestSnapshot(days.archive))!.kept[3]!;
    days.store.objects.get(`${days.archive.id}/snapshots/${kept.id}`)![2000]! ^= 1;
    const objects = [...days.store.objects];
    await expect(pruneDay(days, 5, last(3))).rejects.toMatchObject({ code: 'archive-damaged' });
    expect([...days.store.objects]).toEqual(objects);
    await pruneDay(days, 5, { ...last(3), acceptLoss: true });
    expect(await stateOf(days)).toEqual(whole([6, 3, 2]));
  });

  test('in its manifest, too', async () => {
    const newest = (await newestSnapshot(days.archive))!;
    const pack = newest.manifest[0]!.pack;
    days.store.objects.delete(`${days.archive.id}/packs/${pack}`);
    const objects = [...days.store.objects];
    await expect(pruneDay(days, 5, last(1))).rejects.toMatchObject({ code: 'archive-incomplete' });
    expect([...days.store.objects]).toEqual(objects);
  });
});

test('a prune that is stopped stops', async () => {
  const stop = new AbortController();
  stop.abort();
  await expect(pruneDay(days, 5, { ...last(1), signal: stop.signal })).rejects.toMatchObject({
    code: 'cancelled',
  });
});

function sizeOf({ store }: Pick<Days, 'store'>): number {
  return [...store.objects.values()].reduce((sum, { length }) => sum + length, 0);
}

async function doomedNames({ archive }: Days): Promise<string[]> {
  const marks = await readPruneMarks(archive, { onProblem: () => undefined });
  return marks.flatMap(({ packs }) => packs.map((pack) => `${archive.id}/packs/${pack}`));
}

/** A backup that ends behind its first whole pack. */
async function interrupted(days: Days, tree: Parameters<typeof backup>[1]): Promise<void> {
  let puts = 0;
  const faulty = new FaultyStore(days.store, (_, kind) =>
    kind === 'put' && ++puts > 1 ? { when: 'before', error: unreachable() } : undefined,
  );
  const archive = await onStore(days, faulty);
  await expect(backup(archive, tree, { journal: days.journal })).rejects.toMatchObject({
    code: 'cloud-unreachable',
  });
}

/** Sealed bytes of every chunk of the newest snapshot's files. */
async function sealedSizes(archive: Days['archive']): Promise<number[]> {
  const sizes: number[] = [];
  for await (const { extents } of readEntries(archive, 'latest'))
    for (const { chunk } of extents) sizes.push(chunk.sealedLength);
  return sizes;
}
