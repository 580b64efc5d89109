import type { Bytes } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { chunksOf } from '../entry.ts';
import { inlineEngine } from '../engine/inline-engine.ts';
import { nodePrimitives } from '../node/node-primitives.ts';
import { descriptorName, packName, packsPrefix, pruneMarksPrefix, snapshotName } from '../object-names.ts';
import { ChunkReader } from '../pack/chunk-reader.ts';
import { type ChunkRef, placeOf } from '../pack/chunk-ref.ts';
import { writePruneMark } from '../prune/prune-marks.ts';
import { readEntries } from '../read/entries.ts';
import { findSnapshot } from '../snapshot/history.ts';
import type { SnapshotMark } from '../snapshot/snapshot.ts';
import { backup, databaseOf, newArchive, noise, prose, restore } from '../testing/fixtures.ts';
import type { MemoryTree } from '../testing/memory-source.ts';
import type { Restored } from '../testing/memory-target.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';

/** What a cloud holds: every object by its name. */
export type Objects = Map<string, Bytes>;

/** One backup of the archive under attack. */
export interface Day {
  readonly id: string;
  /** The snapshot's object. */
  readonly object: string;
  readonly mark: SnapshotMark;
  /** Everything in the cloud on the evening of that day. */
  readonly objects: Objects;
  /** What must come back, by path. */
  readonly truth: ReadonlyMap<string, Restored>;
  /** The chunks of the manifest, and of every path. */
  readonly manifest: readonly ChunkRef[];
  readonly chunks: ReadonlyMap<string, readonly ChunkRef[]>;
}

/** An archive of some days, on which a hostile cloud may work. */
export interface World {
  readonly archive: Archive;
  /** Everything in the cloud in the end. */
  readonly objects: Objects;
  readonly days: readonly Day[];
  readonly descriptor: string;
  /** The descriptor as it was before the ways to unlock changed. */
  readonly oldDescriptor: Bytes;
  /** Names of objects. */
  readonly packs: readonly string[];
  readonly pruneMark: string;
  /** The chunks of a pack by its own table, in order. */
  readonly tables: ReadonlyMap<string, readonly ChunkRef[]>;
  readonly journal: MemoryJournal;
}

const pages = 70;
const pageSize = 4096;

/** The database on a day: a page in twenty is changed a little, one is new, and it grows. */
function database(day: number): Bytes {
  const now = Array.from({ length: pages + day * 3 }, (_, page) => {
    const bytes = new Uint8Array([...noise(pageSize / 2, page + 1), ...prose(pageSize / 2, page + 1)]);
    for (let past = 1; past <= day; past++)
      if ((page + past) % 20 === 0) bytes.set(noise(60, 1000 * past + page + 1), 100 * past);
    return bytes;
  });
  if (day > 0) now[30 + day] = noise(pageSize, 7000 + day);
  return databaseOf(now);
}

const trees: readonly MemoryTree[] = [0, 1, 2].map((day) => ({
  Databases: { kind: 'directory' },
  'Databases/msgstore.db': { category: 'messages', content: database(day) },
  Media: { kind: 'directory', mode: 0o750 },
  'Media/a.jpg': { category: 'media', content: noise(40_000, 21), mtimeNs: 1_600_000_000_123_456_789n },
  [`Media/b${day}.jpg`]: { category: 'media', content: noise(20_000, 30 + day) },
  'Media/empty.jpg': { category: 'media', content: '' },
  'link-to-media': { kind: 'symlink', linkTarget: 'Media' },
  'notes.txt': { content: prose(9000, 5 + day), mode: 0o600 },
  'stays.txt': 'what is in here never changes',
}));

/** Makes three backups, changes the ways to unlock before the last, and marks a pack for deletion after it. */
export async function makeWorld(): Promise<World> {
  const engine = inlineEngine(nodePrimitives());
  const { archive, store } = await newArchive({ engine });
  const descriptor = descriptorName(archive.id);
  const oldDescriptor = store.objects.get(descriptor)!;
  const journal = new MemoryJournal();
  const days: Day[] = [];
  for (const [n, tree] of trees.entries()) {
    if (n === trees.length - 1) await archive.setUnlock([{ way: 'password', directoryEpoch: 1 }]);
    const { id, number, hash } = await backup(archive, tree, { journal });
    days.push(await dayOf(archive, { number, hash }, id, tree, new Map(store.objects)));
  }
  const writer = { deviceId: 'device-1', deviceName: 'Phone', epoch: 1 };
  const doomed = { time: 0, writer, snapshotNumber: days.length, packs: ['ee'.repeat(16)], snapshots: [] };
  await writePruneMark(archive, doomed);
  const objects = new Map(store.objects);
  const names = [...objects.keys()];
  const packs = names.filter((name) => name.startsWith(packsPrefix(archive.id)));
  const pruneMark = names.find((name) => name.startsWith(pruneMarksPrefix(archive.id)))!;
  const tables = new Map<string, readonly ChunkRef[]>();
  for (const name of packs) tables.set(name, await tableOf(archive, name, objects.get(name)!.length));
  return { archive, objects, days, descriptor, oldDescriptor, packs, pruneMark, tables, journal };
}

async function dayOf(
  archive: Archive,
  mark: SnapshotMark,
  id: string,
  tree: MemoryTree,
  objects: Objects,
): Promise<Day> {
  const { target } = await restore(archive, id);
  for (const [path, entry] of Object.entries(tree)) {
    const content = typeof entry === 'string' ? entry : (entry.content ?? '');
    const back = target.entries.get(path)?.content;
    if (!back || Buffer.compare(back, Buffer.from(content as string)) !== 0)
      throw new Error(`${path} is not back`);
  }
  const chunks = new Map<string, readonly ChunkRef[]>();
  for await (const entry of readEntries(archive, id)) chunks.set(entry.path, [...chunksOf(entry)]);
  const { manifest } = await findSnapshot(archive, id);
  return { id, object: snapshotName(archive.id, id), mark, objects, truth: target.entries, manifest, chunks };
}

function tableOf(archive: Archive, object: string, size: number): Promise<ChunkRef[]> {
  const pack = object.slice(packsPrefix(archive.id).length);
  return new ChunkReader(archive).table({ pack, key: archive.keys.current.id }, size);
}

/** What a day cannot give back without certain chunks: its paths, or all of them with the manifest. */
export function lostWithout(day: Day, isLost: (chunk: ChunkRef) => boolean): readonly string[] | 'manifest' {
  if (day.manifest.some(isLost)) return 'manifest';
  return [...day.chunks].filter(([, chunks]) => chunks.some(isLost)).map(([path]) => path);
}

/** Whether a chunk lies in a pack. */
export function liesIn({ archive }: World, object: string): (chunk: ChunkRef) => boolean {
  return ({ pack }) => packName(archive.id, pack) === object;
}

/** Whether a chunk is this one. */
export function isSame(one: ChunkRef): (chunk: ChunkRef) => boolean {
  return (chunk) => placeOf(chunk) === placeOf(one);
}
