import { type Bytes, isStrongroomError } from '@strongroom/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { packSize } from './pack/layout.ts';
import { RestoreError, type RestoreResult, restoreSnapshot } from './read/restore.ts';
import { listSnapshots } from './snapshot/history.ts';
import {
  type TestArchive,
  backup,
  databaseOf,
  newArchive,
  noise,
  onStore,
  prose,
  restore,
  testKey,
} from './testing/fixtures.ts';
import { MemoryStore } from './testing/memory-store.ts';
import type { MemoryTree } from './testing/memory-source.ts';
import { MemoryTarget } from './testing/memory-target.ts';
import { verifyArchive } from './verify.ts';

const first: MemoryTree = {
  'Databases/msgstore.db': { category: 'messages', content: databaseOf([noise(300_000, 1)]) },
  'Media/a.jpg': { category: 'media', content: noise(200_000, 2) },
  'b.txt': 'b stays as it is',
};
const second: MemoryTree = { ...first, 'c.txt': { content: prose(5000) } };

let prepared: TestArchive;
let ids: string[];
let names: { descriptor: string; packs: string[]; snapshots: string[] };

beforeAll(async () => {
  prepared = await newArchive();
  ids = [(await backup(prepared.archive, first)).id, (await backup(prepared.archive, second)).id];
  const all = [...prepared.store.objects.keys()];
  names = {
    descriptor: all.find((name) => name.endsWith('/descriptor'))!,
    packs: all.filter((name) => name.includes('/packs/')),
    snapshots: all.filter((name) => name.includes('/snapshots/')).toSorted(),
  };
});

/** The archive on a copy of its store, with one object changed. */
async function damagedBy(
  name: string,
  change: (bytes: Bytes) => Bytes | undefined,
): Promise<{ archive: TestArchive['archive']; store: MemoryStore }> {
  const store = new MemoryStore(prepared.store.objects);
  const changed = change(store.objects.get(name)!.slice());
  if (changed) store.objects.set(name, changed);
  else store.objects.delete(name);
  return { archive: { ...prepared.archive, store }, store };
}

/** What a restore gives, damaged or not. */
async function restoreWhatIsThere(
  archive: TestArchive['archive'],
  id: string,
): Promise<{ target: MemoryTarget; result: RestoreResult; error: unknown }> {
  const target = new MemoryTarget();
  try {
    return { target, result: await restoreSnapshot(archive, id, target), error: undefined };
  } catch (error) {
    if (!(error instanceof RestoreError)) throw error;
    return { target, result: error.result, error };
  }
}

const whole = (tree: MemoryTree): string[] => Object.keys(tree).toSorted();

test('the archive of these tests is of the kind they need', () => {
  expect(names.packs).toHaveLength(2);
  expect(names.snapshots).toHaveLength(2);
  const other = names.packs.map((name) => prepared.store.objects.get(name)!.length);
  expect(other.every((length) => length < packSize)).toBe(true);
});

describe('a deleted pack', () => {
  test.each([0, 1])(
    '(number %i) is noticed by every check, and what does not need it comes back',
    async (n) => {
      const { archive } = await damagedBy(names.packs[n]!, () => undefined);
      for (const depth of ['quick', 'full', { sample: 0 }] as const) {
        const { problems } = await verifyArchive(archive, { depth });
        expect(problems.map(({ error }) => error.code)).toContain('archive-incomplete');
      }
      const { error, result, target } = await restoreWhatIsThere(archive, ids[n]!);
      expect(isStrongroomError(error, 'archive-incomplete')).toBe(true);
      expect(result.failures.length).toBeGreaterThan(0);
      expect(target.entries.size).toBeLessThan(whole(second).length);
    },
  );

  test('of the second snapshot does not touch the first', async () => {
    const pack = await packsOnlyOf(1);
    const { archive } = await damagedBy(pack, () => undefined);
    const { target } = await restore(archive, ids[0]);
    expect([...target.entries.keys()].toSorted()).toEqual(whole(first));
  });
});

describe('a truncated pack', () => {
  test.each([0, 7, 8, 39, 40, 41, 1000, 100_000])('of %i bytes is noticed', async (length) => {
    for (const pack of names.packs) {
      const { archive } = await damagedBy(pack, (bytes) => bytes.slice(0, length));
      const { problems } = await verifyArchive(archive);
      expect(problems.map(({ error }) => error.code)).toContain('archive-damaged');
    }
  });

  test('by its last byte is noticed too, and everything comes back', async () => {
    for (const pack of names.packs) {
      const { archive } = await damagedBy(pack, (bytes) => bytes.slice(0, -1));
      expect((await verifyArchive(archive)).problems).not.toEqual([]);
      expect((await restoreWhatIsThere(archive, ids[1]!)).result.failures).toEqual([]);
    }
  });
});

describe('a flipped bit', () => {
  test('anywhere in a pack is noticed by a full check', async () => {
    for (const pack of names.packs) {
      const size = prepared.store.objects.get(pack)!.length;
      const places = [
        0,
        3,
        6,
        8,
        39,
        40,
        100,
        5000,
        200_000,
        400_000,
        size / 2,
        size - 25,
        size - 24,
        size - 1,
      ];
      for (const at of places.map(Math.floor)) {
        const { archive } = await damagedBy(pack, flip(at));
        const { problems } = await verifyArchive(archive, { depth: 'full' });
        expect(
          problems.map(({ error }) => error.code),
          `byte ${at} of ${size}`,
        ).toContain('archive-damaged');
      }
    }
  });

  test('in a chunk names the file, and the others come back byte for byte', async () => {
    const pack = await packsOnlyOf(0);
    const { archive } = await damagedBy(pack, flip(100));
    const { error, result, target } = await restoreWhatIsThere(archive, ids[0]!);
    expect(isStrongroomError(error, 'archive-damaged')).toBe(true);
    expect(result.failures).toHaveLength(1);
    const lost = result.failures[0]!.path;
    expect([...target.entries.keys(), lost].toSorted()).toEqual(whole(first));
    const { target: sound } = await restore(prepared.archive, ids[0]);
    for (const [path, { content }] of target.entries) {
      expect(Buffer.compare(content, sound.entries.get(path)!.content), `the content of ${path}`).toBe(0);
    }
    const { problems } = await verifyArchive(archive, { depth: 'full' });
    expect(problems.map(({ path }) => path)).toContain(lost);
  });

  test('anywhere in a snapshot is noticed, and the other snapshot comes back', async () => {
    const name = names.snapshots[1]!;
    const size = prepared.store.objects.get(name)!.length;
    for (let at = 0; at < size; at += 61) {
      const { archive } = await damagedBy(name, flip(at));
      const code = at === 4 || at === 5 ? 'newer-version' : 'archive-damaged';
      await expect(restore(archive), `byte ${at}`).rejects.toMatchObject({ code });
      expect((await restore(archive, ids[0])).result.failures).toEqual([]);
    }
    const { archive } = await damagedBy(name, flip(2000));
    const { problems } = await verifyArchive(archive);
    expect(problems.map(({ error }) => error.code)).toContain('archive-damaged');
    const listed: unknown[] = [];
    const infos = await listSnapshots(archive, { onProblem: (error) => listed.push(error.code) });
    expect(infos.map(({ id }) => id)).toEqual([ids[0]]);
    expect(listed).toEqual(['archive-damaged']);
  });
});

describe('a deleted snapshot', () => {
  test('that a later one names is noticed', async () => {
    const { archive } = await damagedBy(names.snapshots[0]!, () => undefined);
    await expect(restore(archive, ids[0])).rejects.toMatchObject({ code: 'snapshot-missing' });
    expect((await restore(archive)).result.failures).toEqual([]);
    await expect(listSnapshots(archive)).rejects.toMatchObject({ code: 'archive-incomplete' });
    const { problems } = await verifyArchive(archive);
    expect(problems.map(({ error }) => error.code)).toEqual(['archive-incomplete']);
  });

  test('or all of them leave an archive without any', async () => {
    const { archive, store } = await damagedBy(names.snapshots[0]!, () => undefined);
    store.objects.delete(names.snapshots[1]!);
    await expect(restore(archive)).rejects.toMatchObject({ code: 'snapshot-missing' });
    expect(await listSnapshots(archive)).toEqual([]);
  });
});

describe('a truncated snapshot', () => {
  test.each([0, 7, 8, 39, 40, 55, 56, 57, 2000, 4095])('of %i bytes is noticed', async (length) => {
    const { archive } = await damagedBy(names.snapshots[1]!, (bytes) => bytes.slice(0, length));
    await expect(restore(archive)).rejects.toMatchObject({ code: 'archive-damaged' });
  });
});

describe('objects in each other’s places', () => {
  test('are noticed: packs', async () => {
    const [one, two] = names.packs.map((name) => prepared.store.objects.get(name)!);
    const { archive, store } = await damagedBy(names.packs[0]!, () => two);
    store.objects.set(names.packs[1]!, one!);
    expect((await verifyArchive(archive, { depth: 'full' })).problems).not.toEqual([]);
    const { error, target } = await restoreWhatIsThere(archive, ids[1]!);
    expect(isStrongroomError(error, 'archive-damaged')).toBe(true);
    expect(target.entries.size).toBe(0);
  });

  test('are noticed: snapshots', async () => {
    const { archive } = await damagedBy(names.snapshots[1]!, () =>
      prepared.store.objects.get(names.snapshots[0]!),
    );
    await expect(restore(archive)).rejects.toMatchObject({ code: 'archive-damaged' });
    expect((await restore(archive, ids[0])).result.failures).toEqual([]);
  });

  test('are noticed: a snapshot as a pack, and a pack as a snapshot', async () => {
    const pack = await damagedBy(names.packs[0]!, () => prepared.store.objects.get(names.snapshots[0]!));
    expect((await verifyArchive(pack.archive)).problems).not.toEqual([]);
    const snapshot = await damagedBy(names.snapshots[1]!, () => prepared.store.objects.get(names.packs[0]!));
    await expect(restore(snapshot.archive)).rejects.toMatchObject({ code: 'archive-damaged' });
  });

  test.each([
    [7, 'archive-damaged'],
    [8, 'other-key'],
  ])('are noticed: those of another archive, even with the same key (key %i: %s)', async (fill, code) => {
    const other = await newArchive({ key: testKey(fill) });
    const { id } = await backup(other.archive, second);
    const theirs = (part: string): Bytes =>
      [...other.store.objects].find(([name]) => name.includes(part))![1];
    const pack = await damagedBy(await packsOnlyOf(0), () => theirs('/packs/'));
    expect((await verifyArchive(pack.archive, { depth: 'full' })).problems).not.toEqual([]);
    const replaced = await damagedBy(names.snapshots[1]!, () => theirs('/snapshots/'));
    await expect(restore(replaced.archive)).rejects.toMatchObject({ code });
    const added = await damagedBy(names.descriptor, (bytes) => bytes);
    added.store.objects.set(`${prepared.archive.id}/snapshots/${id}`, theirs('/snapshots/'));
    await expect(restore(added.archive)).rejects.toMatchObject({ code });
  });
});

describe('an object of a newer version', () => {
  test('asks for an update, whatever else is in it', async () => {
    for (const name of [names.snapshots[1]!, await packsOnlyOf(1)]) {
      const { archive } = await damagedBy(name, (bytes) => {
        const newer = bytes.slice(0, 10);
        newer.set([0, 2], 4);
        return newer;
      });
      const update = { code: 'newer-version', action: { do: 'upgrade' } };
      await expect(restore(archive)).rejects.toMatchObject(update);
    }
    const { archive } = await damagedBy(names.snapshots[1]!, (bytes) => bytes.with(5, 2));
    await expect(backup(archive, second)).rejects.toMatchObject({ code: 'newer-version' });
  });
});

describe('a lost descriptor', () => {
  test('is reported by a check', async () => {
    const archive = await onStore(prepared, new MemoryStore(prepared.store.objects));
    await archive.store.remove(names.descriptor);
    const { problems } = await verifyArchive(archive);
    expect(problems.map(({ error }) => error.code)).toEqual(['archive-missing']);
  });
});

test('what is intact after the worst is still right', async () => {
  const { archive, store } = await damagedBy(names.packs[0]!, flip(3000));
  for (const name of names.packs) store.objects.get(name)![60_000]! ^= 4;
  const { target } = await restoreWhatIsThere(archive, ids[1]!);
  const sound = hexOf((await restore(prepared.archive)).target);
  for (const [path, text] of Object.entries(hexOf(target))) expect(text).toBe(sound[path]);
});

function flip(at: number): (bytes: Bytes) => Bytes {
  return (bytes) => {
    bytes[at]! ^= 0x01;
    return bytes;
  };
}

function hexOf(target: MemoryTarget): Record<string, string> {
  return Object.fromEntries(
    [...target.entries].map(([path, { content }]) => [path, Buffer.from(content).toString('hex')]),
  );
}

/** The pack that the n-th snapshot made. */
async function packsOnlyOf(n: number): Promise<string> {
  const one = new MemoryStore(prepared.store.objects);
  const archive = { ...prepared.archive, store: one };
  for (const name of names.packs) {
    one.objects.delete(name);
    const first = await restoreWhatIsThere(archive, ids[0]!).then(({ error }) => error === undefined);
    one.objects.set(name, prepared.store.objects.get(name)!);
    if (first === (n === 1)) return name;
  }
  throw new Error('no such pack');
}
