import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { Archive } from '../archive.ts';
import { nodeEngine } from '../node/node-engine.ts';
import { listSnapshots, newestSnapshot } from '../snapshot/history.ts';
import { backup, databaseOf, newArchive, noise, phone, prose, restore } from '../testing/fixtures.ts';
import type { TestArchive } from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import type { MemoryTree } from '../testing/memory-source.ts';
import type { MemoryTarget } from '../testing/memory-target.ts';
import { verifyArchive } from '../verify.ts';
import type { PruneOptions, PruneResult } from './options.ts';
import { pruneArchive } from './prune-archive.ts';

export const day = 86_400_000;

/** The first day of these tests. */
export const start: number = Date.UTC(2026, 0, 1, 12);

/** Keeps the last so many snapshots. */
export function last(count: number): { policy: NonNullable<PruneOptions['policy']> } {
  return { policy: { last: count, daily: 0, weekly: 0, monthly: 0 } };
}

const trees = new Map<number, MemoryTree>();

/** What is on a device on the n-th day: a database that changes in places, and media that come and go. */
export function treeOf(n: number): MemoryTree {
  const tree = trees.get(n) ?? makeTree(n);
  trees.set(n, tree);
  return tree;
}

function makeTree(n: number): MemoryTree {
  const database = Array.from({ length: 80 }, (_, i) => {
    const changed = Math.floor((n + (i % 7)) / 7);
    return Buffer.concat([prose(3072, i + 1), noise(1024, 1 + i + 10_000 * changed)]);
  });
  return {
    'Databases/msgstore.db': { category: 'messages', content: databaseOf(database), identity: `db ${n}` },
    'Media/stays.jpg': { category: 'media', content: noise(60_000, 77), identity: 'stays' },
    [`Media/day ${n}.jpg`]: { category: 'media', content: noise(50_000, 500 + n), identity: 'day' },
    [`Media/gone ${n}.mp4`]: { category: 'media', content: noise(150_000, 900 + n), identity: 'gone' },
    'notes.txt': { content: prose(20_000, n + 1), identity: `notes ${n}` },
  };
}

/** An archive with a snapshot of each of so many days. */
export interface Days extends TestArchive {
  readonly journal: MemoryJournal;
  /** By the number that the snapshot has. */
  readonly trees: Map<number, MemoryTree>;
}

export async function newDays(count: number): Promise<Days> {
  const days = {
    ...(await newArchive({ engine: nodeEngine() })),
    journal: new MemoryJournal(),
    trees: new Map(),
  };
  for (let n = 0; n < count; n++) await backupDay(days, n);
  return days;
}

/** Makes the snapshot of the n-th day. @returns bytes that were sent */
export async function backupDay(days: Days, n: number, archive: Archive = days.archive): Promise<number> {
  const tree = treeOf(n);
  const { number, uploadedBytes } = await backup(archive, tree, {
    journal: days.journal,
    now: () => start + n * day,
  });
  days.trees.set(number, tree);
  return uploadedBytes;
}

/** Prunes on the n-th day. */
export async function pruneDay(
  days: Days,
  n: number,
  options: Partial<PruneOptions>,
  archive: Archive = days.archive,
): Promise<PruneResult> {
  const { journal } = days;
  const before = (await newestSnapshot(days.archive))!.number;
  const result = await pruneArchive(archive, {
    device: phone,
    journal,
    now: () => start + n * day,
    ...options,
  });
  if (result.newest) days.trees.set(result.newest.number, days.trees.get(before)!);
  return result;
}

/** Sees to it that these snapshots are all there are, come back byte for byte, and that nothing is wrong. */
export async function expectWhole({ archive, trees }: Days, numbers: readonly number[]): Promise<void> {
  expect((await verifyArchive(archive, { depth: 'full' })).problems).toEqual([]);
  const snapshots = await listSnapshots(archive);
  expect(snapshots.map(({ number }) => number)).toEqual(numbers);
  for (const { id, number } of snapshots) {
    expect(digest((await restore(archive, id)).target)).toEqual(contentsOf(trees.get(number)!));
  }
}

/** The names of all packs, snapshots or prune marks in the store. */
export function namesOf({ store }: Pick<Days, 'store'>, kind: 'packs' | 'snapshots' | 'prune'): string[] {
  return [...store.objects.keys()].filter((name) => name.includes(`/${kind}/`)).toSorted();
}

export function digest(target: MemoryTarget): Record<string, string> {
  return Object.fromEntries([...target.entries].map(([path, { content }]) => [path, sha256(content)]));
}

export function contentsOf(tree: MemoryTree): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree).map(([path, entry]) => {
      const content = typeof entry === 'string' ? entry : (entry.content ?? '');
      return [path, sha256(content)];
    }),
  );
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}
