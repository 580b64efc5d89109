import { type ErrorCode, StrongroomError } from '@strongroom/core';
import { type Archive, openArchive } from '../archive.ts';
import { RestoreError, restoreSnapshot } from '../read/restore.ts';
import { noRetry } from '../testing/fixtures.ts';
import { MemoryStore } from '../testing/memory-store.ts';
import { type Restored, MemoryTarget } from '../testing/memory-target.ts';
import { verifyArchive } from '../verify.ts';
import type { Day, Objects, World } from './world.ts';

/** Something that was noticed: the error, and the path that it was told of. */
export interface Notice {
  readonly code: ErrorCode;
  /** The object that the error's details name. */
  readonly object: string | undefined;
  readonly path: string;
}

/** What a restore of one day gave. */
export interface Outcome {
  /** Paths that came back; every one of them as it was. */
  readonly back: readonly string[];
  /** Failures by path; under an empty path what is not of one file. */
  readonly notices: readonly Notice[];
  /** Whether nothing could be restored at all. */
  readonly refused: boolean;
}

/** The archive of a world, opened with its key by somebody who knows nothing else, on what is in the cloud. */
export function archiveOn({ archive: { id, engine, keys } }: World, objects: Objects): Promise<Archive> {
  const store = new MemoryStore(objects);
  const key = keys.current.backupKey;
  return openArchive({ store, key, engine, archiveId: id, withoutDescriptor: true, retry: noRetry });
}

/** What a full check says. */
export async function verified(archive: Archive): Promise<Notice[]> {
  try {
    const { problems } = await verifyArchive(archive, { depth: 'full' });
    return problems.map(({ error, path = '' }) => noticeOf(error, path));
  } catch (error) {
    return [noticeOf(error, '')];
  }
}

/**
 * Restores a day, and compares what comes back with what was stored.
 * @param id by default the day's own
 * @throws Error when anything comes back that was not stored like this
 */
export async function restored(archive: Archive, day: Day, id: string = day.id): Promise<Outcome> {
  const target = new MemoryTarget();
  const notices: Notice[] = [];
  let refused = false;
  try {
    await restoreSnapshot(archive, id, target);
  } catch (error) {
    refused = !(error instanceof RestoreError);
    if (error instanceof RestoreError)
      notices.push(...error.result.failures.map((failure) => noticeOf(failure.error, failure.path)));
    else notices.push(noticeOf(error, ''));
  }
  for (const [path, entry] of target.entries) mustBe(path, entry, day.truth.get(path));
  return { back: [...target.entries.keys()].toSorted(), notices, refused };
}

/** @throws Error when a restored entry differs from the one that was stored */
function mustBe(path: string, entry: Restored, truth: Restored | undefined): void {
  if (!truth) throw new Error(`${path} came back and was never stored`);
  if (factsOf(entry) !== factsOf(truth)) throw new Error(`${path} came back with other facts`);
  if (Buffer.compare(entry.content, truth.content) !== 0)
    throw new Error(`${path} came back with another content`);
}

function factsOf({ kind, category, size, mtimeNs, mode, linkTarget }: Restored): string {
  return [kind, category, size, mtimeNs, mode, linkTarget].join();
}

/** @throws what is not an error for people */
function noticeOf(error: unknown, path: string): Notice {
  if (!(error instanceof StrongroomError)) throw error;
  const details = error.details as { readonly object?: string };
  return { code: error.code, object: details.object, path };
}
