import { type Bytes, Secret, StrongroomError, concat, fromUtf8, utf8 } from '@strongroom/core';
import { type Archive, createArchive, openArchive } from '../archive.ts';
import type { ChunkEngine } from '../engine/chunk-engine.ts';
import type { BackupKey } from '../format/keys.ts';
import type { ObjectStore } from '../object-store.ts';
import { type RestoreOptions, type RestoreResult, restoreSnapshot } from '../read/restore.ts';
import type { RetryPolicy } from '../retry.ts';
import { type WriteOptions, type WriteResult, writeSnapshot } from '../write/write-snapshot.ts';
import { MemorySource, type MemoryTree } from './memory-source.ts';
import { MemoryStore } from './memory-store.ts';
import { MemoryTarget } from './memory-target.ts';

/** Repeats requests without waiting. */
export const hastyRetry: RetryPolicy = { attempts: 4, pause: async () => undefined };

/** Never repeats a request. */
export const noRetry: RetryPolicy = { attempts: 1, pause: async () => undefined };

/** The device of the tests. */
export const phone: WriteOptions['device'] = { id: 'device-1', name: 'Phone' };

/** A backup key that is the same every time. */
export function testKey(fill = 7): BackupKey {
  return new Secret(new Uint8Array(32).fill(fill));
}

/** Bytes that look random and are the same every time. @param seed a 32-bit integer other than 0 */
export function noise(length: number, seed: number): Bytes {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed >>> 0;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** Bytes that compress well and are the same every time. */
export function prose(length: number, seed = 1): Bytes {
  const words = [
    'see',
    'you',
    'tomorrow',
    'at',
    'the',
    'harbour',
    'bring',
    'bread',
    'and',
    'the',
    'dog',
    'please',
  ];
  const picks = noise(length, seed);
  const text = Array.from(
    { length: Math.ceil(length / 3) },
    (_, i) => words[picks[i % length]! % words.length],
  );
  return utf8(text.join(' ')).slice(0, length);
}

/** An SQLite database as far as its header goes, with pages of `pageSize` bytes whose content is the given one. */
export function databaseOf(pages: readonly Bytes[], pageSize = 4096): Bytes {
  const bytes = concat(...pages);
  bytes.set(concat(utf8('SQLite format 3\0'), Uint8Array.of((pageSize >> 8) & 0xff, pageSize & 0xff)));
  return bytes;
}

export interface TestArchive {
  readonly archive: Archive;
  readonly store: MemoryStore;
  readonly key: BackupKey;
}

/** A fresh archive in memory. */
export async function newArchive(
  options: { key?: BackupKey; engine?: ChunkEngine } = {},
): Promise<TestArchive> {
  const store = new MemoryStore();
  const key = options.key ?? testKey();
  const engine = options.engine ? { engine: options.engine } : {};
  const archive = await createArchive({ store, key, unlock: [{ way: 'key' }], retry: hastyRetry, ...engine });
  return { archive, store, key };
}

/** The same archive, on another store. */
export function onStore({ archive, key }: TestArchive, store: ObjectStore): Promise<Archive> {
  return openArchive({ store, key, archiveId: archive.id, retry: noRetry, engine: archive.engine });
}

/** Makes a snapshot of a tree in memory. */
export function backup(
  archive: Archive,
  tree: MemoryTree,
  options: Partial<WriteOptions> = {},
): Promise<WriteResult> {
  return writeSnapshot(archive, new MemorySource(tree), { device: phone, ...options });
}

/** Restores a snapshot into memory. */
export async function restore(
  archive: Archive,
  id = 'latest',
  options: RestoreOptions = {},
): Promise<{ target: MemoryTarget; result: RestoreResult }> {
  const target = new MemoryTarget();
  const result = await restoreSnapshot(archive, id, target, options);
  return { target, result };
}

/** The texts of what was restored, by path. */
export function textsOf(target: MemoryTarget): Record<string, string> {
  return Object.fromEntries([...target.entries].map(([path, { content }]) => [path, fromUtf8(content)]));
}

/** An error like that of a cloud that cannot be reached. */
export function unreachable(): StrongroomError {
  return new StrongroomError('cloud-unreachable', { where: 'a test', why: 'it was told to fail' });
}

/** Everything that comes out of an iterable. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
