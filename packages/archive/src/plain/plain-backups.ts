import { type Bytes, StrongroomError, fromUtf8, isStrongroomError } from '@strongroom/core';
import { damaged } from '../format/header.ts';
import type { ObjectStore, StoreOptions } from '../object-store.ts';
import { doneName, partName, partSize, plainObjectOf, plainPrefix } from './plain-names.ts';

/** A plain backup as a list of the cloud shows it. */
export interface PlainBackup {
  readonly archiveId: string;
  /** ULID, 26 characters; later ones sort behind earlier ones. */
  readonly id: string;
  /** Whether its last object is there. */
  readonly finished: boolean;
  /** Sizes in bytes by the names of the parts. */
  readonly parts: ReadonlyMap<string, number>;
}

/** What the last object of a plain backup says: how many parts there are, their bytes together, and the files in them. */
export interface PlainDone {
  readonly parts: number;
  readonly bytes: number;
  readonly files: number;
}

// Three numbers in a line of JSON.
const longestDone = 4096;

/** The plain backups of an archive, or of every one in a cloud, oldest first. */
export async function listPlain(
  store: ObjectStore,
  archiveId?: string,
  options?: StoreOptions,
): Promise<PlainBackup[]> {
  const found = new Map<
    string,
    { archiveId: string; id: string; finished: boolean; parts: Map<string, number> }
  >();
  const prefix = archiveId === undefined ? '' : plainPrefix(archiveId);
  for await (const { name, size } of store.list(prefix, options)) {
    const object = plainObjectOf(name);
    if (!object) continue;
    const key = `${object.id}/${object.archiveId}`;
    const { archiveId, id } = object;
    const backup = found.get(key) ?? { archiveId, id, finished: false, parts: new Map<string, number>() };
    found.set(key, backup);
    if (object.isDone) backup.finished = true;
    else backup.parts.set(name, size);
  }
  return [...found.keys()].toSorted().map((key) => found.get(key)!);
}

/**
 * Deletes a plain backup and nothing else: its last object first, so that what an interruption leaves never looks
 * whole.
 */
export async function removePlain(
  store: ObjectStore,
  { archiveId, id, finished, parts }: PlainBackup,
  options?: StoreOptions,
): Promise<void> {
  if (finished) await store.remove(doneName(archiveId, id), options);
  for (const name of parts.keys()) await store.remove(name, options);
}

/** @throws StrongroomError 'archive-incomplete', 'archive-damaged' unless every part is there with its size */
export function checkParts(backup: PlainBackup, { parts, bytes }: Pick<PlainDone, 'parts' | 'bytes'>): void {
  const { archiveId, id } = backup;
  for (let number = 0; number < parts; number++) {
    const object = partName(archiveId, id, number);
    const size = backup.parts.get(object);
    if (size === undefined) throw new StrongroomError('archive-incomplete', { object });
    const expected = Math.min(partSize, bytes - number * partSize);
    if (size !== expected) throw damaged(object, `has ${size} bytes instead of ${expected}`);
  }
}

/** @throws StrongroomError 'archive-incomplete', 'archive-damaged' */
export async function readDone(
  store: ObjectStore,
  { archiveId, id }: Pick<PlainBackup, 'archiveId' | 'id'>,
  options?: StoreOptions,
): Promise<PlainDone> {
  const object = doneName(archiveId, id);
  try {
    const bytes = await store.get(object, { ...options, range: { offset: 0, length: longestDone } });
    const done = parse(bytes);
    if (!done) throw damaged(object, 'cannot be read');
    return done;
  } catch (error) {
    if (!isStrongroomError(error, 'object-missing')) throw error;
    throw new StrongroomError('archive-incomplete', { object }, { cause: error });
  }
}

function parse(line: Bytes): PlainDone | undefined {
  try {
    const { parts, bytes, files } = JSON.parse(fromUtf8(line)) as Record<keyof PlainDone, unknown>;
    if (!isCount(parts) || !isCount(bytes) || !isCount(files)) return undefined;
    return parts === Math.ceil(bytes / partSize) ? { parts, bytes, files } : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
