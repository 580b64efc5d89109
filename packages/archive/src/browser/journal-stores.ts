import type { Bytes } from '@strongroom/core';
import type { PageRun, PendingPack } from '../journal.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import type { SnapshotMark } from '../snapshot/snapshot.ts';
import { batchesOf, resultOf } from './indexed-db.ts';

/** Grows with every change of the stores; a journal of another version is begun anew. */
export const journalVersion = 1;

/** Whose journal it is. */
export interface About {
  /** 32 hexadecimal digits. */
  readonly archiveId: string;
  /** 32 bytes. */
  readonly pageKey: Bytes;
}

export interface FileRecord {
  readonly path: string;
  readonly identity: string | undefined;
}

export interface PagesRecord extends PageRun {
  readonly path: string;
  readonly run: number;
}

export type PackRecord = PendingPack;

export interface ChunkRecord extends Omit<ChunkRef, 'name'> {
  readonly path: string;
  /** 64 hexadecimal digits. */
  readonly name: string;
}

/**
 * `files` and `pages` are the state of the last snapshot, `next…` what the backup at hand changes; `pending…` are the
 * packs that no snapshot names yet. `about` has two records: `archive` and `last`, the last snapshot.
 */
const keyPaths = {
  about: null,
  files: 'path',
  pages: ['path', 'run'],
  nextFiles: 'path',
  nextPages: ['path', 'run'],
  pendingPacks: 'pack',
  pendingChunks: ['path', 'name'],
} as const;

export type StoreName = keyof typeof keyPaths;

/** Every store there is. */
export const storeNames: readonly StoreName[] = Object.keys(keyPaths) as StoreName[];

/** Makes the stores of a new database. */
export function makeStores(database: IDBDatabase): void {
  for (const name of storeNames) {
    const keyPath = keyPaths[name];
    const path = typeof keyPath === 'object' && keyPath ? [...keyPath] : keyPath;
    const store = database.createObjectStore(name, { keyPath: path });
    if (name === 'pendingChunks') store.createIndex('pack', 'pack');
  }
}

/** The keys of all pages of a file: numbers come before arrays. */
export function pagesOf(path: string): IDBKeyRange {
  return IDBKeyRange.bound([path], [path, []]);
}

/** Puts the next state in the place of the last. A file without an identity is read again next time. */
export async function putNextInPlace(transaction: IDBTransaction, last: SnapshotMark): Promise<void> {
  const store = (name: StoreName): IDBObjectStore => transaction.objectStore(name);
  const outdated = await keysAmong(store('nextFiles'), await pathsIn(store('pages')));
  for (const path of outdated) store('pages').delete(pagesOf(path));
  for await (const batch of batchesOf<FileRecord>(store('nextFiles'), ({ path }) => path)) {
    for (const record of batch) {
      if (record.identity === undefined) store('files').delete(record.path);
      else store('files').put(record);
    }
  }
  for await (const batch of batchesOf<PagesRecord>(store('nextPages'), ({ path, run }) => [path, run])) {
    const whole = await keysAmong(
      store('nextFiles'),
      batch.map(({ path }) => path),
    );
    for (const record of batch) if (whole.has(record.path)) store('pages').put(record);
  }
  for (const name of ['nextFiles', 'nextPages', 'pendingPacks', 'pendingChunks'] as const)
    store(name).clear();
  store('about').put(last, 'last');
}

/** The files that have pages in a store: few, since only databases have. */
async function pathsIn(pages: IDBObjectStore): Promise<string[]> {
  const paths: string[] = [];
  for (let range = IDBKeyRange.lowerBound([]); ;) {
    const key = await resultOf(pages.getKey(range));
    if (key === undefined) return paths;
    const [path] = key as [path: string, run: number];
    paths.push(path);
    range = IDBKeyRange.lowerBound([path, []], true);
  }
}

/** Which of these keys a store has. */
async function keysAmong(store: IDBObjectStore, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await Promise.all(Array.from(new Set(keys), (key) => resultOf(store.getKey(key))));
  return new Set(found.filter((key) => typeof key === 'string'));
}
