import { randomUUID } from 'node:crypto';
import { type FileHandle, link, lstat, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bytes, StrongroomError } from '@strongroom/core';
import type { EntryFacts } from '../entry.ts';
import type { TargetFile } from '../target.ts';
import { fileError, systemCode } from './file-errors.ts';

const permissions = 0o777;

/** What `utimes` takes. */
export function seconds(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e9;
}

/**
 * Begins a file in a folder of unfinished ones. It appears at `place` when it is committed, unless something is there.
 * @throws StrongroomError 'disk-full', 'not-permitted'
 */
export async function startFile(unfinished: string, place: string, entry: EntryFacts): Promise<TargetFile> {
  const part = join(unfinished, randomUUID());
  try {
    return new PartFile(await open(part, 'wx', 0o600), part, place, entry);
  } catch (error) {
    throw fileError(error, entry.path);
  }
}

class PartFile implements TargetFile {
  readonly #file: FileHandle;
  readonly #part: string;
  readonly #place: string;
  readonly #entry: EntryFacts;

  constructor(file: FileHandle, part: string, place: string, entry: EntryFacts) {
    this.#file = file;
    this.#part = part;
    this.#place = place;
    this.#entry = entry;
  }

  async write(bytes: Bytes): Promise<void> {
    await this.#orFileError(() => this.#file.writeFile(bytes));
  }

  async commit(): Promise<void> {
    const { mtimeNs, mode } = this.#entry;
    await this.#orFileError(async () => {
      await this.#file.utimes(seconds(mtimeNs), seconds(mtimeNs));
      await this.#file.chmod(mode & permissions);
      // Without it a power cut could leave an empty file under the final name.
      await this.#file.sync();
      await this.#file.close();
      await moveWithoutReplacing(this.#part, this.#place);
    });
  }

  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#part, { force: true });
  }

  async #orFileError(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw fileError(error, this.#entry.path);
    }
  }
}

async function moveWithoutReplacing(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    // Not every file system knows hard links.
    if (systemCode(error) === 'EEXIST' || (await isThere(to))) throw error;
    return rename(from, to);
  }
  await rm(from);
}

async function isThere(place: string): Promise<boolean> {
  return lstat(place).then(
    () => true,
    (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return false;
      throw new StrongroomError('not-permitted', { path: place }, { cause: error });
    },
  );
}
