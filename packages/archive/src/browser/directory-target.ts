import { StrongroomError } from '@strongroom/core';
import type { EntryFacts } from '../entry.ts';
import { damaged } from '../format/header.ts';
import { restoreOf, stateFile, stateFolder, stateText } from '../restore-state.ts';
import type { Target, TargetFile } from '../target.ts';
import { startFile } from './directory-file.ts';
import { fileError, isNamed } from './file-errors.ts';

/**
 * A folder to restore to, in the file system that a page has for itself (`navigator.storage.getDirectory()`) or one
 * that a person chose (`showDirectoryPicker`): one that is empty, or holds an unfinished restore of the same snapshot.
 * Nothing in it is overwritten, empty files apart. Browsers set no times and modes, so that a file from an earlier
 * run is known by its size alone; they make no links, which fail as 'not-permitted'.
 */
export function directoryTarget(directory: FileSystemDirectoryHandle): Target {
  return new DirectoryTarget(directory);
}

class DirectoryTarget implements Target {
  readonly #root: FileSystemDirectoryHandle;
  /** Directories that are there, by path. */
  readonly #directories = new Map<string, Promise<FileSystemDirectoryHandle>>();

  constructor(root: FileSystemDirectoryHandle) {
    this.#root = root;
  }

  async begin(restore: string): Promise<void> {
    const path = this.#root.name || 'this folder';
    try {
      const mine = (await this.#restoreUnderWay()) === restore;
      if (mine) return;
      for await (const name of this.#root.keys()) {
        if (name !== stateFolder) throw new StrongroomError('target-not-empty', { path });
      }
      await this.#writeState(restore);
    } catch (error) {
      throw fileError(error, path);
    }
  }

  async finish(complete: boolean): Promise<void> {
    if (!complete) return;
    await this.#root.removeEntry(stateFolder, { recursive: true }).catch((error: unknown) => {
      throw fileError(error, stateFolder);
    });
  }

  async look({ path, size }: EntryFacts): Promise<'absent' | 'same' | 'other'> {
    const { parent, name } = placeOf(path);
    const directory = await this.#find(parent);
    try {
      const file = await (await directory?.getFileHandle(name))?.getFile();
      if (file?.size === size) return 'same';
      // An empty file is one that was not committed.
      return file && file.size > 0 ? 'other' : 'absent';
    } catch (error) {
      if (isNamed(error, 'NotFoundError')) return 'absent';
      if (isNamed(error, 'TypeMismatchError')) return 'other';
      throw fileError(error, path);
    }
  }

  async file({ path }: EntryFacts): Promise<TargetFile> {
    const { parent, name } = placeOf(path);
    return startFile(await this.#directory(parent), name, path);
  }

  async directory({ path }: EntryFacts): Promise<void> {
    await this.#directory(path);
  }

  async finishDirectory(): Promise<void> {
    // It has no time and no mode.
  }

  async symlink({ path }: EntryFacts): Promise<void> {
    throw new StrongroomError('not-permitted', { path });
  }

  /** A directory, if it is there and is one. */
  async #find(path: string): Promise<FileSystemDirectoryHandle | undefined> {
    let directory = this.#root;
    try {
      for (const segment of segmentsOf(path)) directory = await directory.getDirectoryHandle(segment);
      return directory;
    } catch (error) {
      if (isNamed(error, 'NotFoundError') || isNamed(error, 'TypeMismatchError')) return undefined;
      throw fileError(error, path);
    }
  }

  /** A directory, made with those above it; once, however many ask for it. */
  #directory(path: string): Promise<FileSystemDirectoryHandle> {
    if (path === '') return Promise.resolve(this.#root);
    const made = this.#directories.get(path) ?? this.#make(path);
    this.#directories.set(path, made);
    return made;
  }

  async #make(path: string): Promise<FileSystemDirectoryHandle> {
    const { parent, name } = placeOf(path);
    const above = await this.#directory(parent);
    try {
      return await above.getDirectoryHandle(name, { create: true });
    } catch (error) {
      if (isNamed(error, 'TypeMismatchError'))
        throw damaged(path, 'is both a folder and something else', error);
      throw fileError(error, path);
    }
  }

  async #restoreUnderWay(): Promise<string | undefined> {
    try {
      const folder = await this.#root.getDirectoryHandle(stateFolder);
      const file = await (await folder.getFileHandle(stateFile)).getFile();
      return restoreOf(await file.text());
    } catch (error) {
      if (isNamed(error, 'NotFoundError') || isNamed(error, 'TypeMismatchError')) return undefined;
      throw error;
    }
  }

  async #writeState(restore: string): Promise<void> {
    const folder = await this.#root.getDirectoryHandle(stateFolder, { create: true });
    const writable = await (await folder.getFileHandle(stateFile, { create: true })).createWritable();
    await writable.write(stateText(restore));
    await writable.close();
  }
}

/** @throws StrongroomError 'not-permitted' for what a target keeps for itself */
function placeOf(path: string): { parent: string; name: string } {
  if (path === stateFolder || path.startsWith(`${stateFolder}/`))
    throw new StrongroomError('not-permitted', { path });
  const end = path.lastIndexOf('/');
  return { parent: path.slice(0, Math.max(0, end)), name: path.slice(end + 1) };
}

function segmentsOf(path: string): readonly string[] {
  return path === '' ? [] : path.split('/');
}
