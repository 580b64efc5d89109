import { lstatSync } from 'node:fs';
import { chmod, lstat, lutimes, mkdir, readlink, symlink, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StrongroomError } from '@strongroom/core';
import type { EntryFacts } from '../entry.ts';
import { damaged } from '../format/header.ts';
import type { Target, TargetFile } from '../target.ts';
import { fileError, systemCode } from './file-errors.ts';
import { beginRestore, endRestore, stateFolder } from './restore-state.ts';
import { startFile, timeOf } from './target-file.ts';

// Some file systems keep times to 2 seconds only.
const coarsestTime = 2_000_000_000n;

const permissions = 0o777;
const ownerAccess = 0o700;

// What Windows does not allow in a name, or takes for something else.
const notOnWindows = /[<>:"\\|?*]|\p{Cc}|[. ](?:\/|$)/u;

/**
 * A folder to restore to: one that is empty, does not exist yet, or holds an unfinished restore of the same snapshot.
 * Nothing in it is overwritten and nothing outside it is touched; modes come back without setuid and setgid, times
 * to the microsecond.
 */
export function folderTarget(path: string): Target {
  return new FolderTarget(resolve(path));
}

class FolderTarget implements Target {
  readonly #root: string;
  /** Directories that were seen to be real ones. */
  readonly #directories = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  async begin(restore: string): Promise<void> {
    await beginRestore(this.#root, restore);
  }

  async finish(complete: boolean): Promise<void> {
    if (complete) await endRestore(this.#root);
  }

  async look(entry: EntryFacts): Promise<'absent' | 'same' | 'other'> {
    try {
      const stats = lstatSync(this.#place(entry.path), { bigint: true, throwIfNoEntry: false });
      if (!stats) return 'absent';
      const late = stats.mtimeNs - entry.mtimeNs;
      const sameTime = late < coarsestTime && -late < coarsestTime;
      return stats.isFile() && stats.size === BigInt(entry.size) && sameTime ? 'same' : 'other';
    } catch (error) {
      const code = systemCode(error);
      if (code === 'ENOTDIR') return 'absent';
      throw fileError(error, entry.path);
    }
  }

  async file(entry: EntryFacts): Promise<TargetFile> {
    const place = this.#place(entry.path);
    await this.#parents(entry.path);
    return startFile(join(this.#root, stateFolder), place, entry);
  }

  async directory({ path }: EntryFacts): Promise<void> {
    this.#place(path);
    await this.#parents(`${path}/`);
  }

  async finishDirectory(entry: EntryFacts): Promise<void> {
    const place = this.#place(entry.path);
    try {
      await utimes(place, timeOf(entry.mtimeNs), timeOf(entry.mtimeNs));
      await chmod(place, entry.mode & permissions);
    } catch (error) {
      throw fileError(error, entry.path);
    }
  }

  async symlink(entry: EntryFacts): Promise<void> {
    const place = this.#place(entry.path);
    await this.#parents(entry.path);
    try {
      await this.#link(entry.linkTarget ?? '', place);
      await lutimes(place, timeOf(entry.mtimeNs), timeOf(entry.mtimeNs));
    } catch (error) {
      if (systemCode(error) === 'EEXIST')
        throw damaged(entry.path, 'is both a link and something else', error);
      throw fileError(error, entry.path);
    }
  }

  async #link(target: string, place: string): Promise<void> {
    try {
      await symlink(target, place);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST' || (await linkAt(place)) !== target) throw error;
    }
  }

  /** Where a path is in the file system. @throws StrongroomError 'not-permitted' */
  #place(path: string): string {
    const taken = path === stateFolder || path.startsWith(`${stateFolder}/`);
    if (taken || (process.platform === 'win32' && notOnWindows.test(path))) {
      throw new StrongroomError('not-permitted', { path });
    }
    return join(this.#root, path);
  }

  /** Makes every directory above a path; none of them may be a link, which could lead out of the target. */
  async #parents(path: string): Promise<void> {
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      const parent = path.slice(0, end);
      if (this.#directories.has(parent)) continue;
      await this.#realDirectory(parent);
      this.#directories.add(parent);
    }
  }

  async #realDirectory(path: string): Promise<void> {
    const place = join(this.#root, path);
    try {
      await mkdir(place);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw fileError(error, path);
      const stats = await lstat(place);
      if (!stats.isDirectory()) throw damaged(path, 'is both a folder and something else', error);
      // A run before this one may have given it its final mode already.
      if ((stats.mode & ownerAccess) !== ownerAccess) await chmod(place, ownerAccess);
    }
  }
}

async function linkAt(place: string): Promise<string | undefined> {
  try {
    return await readlink(place);
  } catch {
    return undefined;
  }
}
