import { type Bytes, StrongroomError } from '@strongroom/core';
import type { TargetFile } from '../target.ts';
import { fileError } from './file-errors.ts';

/**
 * Begins a file. Until it is committed, an empty one stands under its name: a browser has no other way.
 * @param path names the file in errors
 * @throws StrongroomError 'not-permitted' when something else is there, 'disk-full'
 */
export async function startFile(
  directory: FileSystemDirectoryHandle,
  name: string,
  path: string,
): Promise<TargetFile> {
  try {
    const file = await directory.getFileHandle(name, { create: true });
    await checkEmpty(file, path);
    return new DirectoryFile(directory, file, await file.createWritable(), path);
  } catch (error) {
    throw fileError(error, path);
  }
}

async function checkEmpty(file: FileSystemFileHandle, path: string): Promise<void> {
  if ((await file.getFile()).size > 0) throw new StrongroomError('not-permitted', { path });
}

class DirectoryFile implements TargetFile {
  readonly #directory: FileSystemDirectoryHandle;
  readonly #file: FileSystemFileHandle;
  readonly #writable: FileSystemWritableFileStream;
  readonly #path: string;

  constructor(
    directory: FileSystemDirectoryHandle,
    file: FileSystemFileHandle,
    writable: FileSystemWritableFileStream,
    path: string,
  ) {
    this.#directory = directory;
    this.#file = file;
    this.#writable = writable;
    this.#path = path;
  }

  async write(bytes: Bytes): Promise<void> {
    await this.#orFileError(() => this.#writable.write(bytes));
  }

  async commit(): Promise<void> {
    await this.#orFileError(async () => {
      await checkEmpty(this.#file, this.#path);
      // What was written elsewhere takes the place of the empty file in one step.
      await this.#writable.close();
    });
  }

  async discard(): Promise<void> {
    try {
      await this.#writable.abort();
    } catch {
      // It failed before.
    }
    try {
      await checkEmpty(this.#file, this.#path);
      await this.#directory.removeEntry(this.#file.name);
    } catch {
      // An empty file stays, which is taken for none, or something that is not ours.
    }
  }

  async #orFileError(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw fileError(error, this.#path);
    }
  }
}
