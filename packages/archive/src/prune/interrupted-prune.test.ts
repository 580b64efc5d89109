import { isStrongroomError } from '@strongroom/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { listSnapshots } from '../snapshot/history.ts';
import { FaultyStore } from '../testing/faulty-store.ts';
import { onStore, unreachable } from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import { MemoryStore } from '../testing/memory-store.ts';
import type { PruneOptions, PruneResult } from './options.ts';
import {
  type Days,
  backupDay,
  comesBack,
  stateOf,
  whole,
  last,
  namesOf,
  newDays,
  pruneDay,
  treeOf,
} from './testing.ts';

const count = 4;
const options: Partial<PruneOptions> = { ...last(2), deleteNow: true };

let prepared: Days;
let operations: number;
let uninterrupted: PruneResult;

beforeAll(async () => {
  prepared = await newDays(count);
  const { days, faulty, begun } = await faultyDays(() => undefined);
  uninterrupted = await pruneDay(days, count, options, faulty.archive);
  operations = faulty.store.operations - begun;
});

test('the prune of these tests repacks and deletes', () => {
  const { repackedPacks, deletedPacks, deletedSnapshots } = uninterrupted;
  expect(Math.min(repackedPacks, deletedPacks, deletedSnapshots)).toBeGreaterThan(0);
  expect(operations).toBeGreaterThan(20);
});

describe('a prune that is cut off at any request', () => {
  test.each(['before', 'after'] as const)(
    '(%s its effect) loses nothing that stays, and the next one finishes it',
    async (when) => {
      for (let k = 0; k < operations; k++) {
        const { days, faulty } = await faultyDays((n) =>
          n === k ? { when, error: unreachable() } : undefined,
        );
        const outcome = await pruneDay(days, count, options, faulty.archive).catch((error: unknown) => error);
        expect(isStrongroomError(outcome, 'cloud-unreachable'), `request ${k}`).toBe(true);
        await expectLastTwo(days, k);
        await pruneDay(days, count, options);
        await expectFinished(days, k);
      }
    },
    240_000,
  );

  test('does not stop a backup, which sends little, and lets the next prune finish', async () => {
    for (let k = 0; k < operations; k++) {
      const { days, faulty } = await faultyDays((n) =>
        n === k ? { when: 'after', error: unreachable() } : undefined,
      );
      await pruneDay(days, count, options, faulty.archive).catch(() => undefined);
      // The power is gone, and the journal with what it had in memory: another process goes on.
      expect(await backupDay(days, count), `request ${k}`).toBeLessThan(2_000_000);
      await pruneDay(days, count + 1, { ...last(3), deleteNow: true });
      const numbers = (await listSnapshots(days.archive)).map(({ number }) => number);
      expect(numbers, `request ${k}`).toHaveLength(3);
      expect(await comesBack(days.archive, 'latest', treeOf(count))).toBe(true);
      await pruneDay(days, count + 1, { ...last(3), deleteNow: true, repack: false });
      expect([namesOf(days, 'prune').length, namesOf(days, 'snapshots').length]).toEqual([0, 3]);
    }
  }, 240_000);
});

test('a prune that is cancelled at any moment stops with that error, and the next one finishes it', async () => {
  for (let k = 0; k < operations - 1; k++) {
    const stop = new AbortController();
    const { days, faulty } = await faultyDays((n) => {
      if (n === k) stop.abort();
      return undefined;
    });
    const stopped = pruneDay(days, count, { ...options, signal: stop.signal }, faulty.archive);
    await expect(stopped, `request ${k}`).rejects.toMatchObject({ code: 'cancelled' });
    await pruneDay(days, count, options);
    await expectFinished(days, k);
  }
}, 240_000);

/** The prepared archive on a copy of its store, and on one with faults, counted from when it is open. */
async function faultyDays(
  fault: (operation: number) => ReturnType<ConstructorParameters<typeof FaultyStore>[1]>,
): Promise<{
  days: Days;
  faulty: { archive: Days['archive']; store: FaultyStore };
  begun: number;
}> {
  const store = new MemoryStore(prepared.store.objects);
  let begun = Infinity;
  const faultyStore = new FaultyStore(store, (n) => fault(n - begun));
  const archive = await onStore(prepared, store);
  const days = {
    ...prepared,
    store,
    archive,
    journal: await copyOf(prepared.journal),
    trees: new Map(prepared.trees),
  };
  const faulty = { archive: await onStore(prepared, faultyStore), store: faultyStore };
  begun = faultyStore.operations;
  return { days, faulty, begun };
}

/** A journal that remembers the same last snapshot. */
async function copyOf(journal: MemoryJournal): Promise<MemoryJournal> {
  const copy = new MemoryJournal();
  await copy.finish((await journal.lastSnapshot())!);
  return copy;
}

/** The last two snapshots come back, whether or not the prune has changed anything. */
async function expectLastTwo({ archive }: Days, k: number): Promise<void> {
  const [newest, before] = await listSnapshots(archive);
  expect([newest!.time, before!.time], `request ${k}`).toEqual(
    (await listSnapshots(prepared.archive)).slice(0, 2).map(({ time }) => time),
  );
  for (const [i, { id }] of [newest!, before!].entries())
    expect(await comesBack(archive, id, treeOf(count - 1 - i)), `request ${k}`).toBe(true);
}

/** Two snapshots are there and whole, and nothing that they do not need. */
async function expectFinished(days: Days, k: number): Promise<void> {
  const snapshots = await listSnapshots(days.archive);
  for (const { number } of snapshots)
    days.trees.set(number, treeOf(number >= count ? count - 1 : number - 1));
  expect(await stateOf(days), `request ${k}`).toEqual(whole([snapshots[0]!.number, count - 1]));
  expect([namesOf(days, 'prune').length, namesOf(days, 'snapshots').length], `request ${k}`).toEqual([0, 2]);
  expect(namesOf(days, 'packs').length, `request ${k}`).toBeLessThan(namesOf(prepared, 'packs').length);
}
