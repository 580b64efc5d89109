import { randomBytes } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { stepUp } from '../format/padding.ts';
import { packName } from '../object-names.ts';
import { type TestArchive, backup, newArchive, noise, restore } from '../testing/fixtures.ts';
import { PackWriter } from '../write/pack-writer.ts';
import type { ChunkRef } from './chunk-ref.ts';
import { ChunkReader } from './chunk-reader.ts';
import { longestChunk, packSize, smallestPack } from './layout.ts';
import type { FinishedPack } from './open-pack.ts';

const steps = new Set(Array.from({ length: 160 }, (_, i) => stepUp((i / 10) * smallestPack, smallestPack)));

describe('packs', () => {
  test('are 16 MiB, and the last one a step', async () => {
    expect(steps.size).toBe(17);
    for (const lengths of [
      [1],
      [2_000_000],
      Array<number>(2000).fill(300),
      Array<number>(11).fill(longestChunk),
    ]) {
      const { packs } = await pack(lengths);
      for (const { bytes } of packs.slice(0, -1)) expect(bytes.length).toBe(packSize);
      expect(steps).toContain(packs.at(-1)!.bytes.length);
    }
  });

  test('of which none can be sent fail every chunk that waits for room, rather than let it wait for ever', async () => {
    const { archive } = await newArchive();
    const writer = new PackWriter(archive, () => Promise.reject(new Error('no way')));
    const chunks = Array.from({ length: 60 }, (_, i) => noise(longestChunk - 1024, i + 1));
    const outcomes = chunks.map((plain) =>
      writer.append({ path: 'path', plain, name: undefined, compress: false, wantedAgain: false }).then(
        () => 'placed',
        (error: unknown) => String(error),
      ),
    );
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['placed', 'Error: no way']));
  });

  test('hold four media chunks each', async () => {
    const { packs } = await pack(Array<number>(40).fill(longestChunk - 1024));
    expect(packs).toHaveLength(10);
  });

  test('are filled well by chunks of all sizes', async () => {
    const lengths = Array.from({ length: 120 }, (_, i) => ((i * 7919) % 97) * 40_000 + 1);
    const { packs } = await pack(lengths);
    const stored = lengths.reduce((sum, length) => sum + length, 0);
    const size = packs.reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(size).toBeLessThan(1.06 * stored);
  });

  test('give back every chunk, and know them by their own table', async () => {
    const { archive, refs, packs, plains } = await pack([1, 17, 4096, 300_000, longestChunk, 5]);
    const reader = new ChunkReader(archive.archive);
    for (const [i, ref] of refs.entries())
      expect(Buffer.compare(await reader.chunk(ref), plains[i]!)).toBe(0);
    for (const { pack: id, bytes } of packs) {
      const table = await reader.table({ pack: id, key: archive.archive.keys.current.id }, bytes.length);
      expect(table).toEqual(refs.filter((ref) => ref.pack === id));
    }
  });

  test('have a salt and a name of their own', async () => {
    const { packs } = await pack(Array<number>(9).fill(longestChunk));
    expect(new Set(packs.map(({ pack: id }) => id)).size).toBe(packs.length);
    expect(new Set(packs.map(({ bytes }) => Buffer.from(bytes.subarray(8, 40)).toString('hex'))).size).toBe(
      packs.length,
    );
  });

  test('do not give a chunk under another name, place or length', async () => {
    const { archive, refs } = await pack([100, 100]);
    const [one, two] = refs as [ChunkRef, ChunkRef];
    const wrong: ChunkRef[] = [
      { ...one, name: two.name },
      { ...one, ordinal: 1 },
      { ...one, offset: two.offset },
      { ...one, offset: one.offset + 1 },
      { ...one, sealedLength: one.sealedLength - 1 },
      { ...one, plainLength: one.plainLength + 1 },
      { ...one, plainLength: one.plainLength - 1 },
    ];
    for (const extent of ['little', 'everything'] as const) {
      const reader = new ChunkReader(archive.archive, { expect: extent });
      await reader.chunk(one);
      for (const ref of wrong)
        await expect(reader.chunk(ref)).rejects.toMatchObject({ code: 'archive-damaged' });
    }
  });

  test('that are missing are said to be', async () => {
    const { archive, refs } = await pack([100]);
    archive.store.objects.clear();
    const reading = new ChunkReader(archive.archive).chunk(refs[0]!);
    await expect(reading).rejects.toMatchObject({ code: 'archive-incomplete' });
  });
});

describe('what is stored', () => {
  test('shows no name, no content and no repetition', async () => {
    const { archive, store } = await newArchive();
    const secret = 'a very secret sentence that nobody must see ';
    const path = 'Databases/a-rather-particular-name.db';
    const tree = {
      [path]: { content: secret.repeat(5000) },
      'copy.txt': { content: secret.repeat(5000) },
      'Media/picture.jpg': { category: 'media' as const, content: noise(100_000, 8) },
    };
    await backup(archive, tree, { compress: false });
    await backup(archive, { ...tree, 'x.txt': secret }, { compress: false });
    const everything = Buffer.concat([...store.objects.values()]);
    for (const clear of [
      secret.trim(),
      'particular',
      'Databases',
      'picture',
      'memory',
      'Phone',
      'device-1',
    ]) {
      expect(everything.includes(clear), `shows ${clear}`).toBe(false);
    }
    expect(everything.includes(Buffer.from(noise(100_000, 8).slice(5000, 5016)))).toBe(false);
    const blocks = new Set<string>();
    for (let at = 0; at + 16 <= everything.length; at += 16)
      blocks.add(everything.toString('latin1', at, at + 16));
    expect(blocks.size).toBeGreaterThan(everything.length / 16 - 10);
    expect((await restore(archive)).result.restored).toBe(4);
  });

  test('has allowed sizes only', async () => {
    const { archive, store } = await newArchive();
    for (let i = 1; i <= 4; i++) await backup(archive, { a: { content: noise(i * 3_000_000, i) }, b: 'x' });
    for (const [name, { length }] of store.objects) {
      const allowed = name.includes('/packs/') ? length === packSize || steps.has(length) : length <= 4096;
      expect(allowed, `the size of ${name}`).toBe(true);
    }
  });
});

/** Packs chunks of these lengths. */
async function pack(lengths: readonly number[]): Promise<{
  archive: TestArchive;
  packs: FinishedPack[];
  refs: ChunkRef[];
  plains: Uint8Array[];
}> {
  const test = await newArchive();
  const packs: FinishedPack[] = [];
  const writer = new PackWriter(test.archive, async (finished, done) => {
    packs.push({ ...finished, bytes: finished.bytes.slice() });
    await test.store.put(packName(test.archive.id, finished.pack), finished.bytes);
    finished.bytes.set(randomBytes(1000));
    done();
  });
  const plains = lengths.map((length, i) => noise(length, i + 1));
  const refs: ChunkRef[] = [];
  for (const plain of plains) {
    const chunk = {
      path: 'path',
      plain: plain.slice(),
      name: undefined,
      compress: false,
      wantedAgain: false,
    };
    refs.push(await (await writer.append(chunk)).placed);
  }
  await writer.finish();
  return { archive: test, packs, refs, plains };
}
