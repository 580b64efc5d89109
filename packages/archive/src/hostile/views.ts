import type { Bytes } from '@strongroom/core';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { backup, newArchive } from '../testing/fixtures.ts';
import { withObject } from './attacks.ts';
import { type Notice, archiveOn, restored } from './judge.ts';
import { type Day, type Objects, type World, lostWithout } from './world.ts';

/** The paths of a day. */
export function pathsIn(day: Day): string[] {
  return [...day.truth.keys()].toSorted();
}

/** The paths that were told of. */
export function pathsOf(notices: readonly Notice[]): string[] {
  return [...new Set(notices.map(({ path }) => path))].toSorted();
}

/** The world with one of its objects changed or gone. */
export function changed(world: World, name: string, to: (bytes: Bytes) => Bytes | undefined): Objects {
  return withObject(world.objects, name, to);
}

/** What a day gave back, and of which paths and objects the restore complained. */
export interface Losses {
  readonly back: readonly string[];
  readonly told: readonly string[];
  readonly of: readonly (string | undefined)[];
}

/** What the days give back under an attack. */
export async function losses(world: World, objects: Objects): Promise<Losses[]> {
  const archive = await archiveOn(world, objects);
  const found: Losses[] = [];
  for (const day of world.days) {
    const { back, notices } = await restored(archive, day);
    found.push({ back, told: pathsOf(notices), of: [...new Set(notices.map(({ object }) => object))] });
  }
  return found;
}

/** That, when only these chunks of an object are lost: the rest is back, and what is not is told. */
export function lossesOf(world: World, object: string, loses: (chunk: ChunkRef) => boolean): Losses[] {
  return world.days.map((day) => {
    const lost = lostWithout(day, loses);
    if (lost === 'manifest') return { back: [], told: [''], of: [object] };
    const back = pathsIn(day).filter((path) => !lost.includes(path));
    return { back, told: lost.toSorted(), of: lost.length > 0 ? [object] : [] };
  });
}

/** The paths of which a full check can know that they are lost: those of the manifests that can be read. */
export function knownLost(world: World, loses: (chunk: ChunkRef) => boolean): string[] {
  return world.days.flatMap((day) => {
    const lost = lostWithout(day, loses);
    return lost === 'manifest' ? [] : [...lost];
  });
}

/** The days, of all or of some, that do not come back whole and without a complaint. */
export async function notWhole(
  world: World,
  objects: Objects,
  days: readonly Day[] = world.days,
): Promise<string[]> {
  const archive = await archiveOn(world, objects);
  const wanting: string[] = [];
  for (const day of days) {
    const { back, notices } = await restored(archive, day);
    if (notices.length > 0 || back.join() !== pathsIn(day).join()) wanting.push(day.id);
  }
  return wanting;
}

/** Objects of another archive with the same key: what could be mixed in. */
export async function otherArchive(): Promise<{ descriptor: Bytes; pack: Bytes; snapshot: Bytes }> {
  const { archive, store } = await newArchive();
  await backup(archive, { 'stays.txt': 'another content' });
  const of = (part: string): Bytes => [...store.objects].find(([name]) => name.includes(part))![1];
  return { descriptor: of('/descriptor'), pack: of('/packs/'), snapshot: of('/snapshots/') };
}

/** Objects with a label that is the same in every run. */
export function labelled(kind: string, objects: readonly string[]): { object: string; label: string }[] {
  return objects.map((object, i) => ({ object, label: `${kind} ${i + 1}` }));
}
