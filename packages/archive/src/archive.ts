import { StrongroomError, isStrongroomError, randomBytes, toHex } from '@strongroom/core';
import { portableCodec } from './codec/portable-codec.ts';
import { type Descriptor, authenticateDescriptor, readDescriptor, writeDescriptor } from './descriptor.ts';
import type { ChunkEngine } from './engine/chunk-engine.ts';
import { inlineEngine } from './engine/inline-engine.ts';
import { webPrimitives } from './engine/primitives.ts';
import { KeyRing } from './format/key-ring.ts';
import { type BackupKey, deriveKeys } from './format/keys.ts';
import { archiveOfDescriptor, descriptorName, snapshotsPrefix } from './object-names.ts';
import type { ObjectStore, StoreOptions } from './object-store.ts';
import { type RetryPolicy, patientRetry, retrying } from './retry.ts';
import type { UnlockWay } from './unlock.ts';

export interface ArchiveOptions extends StoreOptions {
  readonly store: ObjectStore;
  readonly key: BackupKey;
  /** Seals and opens chunks; by default on this thread, with what every platform has. */
  readonly engine?: ChunkEngine;
  readonly retry?: RetryPolicy;
}

/** An archive whose backup key is known. */
export interface Archive {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly store: ObjectStore;
  readonly keys: KeyRing;
  readonly engine: ChunkEngine;
  /** The ways to unlock, authenticated. */
  unlock(options?: StoreOptions): Promise<readonly UnlockWay[]>;
  /** Replaces the ways to unlock. */
  setUnlock(unlock: readonly UnlockWay[], options?: StoreOptions): Promise<void>;
}

/** A fresh archive id, 32 hexadecimal digits; needed beforehand when a passkey wraps the key. */
export function newArchiveId(): string {
  return toHex(randomBytes(16));
}

/** Starts an archive by writing its descriptor. @throws StrongroomError 'object-exists' when the id is taken */
export async function createArchive(
  options: ArchiveOptions & { readonly unlock: readonly UnlockWay[]; readonly archiveId?: string },
): Promise<Archive> {
  const archive = await assemble(options, options.archiveId ?? newArchiveId());
  const { signal } = options;
  await writeDescriptor(archive.store, archive.id, archive.keys.current, options.unlock, {
    signal,
    ifAbsent: true,
  });
  return archive;
}

export interface OpenOptions extends ArchiveOptions {
  readonly archiveId: string;
  /** The descriptor is lost or damaged: go on without it. A wrong key then shows when a snapshot is read. */
  readonly withoutDescriptor?: boolean;
}

/**
 * Opens an archive with its backup key.
 * @throws StrongroomError 'archive-missing', 'wrong-key', 'archive-damaged', 'newer-version'
 */
export async function openArchive(options: OpenOptions): Promise<Archive> {
  const { signal, archiveId } = options;
  const archive = await assemble(options, archiveId);
  if (options.withoutDescriptor) return archive;
  await archive.unlock({ signal });
  return archive;
}

async function assemble(options: ArchiveOptions, id: string): Promise<Archive> {
  checkArchiveId(id);
  const store = retrying(options.store, options.retry ?? patientRetry);
  const keys = new KeyRing(await deriveKeys(options.key));
  return {
    id,
    store,
    keys,
    engine: options.engine ?? inlineEngine(webPrimitives(portableCodec)),
    unlock: async (options) => (await authenticateDescriptor(store, id, keys.current, options)).unlock,
    setUnlock: (unlock, options) => writeDescriptor(store, id, keys.current, unlock, options),
  };
}

/**
 * The descriptors of every archive in a store, not authenticated. One that cannot be read is left out as long as
 * there is another.
 * @throws StrongroomError 'archive-damaged', 'newer-version' when there are archives, and none can be read
 */
export async function findArchives(store: ObjectStore, options?: StoreOptions): Promise<Descriptor[]> {
  const found: Descriptor[] = [];
  const errors: unknown[] = [];
  for (const id of await findArchiveIds(store, options)) {
    try {
      found.push(await readDescriptor(store, id, options));
    } catch (error) {
      if (!isStrongroomError(error, 'archive-damaged', 'newer-version', 'archive-missing')) throw error;
      errors.push(error);
    }
  }
  if (found.length === 0 && errors.length > 0) throw errors[0];
  return found;
}

/** The ids of every archive in a store, sorted. */
export async function findArchiveIds(store: ObjectStore, options?: StoreOptions): Promise<string[]> {
  const ids: string[] = [];
  for await (const { name } of store.list('', options)) {
    const id = archiveOfDescriptor(name);
    if (id !== undefined) ids.push(id);
  }
  return ids.toSorted();
}

/**
 * Deletes every object of an archive: snapshots first and the descriptor last, so that what an interruption
 * leaves is found again and never looks whole.
 */
export async function deleteArchive(
  store: ObjectStore,
  archiveId: string,
  options?: StoreOptions,
): Promise<void> {
  checkArchiveId(archiveId);
  const names: string[] = [];
  for await (const { name } of store.list(`${archiveId}/`, options)) names.push(name);
  const rank = (name: string): number =>
    name.startsWith(snapshotsPrefix(archiveId)) ? 0 : name === descriptorName(archiveId) ? 2 : 1;
  for (const name of names.toSorted((a, b) => rank(a) - rank(b))) await store.remove(name, options);
}

function checkArchiveId(id: string): void {
  if (!/^[0-9a-f]{32}$/.test(id)) throw new StrongroomError('malformed', { what: 'the id of an archive' });
}
