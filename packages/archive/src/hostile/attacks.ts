import { type Bytes, concat } from '@strongroom/core';
import { type ChunkRef } from '../pack/chunk-ref.ts';
import { type Objects, type World, isSame, liesIn } from './world.ts';

/** A part of an object, and an offset in it whose bit is flipped. */
export interface Place {
  readonly name: string;
  readonly at: number;
  /** Which chunks cannot be read any more. */
  readonly loses: (chunk: ChunkRef) => boolean;
}

const nothing = (): boolean => false;

/** Places in every region of a pack. */
export function placesIn(world: World, pack: string): Place[] {
  const size = world.objects.get(pack)!.length;
  const table = world.tables.get(pack)!;
  const last = table.at(-1)!;
  const tableStart = last.offset + last.sealedLength;
  const everything = liesIn(world, pack);
  const chunks = [...new Set([table[0]!, table[Math.floor(table.length / 2)]!, last])];
  return [
    { name: 'magic', at: 0, loses: everything },
    { name: 'magic’s end', at: 3, loses: everything },
    { name: 'reserved bytes', at: 7, loses: everything },
    { name: 'salt', at: 8, loses: everything },
    { name: 'salt’s end', at: 39, loses: everything },
    ...chunks.flatMap((chunk): Place[] => [
      { name: `chunk ${chunk.ordinal}`, at: chunk.offset, loses: isSame(chunk) },
      {
        name: `chunk ${chunk.ordinal}’s middle`,
        at: chunk.offset + (chunk.sealedLength >> 1),
        loses: isSame(chunk),
      },
      {
        name: `chunk ${chunk.ordinal}’s tag`,
        at: chunk.offset + chunk.sealedLength - 1,
        loses: isSame(chunk),
      },
    ]),
    { name: 'table', at: tableStart, loses: nothing },
    { name: 'table’s padding', at: size - 1000, loses: nothing },
    { name: 'table’s tag', at: size - 25, loses: nothing },
    { name: 'trailer', at: size - 24, loses: nothing },
    { name: 'trailer’s tag', at: size - 1, loses: nothing },
  ];
}

/** Lengths to which an object is cut, each with what cannot be read behind it. */
export function lengthsOf(
  world: World,
  pack: string,
): { length: number; loses: (chunk: ChunkRef) => boolean }[] {
  const size = world.objects.get(pack)!.length;
  const [first] = world.tables.get(pack)!;
  const isIn = liesIn(world, pack);
  const firstEnd = first!.offset + first!.sealedLength;
  return [0, 7, 8, 39, 40, firstEnd, size >> 1, size - 24, size - 1].map((length) => ({
    length,
    loses: (chunk) => isIn(chunk) && (length < 40 || chunk.offset + chunk.sealedLength > length),
  }));
}

/** The same objects, with one of them changed or gone. */
export function withObject(
  objects: Objects,
  name: string,
  change: (bytes: Bytes) => Bytes | undefined,
): Objects {
  const changed = new Map(objects);
  const bytes = change(objects.get(name)!.slice());
  if (bytes) changed.set(name, bytes);
  else changed.delete(name);
  return changed;
}

/** Flips one bit. */
export function flipped(at: number, bit = 0): (bytes: Bytes) => Bytes {
  return (bytes) => bytes.with(at, bytes[at]! ^ (1 << bit));
}

/** Cuts to so many bytes. */
export function cutTo(length: number): (bytes: Bytes) => Bytes {
  return (bytes) => bytes.slice(0, length);
}

/** Adds bytes behind the end. */
export function longer(bytes: Bytes): Bytes {
  return concat(bytes, new Uint8Array(100));
}

/** Two objects in each other's places. */
export function swapped(objects: Objects, one: string, other: string): Objects {
  return new Map(objects).set(one, objects.get(other)!).set(other, objects.get(one)!);
}
