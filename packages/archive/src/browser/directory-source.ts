import { throwIfAborted } from '../abort.ts';
import { categoryOfPath } from '../category.ts';
import type { Category } from '../entry.ts';
import { comparePaths } from '../paths.ts';
import type { Source, SourceContent, SourceEntry } from '../source.ts';
import { fileError, isNamed } from './file-errors.ts';

export interface DirectorySourceOptions {
  /** What is put before every path, for instance `media/`. */
  readonly prefix?: string;
  /** Which files are shown, by their paths with the prefix; by default all. */
  readonly only?: (path: string) => boolean;
  /** By default what the names say. */
  readonly categoryOf?: (path: string) => Category;
  /**
   * Whether a file that keeps its size and time keeps its content, too, which holds for files that are written once. By
   * default only media is believed to.
   */
  readonly isWrittenOnce?: (path: string) => boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

// A later change within the same tick of a clock would look like none.
const coarsestTime = 2500;
// To ask for a file's size takes the browser longer than anything else here.
const filesAtOnce = 32;
const usualMode = 0o644;

/**
 * The files of a directory that a page or a worker has for itself (`navigator.storage.getDirectory()`), or that a person
 * chose. Directories are not shown. What was read of a file that changes meanwhile fails as 'not-permitted'.
 */
export function directorySource(
  directory: FileSystemDirectoryHandle,
  options: DirectorySourceOptions = {},
): Source {
  return {
    labels: [directory.name],
    entries: ({ signal } = {}) => entriesOf(directory, options, signal),
  };
}

interface Found {
  readonly path: string;
  readonly handle: FileSystemFileHandle;
}

async function* entriesOf(
  directory: FileSystemDirectoryHandle,
  options: DirectorySourceOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<SourceEntry> {
  const found: Found[] = [];
  for await (const file of filesIn(directory, options.prefix ?? '')) {
    if (options.only?.(file.path) ?? true) found.push(file);
  }
  found.sort((a, b) => comparePaths(a.path, b.path));
  for (let at = 0; at < found.length; at += filesAtOnce) {
    throwIfAborted(signal);
    const batch = found.slice(at, at + filesAtOnce);
    for (const entry of await Promise.all(batch.map((one) => entryOf(one, options)))) if (entry) yield entry;
  }
}

async function* filesIn(directory: FileSystemDirectoryHandle, prefix: string): AsyncGenerator<Found> {
  for await (const [name, handle] of directory.entries()) {
    if (isFile(handle)) yield { path: prefix + name, handle };
    else if (isDirectory(handle)) yield* filesIn(handle, `${prefix}${name}/`);
  }
}

function isFile(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === 'file';
}

function isDirectory(handle: FileSystemHandle): handle is FileSystemDirectoryHandle {
  return handle.kind === 'directory';
}

async function entryOf(
  { path, handle }: Found,
  options: DirectorySourceOptions,
): Promise<SourceEntry | undefined> {
  const file = await fileOf(handle, path);
  if (!file) return undefined;
  const category = (options.categoryOf ?? categoryOfPath)(path);
  const facts = { mtimeNs: mtimeOf(file), identity: identityOf(file, path, category, options) };
  const open = async (): Promise<SourceContent> => {
    const opened = await openFile(handle, path);
    return contentOf(opened, path, {
      mtimeNs: mtimeOf(opened),
      identity: identityOf(opened, path, category, options),
    });
  };
  return { path, kind: 'file', category, size: file.size, mode: usualMode, ...facts, open };
}

/** @returns none when it went away between two looks */
async function fileOf(handle: FileSystemFileHandle, path: string): Promise<File | undefined> {
  try {
    return await handle.getFile();
  } catch (error) {
    if (isNamed(error, 'NotFoundError')) return undefined;
    throw fileError(error, path);
  }
}

async function openFile(handle: FileSystemFileHandle, path: string): Promise<File> {
  try {
    return await handle.getFile();
  } catch (error) {
    throw fileError(error, path);
  }
}

function mtimeOf({ lastModified }: File): bigint {
  return BigInt(lastModified) * 1_000_000n;
}

function identityOf(
  { size, lastModified }: File,
  path: string,
  category: Category,
  { isWrittenOnce, now = Date.now }: DirectorySourceOptions,
): string | undefined {
  const isSettled = now() - lastModified >= coarsestTime;
  const isKept = isWrittenOnce ? isWrittenOnce(path) : category === 'media';
  return isKept && isSettled ? `${size}:${lastModified}` : undefined;
}

function contentOf(
  file: File,
  path: string,
  facts: Pick<SourceContent, 'mtimeNs' | 'identity'>,
): SourceContent {
  return {
    ...facts,
    async read(offset, length) {
      try {
        return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
      } catch (error) {
        throw fileError(error, path);
      }
    },
    // The browser does not read on when the file is another one.
    changed: () => Promise.resolve(false),
    close: () => Promise.resolve(),
  };
}
