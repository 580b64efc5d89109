import { describe, expect, test } from 'vitest';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { packSize, smallestPack } from '../pack/layout.ts';
import { PackUse } from './pack-use.ts';
import { planRepack } from './repack-plan.ts';
import type { SurveyedGroup } from './survey.ts';

const MiB = 1024 * 1024;

/** A pack of which so many MiB are in use, in chunks of a quarter of one. */
function used(mebibytes: number): PackUse {
  const use = new PackUse();
  for (let i = 0; i < 4 * mebibytes; i++) use.addChunk(chunk('', i, MiB / 4));
  return use;
}

/** A pack with so many small chunks. */
function usedInSmall(chunks: number): PackUse {
  const use = new PackUse();
  for (let i = 0; i < chunks; i++) use.addChunk(chunk('', i, 40));
  return use;
}

function chunk(pack: string, ordinal: number, sealedLength: number): ChunkRef {
  return {
    name: new Uint8Array(32),
    pack,
    key: '',
    ordinal,
    offset: 40,
    sealedLength,
    plainLength: sealedLength,
  };
}

/** Packs by their names: size and MiB in use. */
function plan(
  packs: Record<string, [size: number, inUse: number]>,
  groups: readonly SurveyedGroup[] = [],
  below = 0.5,
): string[] {
  const entries = Object.entries(packs);
  const there = new Map(entries.map(([pack, [size]]) => [pack, size]));
  const uses = new Map(entries.map(([pack, [, inUse]]) => [pack, used(inUse)] as const));
  return [...planRepack(there, uses, groups, below).packs.keys()];
}

describe('packs are repacked', () => {
  test('of which less than half is in use, the emptiest first', () => {
    expect(plan({ a: [packSize, 7], b: [packSize, 2], c: [packSize, 9] })).toEqual(['b', 'a']);
  });

  test('never when all is in use, or that is not wanted', () => {
    expect(plan({ a: [packSize, 15], b: [packSize, 8] })).toEqual([]);
    expect(plan({ a: [packSize, 1] }, [], 0)).toEqual([]);
  });

  test('when new packs, of whole steps, take at most half of the old ones', () => {
    expect(plan({ a: [smallestPack, 0.25] })).toEqual([]);
    expect(plan({ a: [smallestPack, 0.25], b: [smallestPack, 0.25] })).toEqual(['a', 'b']);
  });

  test('not when nearly everything would have to be written anew for it', () => {
    const group: SurveyedGroup = { ref: chunk('m', 0, 3 * MiB), packs: ['a'] };
    const packs = { a: [4 * MiB, 0.5], m: [4 * MiB, 3] } satisfies Record<string, [number, number]>;
    expect(plan(packs)).toEqual(['a']);
    expect(plan(packs, [group])).toEqual([]);
  });

  test('not for a small part of a large archive', () => {
    const full = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`full ${i}`, [packSize, 15.5] as [number, number]]),
    );
    expect(plan({ ...full, a: [packSize, 4] })).toEqual([]);
    expect(plan({ ...full, a: [packSize, 2], b: [packSize, 2], c: [packSize, 2] })).toHaveLength(3);
  });

  test('no more at a time than can be remembered', () => {
    const names = ['a', 'b', 'c', 'd'];
    const there = new Map(names.map((pack) => [pack, packSize]));
    const uses = new Map(names.map((pack) => [pack, usedInSmall(40_000)]));
    const { packs, left } = planRepack(there, uses, [], 0.5);
    expect([packs.size, left]).toEqual([2, 2]);
  });
});

test('a chunk that many refer to is counted once', () => {
  const use = new PackUse();
  for (let i = 0; i < 3; i++) for (const ordinal of [0, 9, 5000]) use.addChunk(chunk('', ordinal, 1000));
  use.addGroup(chunk('', 9, 1000));
  use.addGroup(chunk('', 10, 1000));
  expect([use.chunks, use.groupBytes * 3]).toEqual([3, use.fileBytes]);
});

test('an ordinal that no pack can have is damage', () => {
  expect(() => new PackUse().addChunk(chunk('', 2 ** 31, 1000))).toThrow(
    expect.objectContaining({ code: 'archive-damaged' }),
  );
});
