import type { BigIntStats } from 'node:fs';
import { readlink, stat } from 'node:fs/promises';
import type { Category } from '../entry.ts';
import type { Source, SourceContent, SourceEntry, SourceOptions } from '../source.ts';
import { categoryOfPath } from '../category.ts';
import { openDatabase } from './database-content.ts';
import { type Exclude, isExcluded } from './exclude.ts';
import { FileContent } from './file-content.ts';
import { systemCode } from './file-errors.ts';
import { type Found, kindOf, nameRoots, walk } from './folder-walk.ts';
import { identityOf, identityWithLogs, settledText } from './identity.ts';
import { companionOf, readSqliteHeader } from './sqlite-files.ts';

export interface FolderSourceOptions {
  readonly exclude?: Exclude;
  /** Folders that are left out wherever they are met, such as the one that backups go to: they would contain themselves. */
  readonly ownFolders?: readonly string[];
  /** By default what the names say: WhatsApp's folders, and the usual endings of databases and media. */
  readonly categoryOf?: (path: string) => Category;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * Files and folders of this computer. The contents of a single folder stand directly in the source; several paths
 * each under their last name. Links are kept as links and never followed. A database with a live write-ahead log is
 * read as a consistent copy; the logs themselves are left out.
 * @throws StrongroomError 'source-missing', 'not-permitted', 'wrong-usage'
 */
export async function folderSource(
  paths: readonly string[],
  options: FolderSourceOptions = {},
): Promise<Source> {
  const roots = await nameRoots(paths);
  const own = await foldersById(options.ownFolders ?? []);
  return {
    labels: [...roots.values()],
    entries: (asked = {}) => entriesOf(roots, options, own, asked),
  };
}

async function* entriesOf(
  roots: ReadonlyMap<string, string>,
  options: FolderSourceOptions,
  own: ReadonlySet<string>,
  asked: SourceOptions,
): AsyncGenerator<SourceEntry> {
  const wanted = (found: Found): Promise<boolean> | boolean =>
    !isOwn(found, own, asked) && isWanted(found, options, asked);
  for await (const found of walk(roots, wanted, asked)) {
    const entry = await entryOf(found, options);
    if (entry) yield entry;
  }
}

// By what they are, not by name: a path may lead through links.
async function foldersById(places: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    places.map((place) => stat(place, { bigint: true }).catch(() => undefined)),
  );
  return new Set(found.filter((stats) => stats !== undefined).map(folderId));
}

function isOwn({ path, stats }: Found, own: ReadonlySet<string>, { warn }: SourceOptions): boolean {
  if (!stats.isDirectory() || !own.has(folderId(stats))) return false;
  warn?.({ code: 'own-folder', path, message: `${path} belongs to the backup itself; it is left out.` });
  return true;
}

function folderId({ dev, ino }: BigIntStats): string {
  return `${dev}/${ino}`;
}

function isWanted(
  found: Found,
  { exclude }: FolderSourceOptions,
  { warn }: SourceOptions,
): boolean | Promise<boolean> {
  const { path, place, stats } = found;
  if (exclude && isExcluded(exclude, path, stats.isFile() ? Number(stats.size) : 0)) return false;
  if (kindOf(stats) === undefined) {
    warn?.({ code: 'special-file', path, message: `${path} is no file, folder or link; it is left out.` });
    return false;
  }
  const database = stats.isFile() ? companionOf(place) : undefined;
  return database === undefined || readSqliteHeader(database).then((header) => header === undefined);
}

async function entryOf(found: Found, options: FolderSourceOptions): Promise<SourceEntry | undefined> {
  const { path, place, stats } = found;
  const kind = kindOf(stats)!;
  const facts = { path, kind, mtimeNs: stats.mtimeNs, mode: Number(stats.mode) & 0o7777 };
  let openings = 0;
  const open = (): Promise<SourceContent> => openContent(found, category, options, openings++ > 0);
  const category = kind === 'file' ? (options.categoryOf ?? categoryOfPath)(path) : 'other';
  if (kind === 'directory') return { ...facts, category, size: 0, open };
  if (kind === 'symlink') return linkOf(place, { ...facts, category, size: 0, open });
  return {
    ...facts,
    category,
    size: Number(stats.size),
    identity: identityText(found, category, options),
    open,
  };
}

async function linkOf(place: string, entry: SourceEntry): Promise<SourceEntry | undefined> {
  try {
    return { ...entry, linkTarget: await readlink(place) };
  } catch (error) {
    // Gone between the two looks.
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

function identityText(
  { place, stats }: Found,
  category: Category,
  { now = Date.now }: FolderSourceOptions,
): string | undefined {
  const identity = category === 'media' ? identityOf(stats) : identityWithLogs(place, stats);
  return settledText(identity, now());
}

async function openContent(
  found: Found,
  category: Category,
  options: FolderSourceOptions,
  again: boolean,
): Promise<SourceContent> {
  const { place, path, stats } = found;
  const header = category === 'media' ? undefined : await readSqliteHeader(place);
  if (header) return openDatabase(place, path, stats, header, { now: options.now ?? Date.now, again });
  const content = FileContent.open(place, path);
  return {
    mtimeNs: content.stats.mtimeNs,
    identity: identityText({ ...found, stats: content.stats }, category, options),
    file: content.file,
    read: (offset, length) => content.read(offset, length),
    changed: async () => content.changed(),
    close: async () => content.close(),
  };
}
