import { randomBytes } from '@strongroom/core';
import { type Journal, pageKeyLength } from '../journal.ts';
import type { OnWarning } from '../warning.ts';

/**
 * A journal whose failures do not fail the backup: after the first one it says so, knows nothing and writes
 * nothing, so that the next backup does not count on it.
 */
export function forgiving(journal: Journal, warn: OnWarning | undefined): Journal {
  let broken = false;
  const attempt = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    if (broken) return otherwise;
    try {
      return await work();
    } catch (error) {
      broken = true;
      const why = error instanceof Error ? error.message : String(error);
      warn?.({
        code: 'journal',
        path: '',
        message: `The journal of backups failed (${why}); the next one takes longer.`,
      });
      return otherwise;
    }
  };
  return {
    lastSnapshot: () => attempt(() => journal.lastSnapshot(), undefined),
    identity: (path) => attempt(() => journal.identity(path), undefined),
    pages: (path, run) => attempt(() => journal.pages(path, run), undefined),
    pageKey: () => attempt(() => journal.pageKey(), randomBytes(pageKeyLength)),
    begin: () => attempt(() => journal.begin(), undefined),
    rememberFile: (path, identity) => attempt(() => journal.rememberFile(path, identity), undefined),
    rememberPages: (path, run, pages) => attempt(() => journal.rememberPages(path, run, pages), undefined),
    restartPages: (path) => attempt(() => journal.restartPages(path), undefined),
    forgetFile: (path) => attempt(() => journal.forgetFile(path), undefined),
    finish: (snapshot) => attempt(() => journal.finish(snapshot), undefined),
    renumber: (snapshot) => attempt(() => journal.renumber(snapshot), undefined),
    pendingPacks: () => attempt(() => journal.pendingPacks(), []),
    addPendingPack: (pack, chunks) => attempt(() => journal.addPendingPack(pack, chunks), undefined),
    dropPendingPack: (pack) => attempt(() => journal.dropPendingPack(pack), undefined),
    pendingChunk: (path, name) => attempt(() => journal.pendingChunk(path, name), undefined),
    close: () => journal.close(),
  };
}
