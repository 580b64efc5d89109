import { describe, expect, test } from 'vitest';
import { snapshotName } from '../object-names.ts';
import { cutTo, flipped, longer } from './attacks.ts';
import { type Outcome, archiveOn, restored, verified } from './judge.ts';
import { changed, labelled, notWhole, otherArchive } from './views.ts';
import { type Objects, makeWorld } from './world.ts';

// A cloud that does whatever it likes with the snapshots: verify and the restore of that day name the object, nothing of
// that day is restored, and the other days come back as they were.

const world = await makeWorld();
const newest = world.days.at(-1)!;
const others = await otherArchive();
const snapshots = labelled(
  'snapshot',
  world.days.map(({ object }) => object),
);
const size = 4096;

describe.each(snapshots)('$label', ({ object }) => {
  const isNewest = object === newest.object;
  const day = world.days.find((one) => one.object === object)!;
  const rest = world.days.filter((one) => one !== day);
  const names = isNewest ? [day.id, 'latest'] : [day.id];

  /** What verify and the restores of this day say, what comes back, and which of the other days are not whole. */
  async function said(objects: Objects): Promise<object> {
    const archive = await archiveOn(world, objects);
    const verify = (await verified(archive)).filter((notice) => notice.object === object);
    const restores: Outcome[] = [];
    for (const id of names) restores.push(await restored(archive, day, id));
    const told = restores.flatMap(({ notices }) =>
      notices.map((notice) => `${notice.code} ${notice.object}`),
    );
    const back = restores.flatMap((outcome) => outcome.back);
    return {
      verify: verify.map(({ code }) => code),
      told,
      back,
      wanting: await notWhole(world, objects, rest),
    };
  }

  /** That, when verify and restore name the snapshot and all else is as it was. */
  function refused(code: string, whenRestored: string = code): object {
    return { verify: [code], told: names.map(() => `${whenRestored} ${object}`), back: [], wanting: [] };
  }

  test.each([0, 7, 8, 23, 24, 55, 56, 71, 72, 2000, size - 16, size - 1])(
    'cut to %i bytes',
    async (length) => {
      expect(await said(changed(world, object, cutTo(length)))).toEqual(refused('archive-damaged'));
    },
  );

  test('longer than it was', async () => {
    expect(await said(changed(world, object, longer))).toEqual(refused('archive-damaged'));
  });

  test.each([
    ['magic', 0],
    ['reserved bytes', 6],
    ['salt', 24],
    ['salt’s end', 55],
    ['sealed message', 56],
    ['padding', 3000],
    ['tag', size - 16],
    ['tag’s end', size - 1],
  ])('a bit of its %s flipped', async (_, at) => {
    expect(await said(changed(world, object, flipped(at)))).toEqual(refused('archive-damaged'));
  });

  test.each([8, 23])('a bit of its key check flipped (byte %i)', async (at) => {
    const code = isNewest ? 'other-key' : 'archive-damaged';
    expect(await said(changed(world, object, flipped(at)))).toEqual(refused(code));
  });

  test.each([4, 5])('of a newer version by its byte %i: an update is asked for', async (at) => {
    // A snapshot that a later one names is compared by its hash before anything of it is read.
    const code = isNewest ? 'newer-version' : 'archive-damaged';
    expect(await said(changed(world, object, flipped(at, 1)))).toEqual(refused(code, 'newer-version'));
  });

  test.each(snapshots.filter((other) => other.object !== object))('replaced by $label', async (other) => {
    const objects = changed(world, object, () => world.objects.get(other.object));
    expect(await said(objects)).toEqual(refused('archive-damaged'));
  });

  test.each([
    ['the snapshot of another archive, with the same key', () => others.snapshot],
    ['a pack', () => world.objects.get(world.packs[0]!)],
    ['the prune mark', () => world.objects.get(world.pruneMark)],
  ])('replaced by %s', async (_, by) => {
    expect(await said(changed(world, object, by))).toEqual(refused('archive-damaged'));
  });

  test('once more under a newer name: the copy is named, and every day comes back by its id', async () => {
    const copy = snapshotName(world.archive.id, '7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
    const objects = new Map(world.objects).set(copy, world.objects.get(object)!);
    const archive = await archiveOn(world, objects);
    const notices = [{ code: 'archive-damaged', object: copy, path: '' }];
    expect(await verified(archive)).toEqual(notices);
    expect(await restored(archive, newest, 'latest')).toEqual({ back: [], notices, refused: true });
    expect(await notWhole(world, objects)).toEqual([]);
  });

  test('once more under an older name: harmless', async () => {
    const copy = snapshotName(world.archive.id, '00000000000000000000000000');
    const objects = new Map(world.objects).set(copy, world.objects.get(object)!);
    expect(await verified(await archiveOn(world, objects))).toEqual([]);
    expect(await notWhole(world, objects)).toEqual([]);
  });
});

// That of the newest is a roll-back.
test.each(snapshots.slice(0, -1))('$label deleted: the later one names it', async ({ object }) => {
  const objects = changed(world, object, () => undefined);
  const archive = await archiveOn(world, objects);
  const day = world.days.find((one) => one.object === object)!;
  expect(await verified(archive)).toEqual([{ code: 'archive-incomplete', object, path: '' }]);
  expect(await restored(archive, day)).toMatchObject({ back: [], notices: [{ code: 'snapshot-missing' }] });
  const rest = world.days.filter((one) => one !== day);
  expect(await notWhole(world, objects, rest)).toEqual([]);
});
