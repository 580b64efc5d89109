import { utf8 } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { packName } from '../object-names.ts';
import { cutTo, flipped, lengthsOf, longer, placesIn, swapped } from './attacks.ts';
import { archiveOn, restored, verified } from './judge.ts';
import { changed, knownLost, labelled, losses, lossesOf, notWhole, otherArchive, pathsOf } from './views.ts';
import { liesIn, lostWithout, makeWorld } from './world.ts';

// A cloud that does whatever it likes with the packs. Whatever it does, a full check names the pack and the paths that need
// it; the restore leaves these out, names them, and gives back all the rest. What comes back is compared with what was
// stored, byte for byte, by `restored`.

const world = await makeWorld();
const packs = labelled('pack', world.packs);
const others = await otherArchive();

test('the world is of the kind that these tests need', async () => {
  expect(world.days.map(({ manifest }) => manifest.length)).toEqual([1, 1, 1]);
  expect(packs).toHaveLength(3);
  const database = world.days.at(-1)!.chunks.get('Databases/msgstore.db')!;
  expect(new Set(database.map(({ pack }) => pack)).size, 'packs that the last day’s database needs').toBe(3);
  expect(await verified(await archiveOn(world, world.objects))).toEqual([]);
  expect(await notWhole(world, world.objects)).toEqual([]);
});

test('what comes back is compared with what was stored', async () => {
  const archive = await archiveOn(world, world.objects);
  const [first, , last] = world.days;
  await expect(restored(archive, first!, last!.id)).rejects.toThrow('msgstore.db came back with other facts');
  await expect(restored(archive, last!, first!.id)).rejects.toThrow('came back');
  const truth = new Map(last!.truth).set('stays.txt', {
    ...last!.truth.get('stays.txt')!,
    content: utf8('what is in here ever changed!'),
  });
  await expect(restored(archive, { ...last!, truth })).rejects.toThrow(
    'stays.txt came back with another content',
  );
});

describe.each(packs)('$label', ({ object }) => {
  const loses = liesIn(world, object);

  test('deleted: verify names it, and every path that needs it', async () => {
    const objects = changed(world, object, () => undefined);
    const notices = await verified(await archiveOn(world, objects));
    expect(notices).toContainEqual(expect.objectContaining({ code: 'archive-incomplete', object }));
    expect(pathsOf(notices)).toEqual(expect.arrayContaining(knownLost(world, loses)));
    expect(await losses(world, objects)).toEqual(lossesOf(world, object, loses));
  });

  test.each(lengthsOf(world, object))('cut to $length bytes: what lies before comes back', async (cut) => {
    const objects = changed(world, object, cutTo(cut.length));
    const notices = await verified(await archiveOn(world, objects));
    expect(notices).toContainEqual(expect.objectContaining({ code: 'archive-damaged', object }));
    expect(pathsOf(notices)).toEqual(expect.arrayContaining(knownLost(world, cut.loses)));
    expect(await losses(world, objects)).toEqual(lossesOf(world, object, cut.loses));
  });

  test('longer than it was: verify names it, everything comes back', async () => {
    const objects = changed(world, object, longer);
    const notices = await verified(await archiveOn(world, objects));
    expect(notices).toContainEqual(expect.objectContaining({ code: 'archive-damaged', object }));
    expect(await notWhole(world, objects)).toEqual([]);
  });

  test.each(placesIn(world, object))('a bit of its $name flipped', async (place) => {
    const objects = changed(world, object, flipped(place.at));
    const notices = await verified(await archiveOn(world, objects));
    expect(notices).toContainEqual(expect.objectContaining({ code: 'archive-damaged', object }));
    expect(pathsOf(notices)).toEqual(expect.arrayContaining(knownLost(world, place.loses)));
    expect(await losses(world, objects)).toEqual(lossesOf(world, object, place.loses));
  });

  test.each([4, 5])('of a newer version by its byte %i: an update is asked for', async (at) => {
    const archive = await archiveOn(world, changed(world, object, flipped(at, 1)));
    const notices = [{ code: 'newer-version', object, path: '' }];
    expect(await verified(archive)).toEqual(notices);
    const needing = world.days.filter((day) => lostWithout(day, loses).length > 0);
    expect(needing.length).toBeGreaterThan(0);
    for (const day of needing) expect(await restored(archive, day)).toMatchObject({ notices });
  });

  test.each(packs.filter((other) => other.object !== object))(
    'and $label in each other’s places: verify names both',
    async (other) => {
      const objects = swapped(world.objects, object, other.object);
      const notices = await verified(await archiveOn(world, objects));
      for (const name of [object, other.object])
        expect(notices).toContainEqual(expect.objectContaining({ code: 'archive-damaged', object: name }));
      const inBoth = lossesOf(world, object, (chunk) => loses(chunk) || liesIn(world, other.object)(chunk));
      const found = await losses(world, objects);
      expect(found.map(({ back, told }) => ({ back, told }))).toEqual(
        inBoth.map(({ back, told }) => ({ back, told })),
      );
    },
  );

  test.each([
    ['a pack of another archive, with the same key', () => others.pack],
    ['a snapshot', () => world.objects.get(world.days[0]!.object)],
    ['the descriptor', () => world.objects.get(world.descriptor)],
  ])('replaced by %s', async (_, by) => {
    const objects = changed(world, object, by);
    const notices = await verified(await archiveOn(world, objects));
    expect(notices).toContainEqual(expect.objectContaining({ code: 'archive-damaged', object }));
    expect(await losses(world, objects)).toEqual(lossesOf(world, object, loses));
  });

  test('once more under another name: harmless', async () => {
    const copy = packName(world.archive.id, 'cd'.repeat(16));
    const objects = new Map(world.objects).set(copy, world.objects.get(object)!);
    expect(await verified(await archiveOn(world, objects))).toEqual([]);
    expect(await notWhole(world, objects)).toEqual([]);
  });
});
