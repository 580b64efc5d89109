import { describe, expect, test } from 'vitest';
import { packName, pruneMarkName } from '../object-names.ts';
import { backup } from '../testing/fixtures.ts';
import { cutTo, flipped } from './attacks.ts';
import { archiveOn, verified } from './judge.ts';
import { changed, notWhole } from './views.ts';
import { makeWorld } from './world.ts';

// Objects that no restore needs: whatever the cloud does with them, everything comes back.

const world = await makeWorld();
const newest = world.days.at(-1)!;

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
  ])('%s: verify names it', async (_, to) => {
    const objects = changed(world, object, to);
    const archive = await archiveOn(world, objects);
    expect(await verified(archive)).toEqual([{ code: 'archive-damaged', object, path: '' }]);
    expect(await notWhole(world, objects)).toEqual([]);
  });

  test('once more under another name: verify names the copy', async () => {
    const copy = pruneMarkName(world.archive.id, '00000000000000000000000000');
    const objects = new Map(world.objects).set(copy, world.objects.get(object)!);
    const archive = await archiveOn(world, objects);
    expect(await verified(archive)).toEqual([{ code: 'archive-damaged', object: copy, path: '' }]);
    expect(await notWhole(world, objects)).toEqual([]);
  });

  test('deleted: harmless, for what it names stays longer', async () => {
    const objects = changed(world, object, () => undefined);
    expect(await verified(await archiveOn(world, objects))).toEqual([]);
    expect(await notWhole(world, objects)).toEqual([]);
  });
});

describe('an object that nobody made', () => {
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
    expect(await notWhole(world, objects)).toEqual([]);
    expect(await backup(archive, { 'stays.txt': 'x' })).toMatchObject({ number: newest.mark.number + 1 });
  });

  test('named like a pack that no snapshot names: harmless', async () => {
    const name = packName(world.archive.id, 'ab'.repeat(16));
    const objects = new Map(world.objects).set(name, new Uint8Array(1_048_576));
    expect(await verified(await archiveOn(world, objects))).toEqual([]);
    expect(await notWhole(world, objects)).toEqual([]);
  });
});
