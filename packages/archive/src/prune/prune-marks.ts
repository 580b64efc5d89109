import { type StrongroomError, isStrongroomError } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { damaged } from '../format/header.ts';
import { isSnapshotId, pruneMarkName, pruneMarksPrefix } from '../object-names.ts';
import type { StoreOptions } from '../object-store.ts';
import { nextSnapshotId } from '../snapshot/snapshot-id.ts';
import { type PruneMark, type PruneMarkContent, openPruneMark, sealPruneMark } from './prune-mark.ts';

// Room for the most that a mark names.
const longestMark = 64 * 1024 * 1024;

export interface ReadMarksOptions extends StoreOptions {
  /** Hears of marks that are damaged, which are left out. */
  readonly onProblem: (error: StrongroomError, id: string) => void;
}

/** Every prune mark that can be read, oldest first. @throws StrongroomError 'newer-version' */
export async function readPruneMarks(archive: Archive, options: ReadMarksOptions): Promise<PruneMark[]> {
  const { signal, onProblem } = options;
  const marks: PruneMark[] = [];
  for (const id of await listPruneMarkIds(archive, { signal })) {
    try {
      marks.push(await readPruneMark(archive, id, { signal }));
    } catch (error) {
      if (isStrongroomError(error, 'archive-damaged')) onProblem(error, id);
      // One that is gone meanwhile is done with.
      else if (!isStrongroomError(error, 'object-missing')) throw error;
    }
  }
  return marks;
}

/** The packs that are about to be deleted, by every mark that can be read. */
export async function doomedPacks(archive: Archive, options?: StoreOptions): Promise<Set<string>> {
  const marks = await readPruneMarks(archive, { ...options, onProblem: () => undefined });
  return new Set(marks.flatMap(({ packs }) => packs));
}

/** Stores a prune mark. */
export async function writePruneMark(
  archive: Archive,
  content: PruneMarkContent,
  options?: StoreOptions,
): Promise<PruneMark> {
  const last = (await listPruneMarkIds(archive, options)).at(-1);
  const id = nextSnapshotId(last, content.time);
  const bytes = await sealPruneMark(archive, id, content);
  await archive.store.put(pruneMarkName(archive.id, id), bytes, { ...options, ifAbsent: true });
  return { ...content, id };
}

async function readPruneMark(archive: Archive, id: string, options: StoreOptions): Promise<PruneMark> {
  const name = pruneMarkName(archive.id, id);
  const bytes = await archive.store.get(name, { ...options, range: { offset: 0, length: longestMark + 1 } });
  if (bytes.length > longestMark) throw damaged(name, 'is too long');
  return openPruneMark(archive, id, bytes);
}

async function listPruneMarkIds(archive: Archive, options?: StoreOptions): Promise<string[]> {
  const prefix = pruneMarksPrefix(archive.id);
  const ids: string[] = [];
  for await (const { name } of archive.store.list(prefix, options)) {
    const id = name.slice(prefix.length);
    if (isSnapshotId(id)) ids.push(id);
  }
  return ids.toSorted();
}
