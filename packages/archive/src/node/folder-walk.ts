import { type BigIntStats, type Dirent, existsSync, lstatSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { basename, resolve, sep } from 'node:path';
import { StrongroomError, fromUtf8 } from '@strongroom/core';
import { throwIfAborted } from '../abort.ts';
import { comparePaths } from '../paths.ts';
import type { SourceOptions } from '../source.ts';
import { systemCode } from './file-errors.ts';
import { companionOf } from './sqlite-files.ts';

/** Something found in a folder. */
export interface Found {
  /** Relative to the source. */
  readonly path: string;
  /** In the file system. */
  readonly place: string;
  readonly stats: BigIntStats;
}

/** A name that is still to be looked at: an entry, or what is in a directory. */
interface Step {
  /** What the step is sorted by: the contents of a directory come where `name/` does. */
  readonly key: string;
  readonly name: string;
  readonly inside: boolean;
}

/** A directory that the walk is in. */
interface Level {
  /** What paths in it begin with. */
  readonly prefix: string;
  readonly placeOf: (name: string) => string;
  /** What is left of it. */
  readonly steps: Step[];
}

/** Chooses what is walked into and told. */
export type Wanted = (found: Found) => boolean | Promise<boolean>;

/**
 * The roots by the names they have in the source: the contents of a single folder stand directly in it, several
 * roots each under their last name.
 * @throws StrongroomError 'source-missing', 'wrong-usage' when two have the same last name
 */
export async function nameRoots(paths: readonly string[]): Promise<Map<string, string>> {
  const places = paths.map((path) => resolve(path));
  for (const place of places) await statsOf(place);
  const [only] = places;
  if (only !== undefined && places.length === 1 && (await statsOf(only)).isDirectory())
    return new Map([['', only]]);
  const roots = new Map(places.map((place) => [basename(place), place]));
  if (roots.size < places.length)
    throw new StrongroomError('wrong-usage', { why: 'Two paths have the same name.' });
  return roots;
}

async function statsOf(place: string): Promise<BigIntStats> {
  try {
    return await lstat(place, { bigint: true });
  } catch (error) {
    const code = systemCode(error) === 'ENOENT' ? 'source-missing' : 'not-permitted';
    throw new StrongroomError(code, { path: place }, { cause: error });
  }
}

/** Everything below the roots in the order of `comparePaths`. */
export async function* walk(
  roots: ReadonlyMap<string, string>,
  wanted: Wanted,
  options: SourceOptions,
): AsyncGenerator<Found> {
  const levels = [await firstLevel(roots, options)];
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    const step = level.steps.pop();
    if (!step) {
      levels.pop();
      continue;
    }
    throwIfAborted(options.signal);
    const path = level.prefix + step.name;
    const place = level.placeOf(step.name);
    if (step.inside) {
      levels.push(await levelInside(`${path}/`, place, options));
      continue;
    }
    const found = look(path, place, options);
    if (!found || !(await wanted(found))) continue;
    yield found;
    if (found.stats.isDirectory())
      insert(level.steps, { key: `${step.name}/`, name: step.name, inside: true });
  }
}

async function firstLevel(roots: ReadonlyMap<string, string>, options: SourceOptions): Promise<Level> {
  const whole = roots.get('');
  if (whole !== undefined) return levelInside('', whole, options);
  return levelOf('', (name) => roots.get(name)!, [...roots.keys()]);
}

async function levelInside(prefix: string, place: string, options: SourceOptions): Promise<Level> {
  const beginning = place.endsWith(sep) ? place : place + sep;
  return levelOf(prefix, (name) => beginning + name, await namesIn(place, prefix, options));
}

function levelOf(prefix: string, placeOf: (name: string) => string, names: readonly string[]): Level {
  const steps: Step[] = names.map((name) => ({ key: name, name, inside: false }));
  // The next step is the last of the list, where taking and inserting are quick.
  steps.sort((a, b) => comparePaths(b.key, a.key));
  return { prefix, placeOf, steps };
}

/** Puts a step where its key belongs, which is near the end: only names like `a-b` come between `a` and `a/`. */
function insert(steps: Step[], step: Step): void {
  let at = steps.length;
  while (at > 0 && comparePaths(steps[at - 1]!.key, step.key) < 0) at--;
  steps.splice(at, 0, step);
}

function look(path: string, place: string, options: SourceOptions): Found | undefined {
  try {
    return { path, place, stats: lstatSync(place, { bigint: true }) };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      if (!isPassing(place)) options.warn?.({ code: 'vanished', path, message: `${path} is gone.` });
    } else
      options.warn?.({ code: 'unreadable', path, message: `${path} cannot be looked at; it is left out.` });
    return undefined;
  }
}

// The journal of a database comes and goes with each transaction, and is not wanted where the database is.
function isPassing(place: string): boolean {
  const database = companionOf(place);
  return database !== undefined && existsSync(database);
}

async function namesIn(place: string, prefix: string, options: SourceOptions): Promise<string[]> {
  try {
    const entries = await readdir(place, { withFileTypes: true, encoding: 'buffer' });
    return entries.map((entry) => nameOf(entry, prefix, options)).filter((name) => name !== undefined);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    options.warn?.({
      code: 'unreadable',
      path: prefix,
      message: `${place} cannot be read; what is in it is left out.`,
    });
    return [];
  }
}

function nameOf(entry: Dirent<Buffer>, prefix: string, options: SourceOptions): string | undefined {
  try {
    return fromUtf8(entry.name);
  } catch {
    const shown = prefix + entry.name.toString('latin1');
    options.warn?.({
      code: 'bad-name',
      path: shown,
      message: `${shown} has a name that is not text; it is left out.`,
    });
    return undefined;
  }
}

/** The kind of file system object, when it is one that can be backed up. */
export function kindOf(stats: BigIntStats): 'file' | 'directory' | 'symlink' | undefined {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : undefined;
}
