import type { Bytes } from '@strongroom/core';
import { campaignSize } from '../../../../tools/campaign.ts';
import { type Archive, openArchive } from '../archive.ts';
import type { BackupKey } from '../format/keys.ts';
import { nodeEngine } from '../node/node-engine.ts';
import type { ObjectStore } from '../object-store.ts';
import { pruneArchive } from '../prune/prune-archive.ts';
import type { RetryPolicy } from '../retry.ts';
import { publishRotated } from '../rotate/publish-rotated.ts';
import type { Operation } from '../testing/faulty-store.ts';
import {
  type TestArchive,
  backup,
  databaseOf,
  newArchive,
  noRetry,
  noise,
  phone,
  prose,
  testKey,
} from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import type { MemoryTree } from '../testing/memory-source.ts';

const newKey = testKey(8);
// One for all: its threads take longer to start than most of what is done here.
const engine = nodeEngine();
const pages = 100;

/** What a device holds, and the cloud. */
export interface World extends TestArchive {
  readonly journal: MemoryJournal;
}

/** How an act is performed. */
export interface Performance {
  readonly signal?: AbortSignal;
  readonly acceptLoss?: boolean;
}

/** Something that writes to an archive. */
export interface Act {
  readonly name: string;
  /** How things stand before. */
  readonly prepare: () => Promise<World>;
  /** @returns bytes that were sent to the cloud */
  readonly perform: (world: World, archive: Archive, how: Performance) => Promise<number>;
  /** What is on the device: as the last snapshot has it, and as the next one will; none without a snapshot. */
  readonly before: MemoryTree | undefined;
  readonly after: MemoryTree;
  /** The kinds of requests that it makes, sorted. */
  readonly kinds: readonly Operation[];
  /** Snapshots in the end. */
  readonly snapshots: number;
  /** The key that opens the archive in the end, when it is another. */
  readonly newKey?: BackupKey;
}

// In the long form more than a pack, on the second day alone.
const filmLength = (day: number): number =>
  day === 1 ? campaignSize({ short: 2_000_000, long: 18_000_000 }) : 400_000;

const trees = new Map<number, MemoryTree>();

/** A database of which a few pages change every day, media that come and go, and notes. */
function treeOf(day: number): MemoryTree {
  const tree = trees.get(day) ?? makeTree(day);
  trees.set(day, tree);
  return tree;
}

function makeTree(day: number): MemoryTree {
  const content = noise(filmLength(day), 900 + day);
  const film = { category: 'media', content, identity: `${day}` } as const;
  return {
    'Databases/msgstore.db': { category: 'messages', content: databaseOf(pagesOf(day)), identity: `${day}` },
    'Media/stays.jpg': { category: 'media', content: noise(200_000, 77), identity: 'stays' },
    [`Media/film ${day}.mp4`]: film,
    'notes.txt': { content: prose(20_000, day + 1), identity: `${day}` },
  };
}

function pagesOf(day: number): Bytes[] {
  return Array.from({ length: pages }, (_, i) => {
    const page = noise(4096, i + 1);
    if (i % 40 === 7) page.set(noise(64, day + 1), 1000);
    return page;
  });
}

const backingUp =
  (day: number): Act['perform'] =>
  async ({ journal }, archive, how) =>
    (await backup(archive, treeOf(day), { journal, ...how })).uploadedBytes;

const policy = { last: 2, daily: 0, weekly: 0, monthly: 0 };

export const acts: readonly Act[] = [
  {
    name: 'the first backup',
    prepare: newWorld,
    perform: backingUp(0),
    before: undefined,
    after: treeOf(0),
    kinds: ['list', 'put'],
    snapshots: 1,
  },
  {
    name: 'the backup of the next day',
    prepare: () => worldAfter([0]),
    perform: backingUp(1),
    before: treeOf(0),
    after: treeOf(1),
    kinds: ['get', 'list', 'put'],
    snapshots: 2,
  },
  {
    name: 'a prune that repacks and deletes',
    prepare: () => worldAfter([2, 3, 4]),
    perform: async ({ journal }, archive, how) =>
      (await pruneArchive(archive, { device: phone, journal, policy, deleteNow: true, ...how }))
        .uploadedBytes,
    before: treeOf(4),
    after: treeOf(4),
    kinds: ['get', 'list', 'put', 'remove'],
    snapshots: 2,
  },
  {
    name: 'a change of the key',
    prepare: () => worldAfter([0]),
    perform: async (_, archive, { signal }) => {
      await publishRotated(archive, newKey, { device: phone, signal });
      return 0;
    },
    before: treeOf(0),
    after: treeOf(0),
    kinds: ['get', 'list', 'put'],
    snapshots: 2,
    newKey,
  },
];

async function newWorld(): Promise<World> {
  return { ...(await newArchive({ engine })), journal: new MemoryJournal() };
}

async function worldAfter(days: readonly number[]): Promise<World> {
  const world = await newWorld();
  for (const day of days) await backingUp(day)(world, world.archive, {});
  return world;
}

/** How an archive is opened. */
export interface Opening {
  /** By default the world's own. */
  readonly key?: BackupKey | undefined;
  /** By default no request is repeated. */
  readonly retry?: RetryPolicy;
}

/** The archive of a world on a store, as whoever knows its id and a key alone opens it. */
export function opened(
  { archive: { id: archiveId, engine }, key: ownKey }: World,
  store: ObjectStore,
  { key = ownKey, retry = noRetry }: Opening = {},
): Promise<Archive> {
  return openArchive({ store, key, archiveId, engine, retry, withoutDescriptor: true });
}
