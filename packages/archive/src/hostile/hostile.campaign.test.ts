import type { Bytes } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { campaignSize } from '../../../../tools/campaign.ts';
import { findArchives, openArchive } from '../archive.ts';
import { Rng } from '../fuzz/rng.ts';
import { descriptorName, packName, pruneMarkName, snapshotName } from '../object-names.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { restoreSnapshot } from '../read/restore.ts';
import { backup, newArchive, noRetry, testKey } from '../testing/fixtures.ts';
import { MemoryStore } from '../testing/memory-store.ts';
import { MemoryTarget } from '../testing/memory-target.ts';
import { cutTo, flipped, lengthsOf, longer, placesIn, swapped, withObject } from './attacks.ts';
import { type Notice, archiveOn, restored, verified } from './judge.ts';
import { type Day, type Objects, liesIn, lostWithout, makeWorld } from './world.ts';

// A cloud that does whatever it likes with every object of an archive. Whatever it does, one of these holds:
//
//   noticed    `verify --full`, or the restore, names the object; what does not need it comes back as it was
//   harmless   nothing needs what was changed
//   rolled back  it shows what was there some days ago: noticed by who remembers a later snapshot, and by nobody else
//
// and nothing is ever restored that was not stored: `restored` compares every byte, of every day, in every test here.

const world = await makeWorld();
const newest = world.days.at(-1)!;
const earlier = world.days.slice(0, -1);
const packs = world.packs.map((object, i) => ({ object, label: `pack ${i + 1}` }));
const snapshots = world.days.map(({ object }, i) => ({ object, label: `snapshot ${i + 1}` }));
const others = await otherArchive();

const everything = (day: Day): string[] => [...day.truth.keys()].toSorted();
const pathsOf = (notices: readonly Notice[]): string[] =>
  [...new Set(notices.map(({ path }) => path))].toSorted();
const change = (name: string, to: (bytes: Bytes) => Bytes | undefined): Objects =>
  withObject(world.objects, name, to);

/** An archive of somebody else with the same key and the same objects in number: what could be mixed in. */
async function otherArchive(): Promise<{ descriptor: Bytes; pack: Bytes; snapshot: Bytes }> {
  const { archive, store } = await newArchive();
  await backup(archive, { 'stays.txt': 'another content' });
  const of = (part: string): Bytes => [...store.objects].find(([name]) => name.includes(part))![1];
  return { descriptor: of('/descriptor'), pack: of('/packs/'), snapshot: of('/snapshots/') };
}

/** Every day comes back but for what these chunks hold, and that is told with the object and the paths. */
async function expectLost(
  objects: Objects,
  object: string,
  loses: (chunk: ChunkRef) => boolean,
): Promise<void> {
  const archive = await archiveOn(world, objects);
  for (const day of world.days) {
    const { back, notices } = await restored(archive, day);
    const lost = lostWithout(day, loses);
    const gone = lost === 'manifest' ? everything(day) : lost;
    expect(back).toEqual(everything(day).filter((path) => !gone.includes(path)));
    expect(pathsOf(notices)).toEqual(lost === 'manifest' ? [''] : lost.toSorted());
    for (const notice of notices) expect(notice.object).toBe(object);
  }
}

/** Every path of which a full check can know that it is lost is named by it. */
function expectNamed(notices: readonly Notice[], loses: (chunk: ChunkRef) => boolean): void {
  for (const day of world.days) {
    const lost = lostWithout(day, loses);
    if (lost !== 'manifest') expect(pathsOf(notices)).toEqual(expect.arrayContaining([...lost]));
  }
}

/** All days, or some of them, come back whole. */
async function expectWhole(objects: Objects, days: readonly Day[] = world.days): Promise<void> {
  const archive = await archiveOn(world, objects);
  for (const day of days) {
    expect(await restored(archive, day)).toEqual({ back: everything(day), notices: [], refused: false });
  }
}

test('the world is of the kind that these tests need', async () => {
  expect(world.days.map(({ manifest }) => manifest.length)).toEqual([1, 1, 1]);
  expect(packs.length).toBeGreaterThanOrEqual(3);
  expect(await verified(await archiveOn(world, world.objects))).toEqual([]);
  await expectWhole(world.objects);
  const shared = newest.chunks.get('Databases/msgstore.db')!.map(({ pack }) => pack);
  expect(new Set(shared).size, 'packs that the database of the last day needs').toBe(3);
  expect(
    packs.some(({ object }) =>
      world.days.every((day) => lostWithout(day, liesIn(world, object)) !== 'manifest'),
    ),
  ).toBe(false);
});

test('what comes back is compared with what was stored', async () => {
  const archive = await archiveOn(world, world.objects);
  await expect(restored(archive, earlier[0]!, newest.id)).rejects.toThrow('came back with another content');
  await expect(restored(archive, newest, earlier[0]!.id)).rejects.toThrow('came back');
});

describe.each(packs)('$label', ({ object }) => {
  const loses = liesIn(world, object);

  test('deleted: verify and restore name it, and every path that needs it', async () => {
    const objects = change(object, () => undefined);
    const notices = await verified(await archiveOn(world, objects));
    expect(notices).toContainEqual(expect.objectContaining({ code: 'archive-incomplete', object }));
    expectNamed(notices, loses);
    await expectLost(objects, object, loses);
  });

  test.each(lengthsOf(world, object))(
    'cut to $length bytes: verify names it; what is before comes back',
    async (cut) => {
      const objects = change(object, cutTo(cut.length));
      const notices = await verified(await archiveOn(world, objects));
      expect(notices).toContainEqual(expect.objectContaining({ code: 'archive-damaged', object }));
      expectNamed(notices, cut.loses);
      await expectLost(objects, object, cut.loses);
    },
  );

  test('longer than it was: verify names it, everything comes back', async () => {
    const objects = change(object, longer);
    const notices = await verified(await archiveOn(world, objects));
    expect(notices).toContainEqual(expect.objectContaining({ code: 'archive-damaged', object }));
    await expectWhole(objects);
  });

  test.each(placesIn(world, object))('a bit of its $name flipped: verify names it', async (place) => {
    const objects = change(object, flipped(place.at));
    const notices = await verified(await archiveOn(world, objects));
    expect(notices).toContainEqual(expect.objectContaining({ code: 'archive-damaged', object }));
    expectNamed(notices, place.loses);
    await expectLost(objects, object, place.loses);
  });

  test.each([4, 5])(
    'byte %i, of a newer version: nothing is half-read, an update is asked for',
    async (at) => {
      const archive = await archiveOn(world, change(object, flipped(at, 1)));
      expect(await verified(archive)).toEqual([{ code: 'newer-version', object, path: '' }]);
      for (const day of world.days) {
        const { back, notices } = await restored(archive, day);
        const needs = lostWithout(day, loses);
        if (needs === 'manifest') expect(back).toEqual([]);
        if (needs.length > 0) expect(notices).toEqual([{ code: 'newer-version', object, path: '' }]);
      }
    },
  );

  test.each(packs.filter((other) => other.object !== object))(
    'and $label in each other’s places: verify names both',
    async (other) => {
      const objects = swapped(world.objects, object, other.object);
      const notices = await verified(await archiveOn(world, objects));
      for (const name of [object, other.object])
        expect(notices).toContainEqual(expect.objectContaining({ code: 'archive-damaged', object: name }));
      const inBoth = (chunk: ChunkRef): boolean => loses(chunk) || liesIn(world, other.object)(chunk);
      for (const day of world.days) {
        const lost = lostWithout(day, inBoth);
        const { back } = await restored(await archiveOn(world, objects), day);
        expect(back).toEqual(everything(day).filter((path) => lost !== 'manifest' && !lost.includes(path)));
      }
    },
  );

  test.each([
    ['a pack of another archive, with the same key', () => others.pack],
    ['a snapshot', () => world.objects.get(newest.object)],
    ['the descriptor', () => world.objects.get(world.descriptor)],
  ])('replaced by %s: verify names it', async (_, by) => {
    const objects = change(object, by);
    const notices = await verified(await archiveOn(world, objects));
    expect(notices).toContainEqual(expect.objectContaining({ code: 'archive-damaged', object }));
    await expectLost(objects, object, loses);
  });

  test('once more under another name: harmless', async () => {
    const copy = packName(world.archive.id, 'cd'.repeat(16));
    const objects = new Map(world.objects).set(copy, world.objects.get(object)!);
    expect(await verified(await archiveOn(world, objects))).toEqual([]);
    await expectWhole(objects);
  });
});

const snapshotSize = 4096;

describe.each(snapshots)('$label', ({ object }) => {
  const isNewest = object === newest.object;
  const day = world.days.find((one) => one.object === object)!;
  const rest = world.days.filter((one) => one !== day);

  /** Verify and the restore of this day name it; the other days come back whole. */
  async function expectRefused(objects: Objects, codes: readonly string[], refused = codes): Promise<void> {
    const archive = await archiveOn(world, objects);
    const found = (await verified(archive)).filter((notice) => notice.object === object);
    expect(found.map(({ code }) => code)).toEqual([expect.toBeOneOf([...codes])]);
    for (const id of isNewest ? [day.id, 'latest'] : [day.id]) {
      const outcome = await restored(archive, day, id);
      expect(outcome).toMatchObject({ back: [], refused: true, notices: [{ object }] });
      expect(refused).toContain(outcome.notices[0]!.code);
    }
    await expectWhole(objects, rest);
  }

  test.each([0, 7, 8, 23, 24, 55, 56, 71, 72, 2000, snapshotSize - 16, snapshotSize - 1])(
    'cut to %i bytes: verify and restore name it',
    (length) => expectRefused(change(object, cutTo(length)), ['archive-damaged']),
  );

  test('longer than it was: verify and restore name it', () =>
    expectRefused(change(object, longer), ['archive-damaged']));

  test.each([
    ['magic', 0],
    ['reserved bytes', 6],
    ['salt', 24],
    ['salt’s end', 55],
    ['sealed message', 56],
    ['padding', 3000],
    ['tag', snapshotSize - 16],
    ['tag’s end', snapshotSize - 1],
  ])('a bit of its %s flipped: verify and restore name it', (_, at) =>
    expectRefused(change(object, flipped(at)), ['archive-damaged']),
  );

  test.each([8, 23])('a bit of its key check flipped (byte %i): verify and restore name it', (at) =>
    expectRefused(change(object, flipped(at)), [isNewest ? 'other-key' : 'archive-damaged']),
  );

  test.each([4, 5])('byte %i, of a newer version: an update is asked for', (at) => {
    const codes = isNewest ? ['newer-version'] : ['archive-damaged', 'newer-version'];
    return expectRefused(change(object, flipped(at, 1)), codes, ['newer-version']);
  });

  test.each(snapshots.filter((other) => other.object !== object))(
    'replaced by $label: verify and restore name it',
    (other) =>
      expectRefused(
        change(object, () => world.objects.get(other.object)),
        ['archive-damaged'],
      ),
  );

  test.each([
    ['the snapshot of another archive, with the same key', () => others.snapshot],
    ['a pack', () => world.objects.get(packs[0]!.object)],
    ['the prune mark', () => world.objects.get(world.pruneMark)],
  ])('replaced by %s: verify and restore name it', (_, by) =>
    expectRefused(change(object, by), ['archive-damaged']),
  );

  test('once more under a newer name: verify and restore name the copy, and every day comes back by its id', async () => {
    const copy = snapshotName(world.archive.id, '7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
    const objects = new Map(world.objects).set(copy, world.objects.get(object)!);
    const archive = await archiveOn(world, objects);
    const notice = { code: 'archive-damaged', object: copy, path: '' };
    expect(await verified(archive)).toEqual([notice]);
    expect(await restored(archive, newest, 'latest')).toEqual({ back: [], notices: [notice], refused: true });
    await expectWhole(objects);
  });

  test('once more under an older name: harmless', async () => {
    const copy = snapshotName(world.archive.id, '00000000000000000000000000');
    const objects = new Map(world.objects).set(copy, world.objects.get(object)!);
    expect(await verified(await archiveOn(world, objects))).toEqual([]);
    await expectWhole(objects);
  });
});

describe('a snapshot deleted', () => {
  test.each(earlier)('that a later one names: verify names it, the others come back', async (day) => {
    const objects = change(day.object, () => undefined);
    const archive = await archiveOn(world, objects);
    expect(await verified(archive)).toEqual([{ code: 'archive-incomplete', object: day.object, path: '' }]);
    expect(await restored(archive, day)).toMatchObject({ back: [], notices: [{ code: 'snapshot-missing' }] });
    await expectWhole(
      objects,
      world.days.filter((one) => one !== day),
    );
  });

  test('that is the newest: is a roll-back by one day', async () => {
    const objects = change(newest.object, () => undefined);
    await expectRolledBack(objects, earlier.at(-1)!);
    await expectWhole(objects, earlier);
  });
});

/** The cloud shows an earlier day as the newest: told to who remembers the last, and to nobody else. */
async function expectRolledBack(objects: Objects, shown: Day): Promise<void> {
  const archive = await archiveOn(world, objects);
  const error = { code: 'rolled-back', details: { seen: newest.mark.number, found: shown.mark.number } };
  const target = new MemoryTarget();
  await expect(restoreSnapshot(archive, 'latest', target, { expected: newest.mark })).rejects.toMatchObject(
    error,
  );
  expect(target.entries.size).toBe(0);
  await expect(backup(archive, {}, { journal: world.journal })).rejects.toMatchObject(error);
  await expect(backup(archive, {}, { expected: newest.mark })).rejects.toMatchObject(error);
  expect(await restored(archive, shown, 'latest')).toMatchObject({ back: everything(shown), notices: [] });
}

describe('the whole archive rolled back', () => {
  test.each(earlier)('to an earlier day: told to who remembers a later one', (day) =>
    expectRolledBack(day.objects, day),
  );

  test.each(earlier)('in its snapshots alone: told to who remembers a later one', async (day) => {
    const isLater = (name: string): boolean => name.includes('/snapshots/') && !day.objects.has(name);
    await expectRolledBack(new Map([...world.objects].filter(([name]) => !isLater(name))), day);
  });

  test.each(earlier)('in its packs alone: verify and restore name every pack that is gone', async (day) => {
    const gone = world.packs.filter((name) => !day.objects.has(name));
    const objects = new Map([...world.objects].filter(([name]) => !gone.includes(name)));
    const archive = await archiveOn(world, objects);
    const named = (await verified(archive)).map((notice) => notice.object);
    expect(named).toEqual(
      expect.arrayContaining(
        gone.filter((pack) => world.days.some((d) => lostWithout(d, liesIn(world, pack)).length > 0)),
      ),
    );
    await expectWhole(objects, [day]);
    expect((await restored(archive, newest)).notices.length).toBeGreaterThan(0);
  });

  test('to nothing: told to who remembers anything; else there is no backup', async () => {
    const archive = await archiveOn(world, new Map());
    expect(await restored(archive, newest, 'latest')).toMatchObject({
      back: [],
      notices: [{ code: 'snapshot-missing' }],
    });
    const restoring = restoreSnapshot(archive, 'latest', new MemoryTarget(), { expected: newest.mark });
    await expect(restoring).rejects.toMatchObject({ code: 'rolled-back' });
    expect(await verified(archive)).toContainEqual(expect.objectContaining({ code: 'archive-missing' }));
  });

  test('and gone on with in another way: told by the hash, though the number is right', async () => {
    const [, second] = world.days as [Day, Day, Day];
    const archive = await archiveOn(world, second.objects);
    const fork = await backup(archive, { 'stays.txt': 'what is in here never changes' });
    expect(fork.number).toBe(newest.mark.number);
    const restoring = restoreSnapshot(archive, 'latest', new MemoryTarget(), { expected: newest.mark });
    await expect(restoring).rejects.toMatchObject({ code: 'rolled-back', details: { seen: 3, found: 3 } });
  });
});

describe('the descriptor', () => {
  const object = world.descriptor;
  const size = world.objects.get(object)!.length;

  /** Verify and opening say so, naming it; everything comes back without it. */
  async function expectNoticed(objects: Objects, code: string, details: object = { object }): Promise<void> {
    const archive = await archiveOn(world, objects);
    const [notice, ...more] = await verified(archive);
    expect(more).toEqual([]);
    expect(notice).toMatchObject({ code, object: undefined, ...details });
    const opening = openArchive({
      store: archive.store,
      key: testKey(),
      archiveId: archive.id,
      retry: noRetry,
    });
    await expect(opening).rejects.toMatchObject({ code, details });
    await expectWhole(objects);
    expect(await restored(archive, newest, 'latest')).toMatchObject({
      back: everything(newest),
      notices: [],
    });
  }

  test('deleted: verify and opening say that it is gone', () =>
    expectNoticed(
      change(object, () => undefined),
      'archive-missing',
      {},
    ));

  test.each([0, 7, 8, 39, 40, 41, 58, size >> 1, size - 1])(
    'cut to %i bytes: verify and opening name it',
    (length) => expectNoticed(change(object, cutTo(length)), 'archive-damaged'),
  );

  test('longer than it was: verify and opening name it', () =>
    expectNoticed(change(object, longer), 'archive-damaged'));

  test.each([
    ['magic', 0],
    ['reserved bytes', 6],
    ['authentication', 8],
    ['authentication’s end', 39],
    ['archive id', 45],
    ['way to unlock', size - 1],
  ])('a bit of its %s flipped: verify and opening name it', (_, at) =>
    expectNoticed(change(object, flipped(at)), 'archive-damaged'),
  );

  test('a bit of its key check flipped: verify and opening say that the key is another', () =>
    expectNoticed(change(object, flipped(62)), 'wrong-key', {}));

  test.each([4, 5])('byte %i, of a newer version: an update is asked for', async (at) => {
    const objects = change(object, flipped(at, 1));
    expect(await verified(await archiveOn(world, objects))).toEqual([
      { code: 'newer-version', object, path: '' },
    ]);
    await expectWhole(objects);
  });

  test.each([
    ['that of another archive, with the same key', () => others.descriptor],
    ['a snapshot', () => world.objects.get(newest.object)],
  ])('replaced by %s: verify and opening name it', (_, by) =>
    expectNoticed(change(object, by), 'archive-damaged'),
  );

  test('replaced by an older one of its own: not noticed, and nothing else is as it was then', async () => {
    const archive = await archiveOn(
      world,
      change(object, () => world.oldDescriptor),
    );
    expect(await verified(archive)).toEqual([]);
    expect(await archive.unlock()).toEqual([{ way: 'key' }]);
    await expectWhole(change(object, () => world.oldDescriptor));
  });

  test('once more as that of another archive: harmless, and that one cannot be opened', async () => {
    const copy = descriptorName('ab'.repeat(16));
    const objects = new Map(world.objects).set(copy, world.objects.get(object)!);
    const archive = await archiveOn(world, objects);
    expect((await findArchives(archive.store)).map(({ archiveId }) => archiveId)).toEqual([archive.id]);
    expect(await verified(archive)).toEqual([]);
    const opening = { store: archive.store, key: testKey(), archiveId: 'ab'.repeat(16), retry: noRetry };
    await expect(openArchive(opening)).rejects.toMatchObject({
      code: 'archive-damaged',
      details: { object: copy },
    });
  });
});

describe('a prune mark', () => {
  const object = world.pruneMark;

  test.each([
    ['cut to nothing', cutTo(0)],
    ['cut short', cutTo(2000)],
    ['with a bit of its magic flipped', flipped(0)],
    ['with a bit of its salt flipped', flipped(30)],
    ['with a bit of its message flipped', flipped(60)],
    ['with a bit of its tag flipped', flipped(4095)],
    ['replaced by a snapshot', () => world.objects.get(newest.object)],
  ])('%s: verify names it, and everything comes back', async (_, to) => {
    const objects = change(object, to);
    expect(await verified(await archiveOn(world, objects))).toEqual([
      { code: 'archive-damaged', object, path: '' },
    ]);
    await expectWhole(objects);
  });

  test('once more under another name: verify names the copy, and everything comes back', async () => {
    const copy = pruneMarkName(world.archive.id, '00000000000000000000000000');
    const objects = new Map(world.objects).set(copy, world.objects.get(object)!);
    expect(await verified(await archiveOn(world, objects))).toEqual([
      { code: 'archive-damaged', object: copy, path: '' },
    ]);
    await expectWhole(objects);
  });

  test('deleted: harmless, for what it names stays longer', async () => {
    const objects = change(object, () => undefined);
    expect(await verified(await archiveOn(world, objects))).toEqual([]);
    await expectWhole(objects);
  });
});

describe('objects that nobody made', () => {
  test.each([
    'packs/zz',
    `packs/${'F'.repeat(32)}`,
    'snapshots/notes',
    `snapshots/${'8'.repeat(26)}`,
    'prune/x',
    'something/else',
    'descriptor-2',
  ])('named %s: harmless, also to the next backup', async (name) => {
    const objects = new Map(world.objects).set(`${world.archive.id}/${name}`, new Uint8Array(500).fill(7));
    const archive = await archiveOn(world, objects);
    expect(await verified(archive)).toEqual([]);
    await expectWhole(objects);
    expect(await backup(archive, { 'stays.txt': 'x' })).toMatchObject({ number: newest.mark.number + 1 });
  });

  test('as a pack that nothing names: harmless', async () => {
    const name = packName(world.archive.id, 'ab'.repeat(16));
    const objects = new Map(world.objects).set(name, new Uint8Array(1_048_576));
    expect(await verified(await archiveOn(world, objects))).toEqual([]);
    await expectWhole(objects);
  });
});

function overwritten(bytes: Bytes, at: number, by: Bytes): Bytes {
  const end = Math.min(bytes.length, at + by.length);
  bytes.set(by.subarray(0, end - at), at);
  return bytes;
}

/** One change of any kind, to any object. */
function anyAttack(rng: Rng, objects: Objects): Objects {
  const names = [...objects.keys()];
  const name = rng.pick(names);
  const bytes = objects.get(name)!;
  const at = rng.below(Math.max(1, bytes.length));
  switch (rng.below(6)) {
    case 0:
      return withObject(objects, name, () => undefined);
    case 1:
      return withObject(objects, name, cutTo(at));
    case 2:
      return swapped(objects, name, rng.pick(names));
    case 3:
      return withObject(objects, name, () => world.days[rng.below(world.days.length)]!.objects.get(name));
    case 4:
      return withObject(objects, name, (old) => overwritten(old, at, rng.bytes(rng.small(64))));
    default:
      return bytes.length > 0 ? withObject(objects, name, flipped(at, rng.below(8))) : objects;
  }
}

const campaigns = campaignSize({ short: 4, long: 400 });

test.each(Array.from({ length: campaigns }, (_, i) => i))(
  'anything, several times over (campaign %i): what comes back is right, and what does not is told',
  async (campaign) => {
    for (let seed = campaign * 10; seed < (campaign + 1) * 10; seed++) {
      const rng = new Rng(seed);
      let objects = world.objects;
      for (let n = 1 + rng.below(4); n > 0; n--) objects = anyAttack(rng, objects);
      const archive = await archiveOn(world, objects);
      await verified(archive);
      for (const day of world.days) {
        const { back, notices } = await restored(archive, day);
        const missing = everything(day).filter((path) => !back.includes(path));
        const told = pathsOf(notices);
        const isTold = told.includes('') || missing.every((path) => told.includes(path));
        expect(isTold, `seed ${seed}: ${missing} are missing, and ${told} were told`).toBe(true);
      }
    }
  },
);
