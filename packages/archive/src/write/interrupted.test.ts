import { isStrongroomError } from '@strongroom/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { FaultyStore } from '../testing/faulty-store.ts';
import {
  type TestArchive,
  backup,
  databaseOf,
  newArchive,
  noise,
  onStore,
  restore,
  textsOf,
  unreachable,
} from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import type { MemoryTree } from '../testing/memory-source.ts';
import { MemoryStore } from '../testing/memory-store.ts';
import { verifyArchive } from '../verify.ts';

const before: MemoryTree = { 'a.txt': 'the first', 'b.txt': 'stays' };
const after: MemoryTree = { 'a.txt': 'the second', 'b.txt': 'stays', 'c.txt': 'new' };

let prepared: TestArchive;
let operations: number;

beforeAll(async () => {
  prepared = await newArchive();
  await backup(prepared.archive, before);
  const counted = new FaultyStore(new MemoryStore(prepared.store.objects), () => undefined);
  const archive = await onStore(prepared, counted);
  const opening = counted.operations;
  await backup(archive, after);
  operations = counted.operations - opening;
});

describe('a backup that is cut off at any request', () => {
  test.each(['before', 'after'] as const)(
    '(%s its effect) leaves the last snapshot whole and goes on',
    async (when) => {
      expect(operations).toBeGreaterThan(5);
      for (let k = 0; k < operations; k++) {
        const store = new MemoryStore(prepared.store.objects);
        const journal = new MemoryJournal();
        const sound = await onStore(prepared, store);
        let begun = Infinity;
        const faulty = new FaultyStore(store, (n) =>
          n - begun === k ? { when, error: unreachable() } : undefined,
        );
        const archive = await onStore(prepared, faulty);
        begun = faulty.operations;
        await expect(backup(archive, after, { journal }), `request ${k}`).rejects.toMatchObject({
          code: 'cloud-unreachable',
        });
        const found = textsOf((await restore(sound)).target);
        expect([plainTexts(before), plainTexts(after)], `request ${k}`).toContainEqual(found);
        await backup(sound, after, { journal });
        expect(textsOf((await restore(sound)).target)).toEqual(plainTexts(after));
        expect((await verifyArchive(sound, { depth: 'full' })).problems).toEqual([]);
      }
    },
  );

  test('finds a pack that vanished between its upload and the snapshot', async () => {
    const store = new MemoryStore(prepared.store.objects);
    const old = new Set(store.objects.keys());
    // The second list is the one before the snapshot is written.
    const archive = await onStore(prepared, {
      description: 'forgetful',
      get: (name, options) => store.get(name, options),
      remove: (name) => store.remove(name),
      put: (name, bytes, options) => store.put(name, bytes, options),
      list: (prefix) => {
        for (const name of store.objects.keys()) if (!old.has(name)) store.objects.delete(name);
        return store.list(prefix);
      },
    });
    await expect(backup(archive, after)).rejects.toMatchObject({ code: 'archive-incomplete' });
    expect([...store.objects.keys()].filter((name) => name.includes('/snapshots/'))).toHaveLength(1);
  });
});

describe('what was uploaded before an interruption', () => {
  const large: MemoryTree = {
    'Databases/msgstore.db': { category: 'messages', content: databaseOf([noise(20_000_000, 1)]) },
    'Media/film.mp4': { category: 'media', content: noise(40_000_000, 2) },
  };

  test('is not uploaded again', async () => {
    const test = await newArchive();
    const journal = new MemoryJournal();
    let puts = 0;
    const faulty = new FaultyStore(test.store, (_, kind) =>
      kind === 'put' && ++puts > 2 ? { when: 'before', error: unreachable() } : undefined,
    );
    await expect(backup(await onStore(test, faulty), large, { journal })).rejects.toThrow(
      'cannot be reached',
    );
    expect(test.store.objects.size).toBe(3);
    const { uploadedBytes, newBytes } = await backup(test.archive, large, { journal });
    expect(newBytes).toBeLessThan(60_000_000 - 2 * 15_000_000);
    expect(uploadedBytes).toBeLessThan(60_000_000 - 2 * 15_000_000 + 3_000_000);
    expect((await verifyArchive(test.archive, { depth: 'full' })).problems).toEqual([]);
  });

  test('is uploaded again when the cloud lost it meanwhile', async () => {
    const test = await newArchive();
    const journal = new MemoryJournal();
    let puts = 0;
    const faulty = new FaultyStore(test.store, (_, kind) =>
      kind === 'put' && ++puts > 2 ? { when: 'before', error: unreachable() } : undefined,
    );
    await expect(backup(await onStore(test, faulty), large, { journal })).rejects.toThrow(
      'cannot be reached',
    );
    for (const name of test.store.objects.keys())
      if (name.includes('/packs/')) test.store.objects.delete(name);
    await backup(test.archive, large, { journal });
    expect((await restore(test.archive)).result.restored).toBe(2);
  });
});

describe('a backup that is cancelled', () => {
  test('at any moment stops with that error, and the next one goes on', async () => {
    for (let k = 0; k < operations; k++) {
      const store = new MemoryStore(prepared.store.objects);
      const stop = new AbortController();
      let begun = Infinity;
      const stopping = new FaultyStore(store, (n) => {
        if (n - begun === k) stop.abort();
        return undefined;
      });
      const archive = await onStore(prepared, stopping);
      begun = stopping.operations;
      const outcome: unknown = await backup(archive, after, { signal: stop.signal }).catch(
        (error: unknown) => error,
      );
      // Stopped in its very last request, it is finished all the same.
      const finished = k === operations - 1;
      expect(finished || isStrongroomError(outcome, 'cancelled'), `request ${k}`).toBe(true);
      const sound = await onStore(prepared, store);
      await backup(sound, after);
      expect(textsOf((await restore(sound)).target)).toEqual(plainTexts(after));
    }
  });

  test('before it begins does nothing', async () => {
    const { archive, store } = await newArchive();
    const signal = AbortSignal.abort();
    await expect(backup(archive, after, { signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(store.objects.size).toBe(1);
  });
});

function plainTexts(tree: MemoryTree): Record<string, string> {
  return tree as Record<string, string>;
}
