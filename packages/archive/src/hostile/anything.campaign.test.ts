import type { Bytes } from '@strongroom/core';
import { expect, test } from 'vitest';
import { campaignSize } from '../../../../tools/campaign.ts';
import { Rng } from '../../../../tools/fuzz/rng.ts';
import { cutTo, flipped, swapped, withObject } from './attacks.ts';
import { archiveOn, restored, verified } from './judge.ts';
import { pathsIn, pathsOf } from './views.ts';
import { type Objects, makeWorld } from './world.ts';

// Several attacks at a time, of any kind, on any objects: what comes back is what was stored, and what does not is told.

const world = await makeWorld();

function overwritten(bytes: Bytes, at: number, by: Bytes): Bytes {
  const end = Math.min(bytes.length, at + by.length);
  bytes.set(by.subarray(0, end - at), at);
  return bytes;
}

/** One change of any kind, to any object. */
function anyAttack(rng: Rng, objects: Objects): Objects {
  const names = [...objects.keys()];
  const name = rng.pick(names);
  const { length } = objects.get(name)!;
  const at = rng.below(Math.max(1, length));
  switch (rng.below(6)) {
    case 0:
      return withObject(objects, name, () => undefined);
    case 1:
      return withObject(objects, name, cutTo(at));
    case 2:
      return swapped(objects, name, rng.pick(names));
    case 3:
      return withObject(objects, name, () => rng.pick(world.days).objects.get(name));
    case 4:
      return withObject(objects, name, (bytes) => overwritten(bytes, at, rng.bytes(rng.small(64))));
    default:
      return length > 0 ? withObject(objects, name, flipped(at, rng.below(8))) : objects;
  }
}

/** The paths that are missing after a restore and were not told. */
async function untold(objects: Objects): Promise<string[]> {
  const archive = await archiveOn(world, objects);
  await verified(archive);
  const wanting: string[] = [];
  for (const day of world.days) {
    const { back, notices } = await restored(archive, day);
    const told = pathsOf(notices);
    // Without its manifest nothing is known of a day but that.
    if (told.includes('')) continue;
    wanting.push(...pathsIn(day).filter((path) => !back.includes(path) && !told.includes(path)));
  }
  return wanting;
}

const atOnce = 20;
const campaigns = campaignSize({ short: 3, long: 200 });

test.each(Array.from({ length: campaigns }, (_, i) => i * atOnce))(
  'whatever is done, of seed %i and the next ones, nothing wrong comes back and nothing is kept silent',
  async (first) => {
    for (let seed = first; seed < first + atOnce; seed++) {
      const rng = new Rng(seed);
      let objects = world.objects;
      for (let n = 1 + rng.below(4); n > 0; n--) objects = anyAttack(rng, objects);
      expect(await untold(objects), `seed ${seed}`).toEqual([]);
    }
  },
);
