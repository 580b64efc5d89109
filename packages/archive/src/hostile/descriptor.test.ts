import { StrongroomError } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { findArchives, openArchive } from '../archive.ts';
import { descriptorName } from '../object-names.ts';
import { noRetry, testKey } from '../testing/fixtures.ts';
import { cutTo, flipped, longer } from './attacks.ts';
import { archiveOn, verified } from './judge.ts';
import { changed, notWhole, otherArchive } from './views.ts';
import { type Objects, makeWorld } from './world.ts';

// A cloud that does whatever it likes with the descriptor: verify and opening tell it, and with the key everything comes
// back without it.

const world = await makeWorld();
const others = await otherArchive();
const object = world.descriptor;
const size = world.objects.get(object)!.length;

/** What verify and opening say, and which days do not come back without the descriptor. */
async function said(objects: Objects): Promise<object> {
  const archive = await archiveOn(world, objects);
  const opening = { store: archive.store, key: testKey(), archiveId: archive.id, retry: noRetry };
  let opened = 'nothing';
  try {
    await openArchive(opening);
  } catch (error) {
    if (!(error instanceof StrongroomError)) throw error;
    opened = error.code;
  }
  return { verify: await verified(archive), opened, wanting: await notWhole(world, objects) };
}

function noticed(code: string, named: string | undefined = object): object {
  return { verify: [{ code, object: named, path: '' }], opened: code, wanting: [] };
}

describe('the descriptor', () => {
  test('deleted', async () => {
    const missing = {
      verify: [{ code: 'archive-missing', path: '' }],
      opened: 'archive-missing',
      wanting: [],
    };
    expect(await said(changed(world, object, () => undefined))).toMatchObject(missing);
  });

  test.each([0, 7, 8, 39, 40, 41, 58, size >> 1, size - 1])('cut to %i bytes', async (length) => {
    expect(await said(changed(world, object, cutTo(length)))).toEqual(noticed('archive-damaged'));
  });

  test('longer than it was', async () => {
    expect(await said(changed(world, object, longer))).toEqual(noticed('archive-damaged'));
  });

  test.each([
    ['magic', 0],
    ['reserved bytes', 6],
    ['authentication', 8],
    ['authentication’s end', 39],
    ['archive id', 45],
    ['way to unlock', size - 1],
  ])('a bit of its %s flipped', async (_, at) => {
    expect(await said(changed(world, object, flipped(at)))).toEqual(noticed('archive-damaged'));
  });

  test('a bit of its key check flipped: the key seems to be another', async () => {
    const wrong = { verify: [{ code: 'wrong-key', path: '' }], opened: 'wrong-key', wanting: [] };
    expect(await said(changed(world, object, flipped(62)))).toMatchObject(wrong);
  });

  test.each([4, 5])('of a newer version by its byte %i: an update is asked for', async (at) => {
    expect(await said(changed(world, object, flipped(at, 1)))).toEqual(noticed('newer-version'));
  });

  test.each([
    ['that of another archive, with the same key', () => others.descriptor],
    ['a snapshot', () => world.objects.get(world.days[0]!.object)],
  ])('replaced by %s', async (_, by) => {
    expect(await said(changed(world, object, by))).toEqual(noticed('archive-damaged'));
  });

  test('replaced by an older one of its own: not noticed; the ways to unlock are those of then, and nothing else', async () => {
    const objects = changed(world, object, () => world.oldDescriptor);
    expect(await said(objects)).toEqual({ verify: [], opened: 'nothing', wanting: [] });
    expect(await (await archiveOn(world, objects)).unlock()).toEqual([{ way: 'key' }]);
    expect(await (await archiveOn(world, world.objects)).unlock()).toEqual([
      { way: 'password', directoryEpoch: 1 },
    ]);
  });

  test('once more as that of another archive: harmless, and that one cannot be opened', async () => {
    const archiveId = 'ab'.repeat(16);
    const copy = descriptorName(archiveId);
    const objects = new Map(world.objects).set(copy, world.objects.get(object)!);
    const { store, id } = await archiveOn(world, objects);
    expect((await findArchives(store)).map((found) => found.archiveId)).toEqual([id]);
    expect(await verified(await archiveOn(world, objects))).toEqual([]);
    const opening = openArchive({ store, key: testKey(), archiveId, retry: noRetry });
    await expect(opening).rejects.toMatchObject({ code: 'archive-damaged', details: { object: copy } });
  });
});
