import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsync,
  futimesSync,
  linkSync,
  lstatSync,
  open,
  renameSync,
  rmSync,
  unlinkSync,
  write as writeTo,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Bytes, StrongroomError } from '@strongroom/core';
import type { EntryFacts } from '../entry.ts';
import type { TargetFile } from '../target.ts';
import { fileError, systemCode } from './file-errors.ts';

const permissions = 0o777;

// What may take long is left to other threads; the rest takes less time than to hand it over.
const write = promisify(writeTo);
const create = promisify(open);
const sync = promisify(fsync);

/** What `utimes` takes. A negative number would be taken for the time that it is now. */
export function timeOf(nanoseconds: bigint): number | Date {
  return nanoseconds < 0n ? new Date(Number(nanoseconds) / 1e6) : Number(nanoseconds) / 1e9;
}

/**
 * Begins a file in a folder of unfinished ones. It appears at `place` when it is committed, unless something is there.
 * @throws StrongroomError 'disk-full', 'not-permitted'
 */
export async function startFile(unfinished: string, place: string, entry: EntryFacts): Promise<TargetFile> {
  const part = join(unfinished, randomUUID());
  try {
    return new PartFile(await create(part, 'wx+', 0o600), part, place, entry);
  } catch (error) {
    throw fileError(error, entry.path);
  }
}

class PartFile implements TargetFile {
  readonly #fd: number;
  readonly #part: string;
  readonly #place: string;
  readonly #entry: EntryFacts;
  #closed = false;

  constructor(fd: number, part: string, place: string, entry: EntryFacts) {
    this.#fd = fd;
    this.#part = part;
    this.#place = place;
    this.#entry = entry;
  }

  async write(bytes: Bytes): Promise<void> {
    await this.#orFileError(async () => {
      for (let at = 0; at < bytes.length;) at += (await write(this.#fd, bytes, at)).bytesWritten;
    });
  }

  async lend(use: (fd: number) => Promise<void>): Promise<void> {
    await this.#orFileError(() => use(this.#fd));
  }

  async commit(): Promise<void> {
    const { mtimeNs, mode } = this.#entry;
    await this.#orFileError(async () => {
      futimesSync(this.#fd, timeOf(mtimeNs), timeOf(mtimeNs));
      fchmodSync(this.#fd, mode & permissions);
      // Without it a power cut could leave an empty file under the final name.
      await sync(this.#fd);
      this.#close();
      moveWithoutReplacing(this.#part, this.#place);
    });
  }

  async discard(): Promise<void> {
    this.#close();
    rmSync(this.#part, { force: true });
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#fd);
  }

  async #orFileError(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw fileError(error, this.#entry.path);
    }
  }
}

function moveWithoutReplacing(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    // Not every file system knows hard links.
    if (systemCode(error) === 'EEXIST' || isThere(to)) throw error;
    return renameSync(from, to);
  }
  unlinkSync(from);
}

function isThere(place: string): boolean {
  try {
    return lstatSync(place, { throwIfNoEntry: false }) !== undefined;
  } catch (cause) {
    throw new StrongroomError('not-permitted', { path: place }, { cause });
  }
}
