import { beforeAll, describe, expect, test } from 'vitest';
import { type TestArchive, backup, newArchive, noise } from './testing/fixtures.ts';
import { verifyArchive } from './verify.ts';

describe('a check', () => {
  const tree = Object.fromEntries(
    Array.from({ length: 400 }, (_, i) => [`file ${i}`, { content: noise(500 + i, i + 1) }]),
  );
  let prepared: TestArchive;

  beforeAll(async () => {
    prepared = await newArchive();
    await backup(prepared.archive, tree);
    await backup(prepared.archive, { ...tree, more: 'more' });
  });

  test('that is quick opens no file', async () => {
    const result = await verifyArchive(prepared.archive);
    expect(result).toEqual({ snapshots: 2, packs: 2, chunks: 0, bytes: 0, problems: [] });
  });

  test('that is full opens every chunk once', async () => {
    const bytes = Array.from({ length: 400 }, (_, i) => 500 + i).reduce((sum, length) => sum + length, 0) + 4;
    const result = await verifyArchive(prepared.archive, { depth: 'full' });
    expect(result).toEqual({ snapshots: 2, packs: 2, chunks: 401, bytes, problems: [] });
  });

  test('of a sample opens about as many as it says', async () => {
    let n = 0;
    const random = (): number => (n++ % 100) / 100;
    const { chunks, problems } = await verifyArchive(prepared.archive, { depth: { sample: 25 }, random });
    expect(problems).toEqual([]);
    expect(chunks).toBeGreaterThanOrEqual(100);
    expect(chunks).toBeLessThanOrEqual(110);
    expect((await verifyArchive(prepared.archive, { depth: { sample: 100 } })).chunks).toBe(401);
  });

  test('reports every problem, not the first alone', async () => {
    const { archive, store } = await newArchive();
    await backup(archive, tree);
    const pack = [...store.objects.keys()].find((name) => name.includes('/packs/'))!;
    for (const at of [100, 30_000, 60_000, 90_000]) store.objects.get(pack)![at]! ^= 1;
    const { problems } = await verifyArchive(archive, { depth: 'full' });
    expect(new Set(problems.map(({ path }) => path)).size).toBe(4);
    expect(problems.every(({ error }) => error.code === 'archive-damaged')).toBe(true);
  });

  test('of an archive without snapshots finds nothing wrong', async () => {
    const { archive } = await newArchive();
    expect(await verifyArchive(archive, { depth: 'full' })).toMatchObject({ snapshots: 0, problems: [] });
  });

  test('stops when it is told to', async () => {
    const stop = new AbortController();
    const stopping = verifyArchive(prepared.archive, {
      depth: 'full',
      signal: stop.signal,
      progress: ({ filesDone }) => {
        if (filesDone === 10) stop.abort();
      },
    });
    await expect(stopping).rejects.toMatchObject({ code: 'cancelled' });
  });
});
