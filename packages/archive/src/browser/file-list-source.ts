import { StrongroomError } from '@strongroom/core';
import { categoryOfPath } from '../category.ts';
import type { Category } from '../entry.ts';
import { comparePaths } from '../paths.ts';
import type { Source, SourceContent, SourceEntry } from '../source.ts';
import { fileError } from './file-errors.ts';

export interface FileListOptions {
  /** By default what the names say: WhatsApp's folders, and the usual endings of databases and media. */
  readonly categoryOf?: (path: string) => Category;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

// A later change within the same tick of a clock would look like none.
const coarsestTime = 2500;

const usualMode = 0o644;

/**
 * Files that a person chose or dropped. The contents of a single folder (`webkitdirectory`) stand directly in the
 * source; folders beside each other, and loose files, each under their name. Folders without a file in them are not
 * known to a page. A file that has changed since it was chosen cannot be read any more. Media is taken to be
 * unchanged when its size and time are; everything else is read every time, since no browser tells more.
 * @throws StrongroomError 'wrong-usage' when two have the same path
 */
export function fileListSource(files: Iterable<File>, options: FileListOptions = {}): Source {
  const list = Array.from(files, (file) => ({ file, path: file.webkitRelativePath || file.name }));
  const roots = [...new Set(list.map(({ path }) => path.split('/', 1)[0]!))];
  const inOne = roots.length === 1 && list.every(({ path }) => path.includes('/'));
  const start = inOne ? roots[0]!.length + 1 : 0;
  const byPath = new Map(list.map(({ file, path }) => [path.slice(start), file]));
  if (byPath.size < list.length)
    throw new StrongroomError('wrong-usage', { why: 'Two files have the same name.' });
  const sorted = [...byPath].toSorted(([a], [b]) => comparePaths(a, b));
  return { labels: roots, entries: () => entriesOf(sorted, options) };
}

async function* entriesOf(
  files: readonly (readonly [string, File])[],
  options: FileListOptions,
): AsyncGenerator<SourceEntry> {
  for (const [path, file] of files) yield entryOf(path, file, options);
}

function entryOf(path: string, file: File, options: FileListOptions): SourceEntry {
  const { categoryOf = categoryOfPath, now = Date.now } = options;
  const category = categoryOf(path);
  const isSettled = now() - file.lastModified >= coarsestTime;
  const identity = category === 'media' && isSettled ? `${file.size}:${file.lastModified}` : undefined;
  const mtimeNs = BigInt(file.lastModified) * 1_000_000n;
  const open = async (): Promise<SourceContent> => contentOf(path, file, { mtimeNs, identity });
  return { path, kind: 'file', category, size: file.size, mtimeNs, mode: usualMode, identity, open };
}

function contentOf(
  path: string,
  file: File,
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
