import { resolve } from 'node:path';
import { fromHex, printable, StrongroomError, type Bytes } from '../index.ts';

/** Where in which file a value stands. */
export interface Place {
  /** The file's path: of errors, and where relative paths begin. */
  readonly file: string;
  /** The folder of the file. */
  readonly folder: string;
  /** Such as `listen.port`; empty for the whole. */
  readonly field: string;
}

/** Takes a value of JSON for what it should be. @throws StrongroomError `wrong-usage` that names the field */
export type Check<T> = (value: unknown, place: Place) => T;

/** What is said of a wrong field. Its value is not quoted: it may be a secret that was put in the wrong place. */
export function wrongField({ file, field }: Place, what: string): StrongroomError<'wrong-usage'> {
  const why = field === '' ? `${file} ${what}.` : `${file}: "${printable(field)}" ${what}.`;
  return new StrongroomError('wrong-usage', { why });
}

/** The place of a field within. */
export function within(place: Place, name: string): Place {
  return { ...place, field: place.field === '' ? name : `${place.field}.${name}` };
}

/** An object with these fields and no others. */
export function object<T extends object>(shape: { readonly [K in keyof T]-?: Check<T[K]> }): Check<T> {
  return (value, place) => {
    const given = record(value, place);
    const stranger = Object.keys(given).find((name) => !Object.hasOwn(shape, name));
    if (stranger !== undefined)
      throw wrongField(within(place, stranger), 'is not a field that is known here');
    const names = Object.keys(shape) as (keyof T & string)[];
    const entries = names.map((name) => {
      const own = Object.hasOwn(given, name) ? given[name] : undefined;
      return [name, shape[name](own, within(place, name))] as const;
    });
    return Object.fromEntries(entries) as T;
  };
}

/** An object whose field `kind` says which of these it is. */
export function oneOf<T extends { readonly kind: string }>(kinds: {
  readonly [K in T['kind']]: Check<Omit<Extract<T, { kind: K }>, 'kind'>>;
}): Check<T> {
  return (value, place) => {
    const { kind, ...rest } = record(value, place);
    const names = Object.keys(kinds) as T['kind'][];
    const known = names.find((name) => name === kind);
    if (known === undefined) throw wrongField(within(place, 'kind'), `must be one of: ${names.join(', ')}`);
    return { kind, ...kinds[known](rest, place) } as unknown as T;
  };
}

/** An object with any names that look so, each with a value of one sort: a map. */
export function mapOf<T>(name: RegExp, most: number, check: Check<T>): Check<ReadonlyMap<string, T>> {
  return (value, place) => {
    const entries = Object.entries(record(value, place));
    if (entries.length === 0 || entries.length > most)
      throw wrongField(place, `must be an object with 1 to ${most} fields`);
    const wrong = entries.find(([key]) => !name.test(key));
    if (wrong !== undefined)
      throw wrongField(within(place, wrong[0]), `is not a name that can be used here: ${name.source}`);
    return new Map(entries.map(([key, one]) => [key, check(one, within(place, key))]));
  };
}

/** A list of values of one sort. */
export function listOf<T>(least: number, most: number, check: Check<T>): Check<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value) || value.length < least || value.length > most)
      throw wrongField(place, `must be a list of ${least} to ${most}`);
    return value.map((one, i) => check(one, { ...place, field: `${place.field}[${i}]` }));
  };
}

/** A field that may be missing. */
export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value, place) => (value === undefined ? undefined : check(value, place));
}

/** A field that has a value when it is missing. */
export function withDefault<T>(check: Check<T>, missing: T): Check<T> {
  return (value, place) => (value === undefined ? missing : check(value, place));
}

/** A whole number. */
export function whole(least: number, most: number): Check<number> {
  return (value, place) => {
    if (Number.isInteger(value) && between(value, least, most)) return value;
    throw wrongField(place, `must be a whole number from ${least} to ${most}`);
  };
}

/** Seconds, whole or not, as milliseconds. */
export function seconds(least: number, most: number): Check<number> {
  return (value, place) => {
    if (between(value, least, most)) return Math.round(value * 1000);
    throw wrongField(place, `must be a number of seconds from ${least} to ${most}`);
  };
}

/** Text that looks so. @param what for the error, such as `a host name` */
export function text(pattern: RegExp, what: string): Check<string> {
  return (value, place) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw wrongField(place, `must be ${what}`);
  };
}

/** A path, which begins at the folder of the file. */
export const path: Check<string> = (value, place) => {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return resolve(place.folder, value);
  throw wrongField(place, 'must be a path');
};

/** So many bytes in hexadecimal digits. */
export function hex(length: number): Check<Bytes> {
  return (value, place) => {
    if (typeof value === 'string' && value.length === 2 * length && /^[0-9a-fA-F]+$/.test(value))
      return fromHex(value);
    throw wrongField(place, `must be ${2 * length} hexadecimal digits`);
  };
}

function between(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most;
}

function record(value: unknown, place: Place): { readonly [name: string]: unknown } {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw wrongField(place, value === undefined ? 'is missing' : 'must be an object');
}
