import {
  findArchives,
  keyOfNewest,
  listSnapshots,
  openArchive,
  staleDescriptor,
  type Archive,
  type ObjectStore,
  type OpenOptions,
  type UnlockWay,
} from '@strongroom/archive';
import { isStrongroomError, StrongroomError } from '@strongroom/core';

/** An archive in a cloud, and how its descriptor says it is opened: nothing, when the descriptor is lost. */
export interface FoundArchive {
  /** 32 hexadecimal digits. */
  readonly archiveId: string;
  readonly unlock: readonly UnlockWay[] | undefined;
}

/**
 * The archives in a cloud. One whose descriptor is lost or damaged counts as long as there are snapshots of it: its key
 * opens them.
 * @param archiveId the one that is meant, 32 hexadecimal digits; by default any
 * @throws StrongroomError `archive-missing`, `newer-version`, `archive-damaged`
 */
export async function findOpenable(
  store: ObjectStore,
  archiveId: string | undefined,
  signal: AbortSignal | undefined,
): Promise<FoundArchive[]> {
  const isMeant = ({ archiveId: id }: { readonly archiveId: string }): boolean => id === (archiveId ?? id);
  let damage: StrongroomError | undefined;
  const described = await findArchives(store, { signal }).catch((error: unknown) => {
    if (!isStrongroomError(error, 'archive-damaged')) throw error;
    damage = error;
    return [];
  });
  const found = described.filter(isMeant).map(({ archiveId, unlock }) => ({ archiveId, unlock }));
  if (found.length > 0) return found;
  const lost = (await archivesWithSnapshots(store, signal)).map((id) => ({
    archiveId: id,
    unlock: undefined,
  }));
  if (lost.some(isMeant)) return lost.filter(isMeant);
  throw damage ?? new StrongroomError('archive-missing', { where: store.description });
}

/**
 * Opens an archive; without its descriptor when that is lost or damaged and the key opens a snapshot.
 * @throws StrongroomError what `openArchive` throws
 */
export async function openByKey(options: OpenOptions): Promise<Archive> {
  try {
    return await openArchive(options);
  } catch (error) {
    if (!isStrongroomError(error, 'wrong-key', 'archive-damaged', 'archive-missing')) throw error;
    const archive = await openArchive({ ...options, withoutDescriptor: true });
    if (await opensASnapshot(archive, options.signal)) return archive;
    throw error;
  }
}

/** What is wrong with the descriptor of an archive that was opened; nothing when it is whole. */
export async function descriptorProblem(
  archive: Archive,
  signal: AbortSignal | undefined,
): Promise<StrongroomError | undefined> {
  try {
    await archive.unlock({ signal });
    return undefined;
  } catch (error) {
    if (isStrongroomError(error, 'archive-missing'))
      return new StrongroomError(
        'archive-incomplete',
        { object: `${archive.id}/descriptor` },
        { cause: error },
      );
    if (isStrongroomError(error, 'wrong-key')) return ofOtherKey(archive, error, signal);
    if (isStrongroomError(error, 'archive-damaged')) return error;
    throw error;
  }
}

// The key opens a snapshot, or nothing would have been opened.
async function ofOtherKey(
  archive: Archive,
  cause: StrongroomError,
  signal: AbortSignal | undefined,
): Promise<StrongroomError> {
  const object = `${archive.id}/descriptor`;
  if (await staleDescriptor(archive, { signal }))
    return new StrongroomError('other-key', { object, earlier: true }, { cause });
  if ((await keyOfNewest(archive, { signal })) === archive.keys.current.id)
    return new StrongroomError('archive-damaged', { object, why: 'was altered' }, { cause });
  return new StrongroomError('other-key', { object, earlier: false }, { cause });
}

/** Whether the key opens any snapshot of the archive. */
export async function opensASnapshot(archive: Archive, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    return (await listSnapshots(archive, { signal, onProblem: () => undefined })).length > 0;
  } catch (error) {
    if (isStrongroomError(error, 'archive-damaged', 'other-key')) return false;
    throw error;
  }
}

async function archivesWithSnapshots(store: ObjectStore, signal: AbortSignal | undefined): Promise<string[]> {
  const ids = new Set<string>();
  for await (const { name } of store.list('', { signal })) {
    const id = /^([0-9a-f]{32})\/snapshots\//.exec(name)?.[1];
    if (id !== undefined) ids.add(id);
  }
  return [...ids];
}
