import { isStrongroomError } from '@strongroom/core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Archive } from '../archive.ts';
import { listSnapshots } from '../snapshot/history.ts';
import { FaultyStore, type Fault, type Operation } from '../testing/faulty-store.ts';
import { onStore, unreachable } from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import type { PruneOptions, PruneResult } from './options.ts';
import {
  type Days,
  backupDay,
  comesBack,
  copyOf,
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
/** How many requests a prune makes, and how many of them change something. */
let requests: number;
let changes: number;
let uninterrupted: PruneResult;

beforeAll(async () => {
  prepared = await newDays(count);
  const kinds: Operation[] = [];
  const { days, faulty } = await faultyDays((_, kind) => void kinds.push(kind));
  uninterrupted = await pruneDay(days, count, options, faulty);
  requests = kinds.length;
  changes = kinds.filter(isChange).length;
});

test('the prune of these tests repacks and deletes', () => {
  const { repackedPacks, deletedPacks, deletedSnapshots } = uninterrupted;
  expect(Math.min(repackedPacks, deletedPacks, deletedSnapshots)).toBeGreaterThan(0);
  expect(requests).toBeGreaterThan(20);
  expect(changes).toBeGreaterThan(10);
});

describe('a prune that is cut off at any request', () => {
  test.each(['before', 'after'] as const)(
    '(%s its effect) loses nothing that stays, and the next one finishes it',
    async (when) => {
      // After a request that only reads, the same is there as before it.
      const hits = when === 'before' ? upTo(requests).map(atRequest) : upTo(changes).map(atChange);
      for (const [k, isHit] of hits.entries()) {
        const { days, faulty } = await faultyDays((n, kind) =>
          isHit(n, kind) ? { when, error: unreachable() } : undefined,
        );
        const outcome = await pruneDay(days, count, options, faulty).catch((error: unknown) => error);
        expect(isStrongroomError(outcome, 'cloud-unreachable'), `request ${k}`).toBe(true);
        await expectLastTwo(days, k);
        await pruneDay(days, count, options);
        await expectFinished(days, k);
      }
    },
    240_000,
  );

  test('does not stop a backup, which sends little, and lets the next prune finish', async () => {
    for (let k = 0; k < changes; k++) {
      const isHit = atChange(k);
      const { days, faulty } = await faultyDays((n, kind) =>
        isHit(n, kind) ? { when: 'after', error: unreachable() } : undefined,
      );
      await pruneDay(days, count, options, faulty).catch(() => undefined);
      // The power is gone, and the journal with what it had in memory: another process goes on.
      expect(await backupDay(days, count), `change ${k}`).toBeLessThan(2_000_000);
      await pruneDay(days, count + 1, { ...last(3), deleteNow: true });
      const numbers = (await listSnapshots(days.archive)).map(({ number }) => number);
      expect(numbers, `change ${k}`).toHaveLength(3);
      expect(await comesBack(days.archive, 'latest', treeOf(count))).toBe(true);
      await pruneDay(days, count + 1, { ...last(3), deleteNow: true, repack: false });
      expect([namesOf(days, 'prune').length, namesOf(days, 'snapshots').length]).toEqual([0, 3]);
    }
  }, 240_000);
});

test('a prune that is cancelled at any moment stops with that error, and the next one finishes it', async () => {
  for (let k = 0; k < requests - 1; k++) {
    const stop = new AbortController();
    const { days, faulty } = await faultyDays((n) => {
      if (n === k) stop.abort();
      return undefined;
    });
    const stopped = pruneDay(days, count, { ...options, signal: stop.signal }, faulty);
    await expect(stopped, `request ${k}`).rejects.toMatchObject({ code: 'cancelled' });
    await pruneDay(days, count, options);
    await expectFinished(days, k);
  }
}, 240_000);

type IsHit = (request: number, kind: Operation) => boolean;

function isChange(kind: Operation): boolean {
  return kind === 'put' || kind === 'remove';
}

function upTo(end: number): number[] {
  return Array.from({ length: end }, (_, k) => k);
}

/** The k-th request. */
function atRequest(k: number): IsHit {
  return (request) => request === k;
}

/** The k-th of those that change something. */
function atChange(k: number): IsHit {
  let seen = 0;
  return (_, kind) => isChange(kind) && seen++ === k;
}

/** The prepared archive on a copy of its store, and on one with faults, counted from when it is open. */
async function faultyDays(fault: Fault): Promise<{ days: Days; faulty: Archive }> {
  // All that the device still knows is what it published last.
  const journal = new MemoryJournal();
  await journal.finish((await prepared.journal.lastSnapshot())!);
  const days = await copyOf(prepared, journal);
  let begun: number | undefined;
  const faultyStore = new FaultyStore(days.store, (n, kind) =>
    begun === undefined ? undefined : fault(n - begun, kind),
  );
  const faulty = await onStore(prepared, faultyStore);
  begun = faultyStore.operations;
  return { days, faulty };
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
