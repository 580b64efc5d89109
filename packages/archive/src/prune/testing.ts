import { type Bytes, toHex, utf8 } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { inlineEngine } from '../engine/inline-engine.ts';
import { nodePrimitives } from '../node/node-primitives.ts';
import { sha256 } from '../format/hash.ts';
import { listSnapshots, newestSnapshot } from '../snapshot/history.ts';
import {
  backup,
  databaseOf,
  newArchive,
  noise,
  onStore,
  phone,
  prose,
  restore,
} from '../testing/fixtures.ts';
import type { TestArchive } from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import type { MemoryTree } from '../testing/memory-source.ts';
import { MemoryStore } from '../testing/memory-store.ts';
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

// Without threads: what goes to and fro between them takes longer than the little that is to do.
const engine = inlineEngine(nodePrimitives());

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
    ...(await newArchive({ engine })),
    journal: new MemoryJournal(),
    trees: new Map(),
  };
  for (let n = 0; n < count; n++) await backupDay(days, n);
  return days;
}

/** The same archive on a copy of its store, whose objects may be damaged. @param journal by default one of a new device */
export async function copyOf(days: Days, journal: MemoryJournal = new MemoryJournal()): Promise<Days> {
  const objects = [...days.store.objects].map(([name, bytes]) => [name, bytes.slice()] as const);
  const store = new MemoryStore(new Map(objects));
  const archive = await onStore(days, store);
  return { ...days, store, archive, journal, trees: new Map(days.trees) };
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

/** What is wrong with an archive, the numbers of its snapshots, and what of them does not come back as it was. */
export async function stateOf({ archive, trees }: Days): Promise<{
  readonly problems: readonly unknown[];
  readonly numbers: readonly number[];
  readonly different: readonly number[];
}> {
  const { problems } = await verifyArchive(archive, { depth: 'full' });
  const snapshots = await listSnapshots(archive);
  const different: number[] = [];
  for (const { id, number } of snapshots)
    if (!(await comesBack(archive, id, trees.get(number)!))) different.push(number);
  return { problems, numbers: snapshots.map(({ number }) => number), different };
}

/** The state of an archive with these snapshots, the newest first, in which nothing is wrong. */
export function whole(numbers: readonly number[]): Awaited<ReturnType<typeof stateOf>> {
  return { problems: [], numbers, different: [] };
}

/** The names of all packs, snapshots or prune marks in the store. */
export function namesOf({ store }: Pick<Days, 'store'>, kind: 'packs' | 'snapshots' | 'prune'): string[] {
  return [...store.objects.keys()].filter((name) => name.includes(`/${kind}/`)).toSorted();
}

/** Whether a snapshot is, byte for byte, what was on the device. */
export async function comesBack(archive: Archive, id: string, tree: MemoryTree): Promise<boolean> {
  const { target } = await restore(archive, id);
  const found = [...target.entries].map(([path, { content }]) => [path, content] as const);
  const wanted = Object.entries(tree).map(([path, entry]) => [path, contentOf(entry)] as const);
  return (await digest(found)) === (await digest(wanted));
}

async function digest(files: readonly (readonly [string, Bytes])[]): Promise<string> {
  const lines = files.map(async ([path, content]) => `${toHex(await sha256(content))} ${path}`);
  return (await Promise.all(lines)).toSorted().join('\n');
}

function contentOf(entry: MemoryTree[string]): Bytes {
  const content = typeof entry === 'string' ? entry : (entry.content ?? '');
  return typeof content === 'string' ? utf8(content) : content;
}
