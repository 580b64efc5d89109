import { isStrongroomError } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { restoreSnapshot } from '../read/restore.ts';
import { listSnapshots } from '../snapshot/history.ts';
import { backup } from '../testing/fixtures.ts';
import { MemoryTarget } from '../testing/memory-target.ts';
import { archiveOn, restored, verified } from './judge.ts';
import { changed, notWhole } from './views.ts';
import { type Day, type Objects, makeWorld } from './world.ts';

// A cloud that shows what was there some days ago. Nothing in it is wrong, so it is told to who remembers a later
// snapshot, by a journal or a mark, and to nobody else.

const world = await makeWorld();
const newest = world.days.at(-1)!;
const earlier = world.days.slice(0, -1);

/** What is said to who remembers the last day, what is restored to them, and what somebody sees who does not. */
async function told(objects: Objects): Promise<object> {
  const archive = await archiveOn(world, objects);
  const target = new MemoryTarget();
  const said: unknown[] = [];
  const note = (error: unknown): void =>
    void said.push(isStrongroomError(error, 'rolled-back') ? error.details : error);
  await restoreSnapshot(archive, 'latest', target, { expected: newest.mark }).catch(note);
  await backup(archive, {}, { journal: world.journal }).catch(note);
  await backup(archive, {}, { expected: newest.mark }).catch(note);
  const shown = await listSnapshots(archive);
  const verify = (await verified(archive)).map(({ code }) => code);
  return { said, restored: target.entries.size, verify, shown: shown.map(({ id }) => id) };
}

/** That, when everybody who remembers is told, and nobody else. */
function rolledBackTo(shown: Day): object {
  const details = { seen: newest.mark.number, found: shown.mark.number };
  const ids = world.days.filter(({ mark }) => mark.number <= shown.mark.number).map(({ id }) => id);
  return { said: [details, details, details], restored: 0, verify: [], shown: ids.toReversed() };
}

describe('the archive rolled back to an earlier day', () => {
  test.each(earlier)('whole', async (day) => {
    expect(await told(day.objects)).toEqual(rolledBackTo(day));
    expect(await notWhole(world, day.objects, [day])).toEqual([]);
  });

  test.each(earlier)('in its snapshots alone', async (day) => {
    const isLater = (name: string): boolean => name.includes('/snapshots/') && !day.objects.has(name);
    const objects = new Map([...world.objects].filter(([name]) => !isLater(name)));
    expect(await told(objects)).toEqual(rolledBackTo(day));
  });

  test('by the newest snapshot alone', async () => {
    const objects = changed(world, newest.object, () => undefined);
    expect(await told(objects)).toEqual(rolledBackTo(earlier.at(-1)!));
    expect(await notWhole(world, objects, earlier)).toEqual([]);
  });

  test.each(earlier)('in its packs alone: verify names every pack that is gone', async (day) => {
    const gone = world.packs.filter((name) => !day.objects.has(name));
    const objects = new Map([...world.objects].filter(([name]) => !gone.includes(name)));
    const archive = await archiveOn(world, objects);
    const named = (await verified(archive)).map(({ object = '' }) => object);
    expect([...new Set(named)].toSorted()).toEqual(gone.toSorted());
    expect(await notWhole(world, objects, [day])).toEqual([]);
    expect(await restored(archive, newest)).toMatchObject({
      back: [],
      notices: [{ code: 'archive-incomplete' }],
    });
  });

  test('to nothing: who remembers nothing sees no backup', async () => {
    const details = { seen: newest.mark.number, found: 0 };
    expect(await told(new Map())).toEqual({
      said: [details, details, details],
      restored: 0,
      verify: ['archive-missing'],
      shown: [],
    });
    const archive = await archiveOn(world, new Map());
    expect(await restored(archive, newest, 'latest')).toMatchObject({
      notices: [{ code: 'snapshot-missing' }],
    });
  });

  test('and gone on with in another way: the number is right, and the hash is not', async () => {
    const [, second] = world.days;
    const archive = await archiveOn(world, second!.objects);
    const fork = await backup(archive, { 'stays.txt': 'what is in here never changes' });
    expect(fork.number).toBe(newest.mark.number);
    const restoring = restoreSnapshot(archive, 'latest', new MemoryTarget(), { expected: newest.mark });
    await expect(restoring).rejects.toMatchObject({ code: 'rolled-back', details: { seen: 3, found: 3 } });
  });
});
