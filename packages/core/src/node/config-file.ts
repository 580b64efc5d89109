import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StrongroomError, type Secret } from '../index.ts';
import { object, path, text, whole, within, wrongField, type Check, type Place } from './config-fields.ts';
import { readSecretText, readText, refuseWhenOpen } from './secret-files.ts';

/** Where something listens. Port 0: any free one. */
export interface ListenConfig {
  readonly host: string;
  readonly port: number;
}

const host = text(/^[\w.:-]{1,253}$/, 'a host name or an IP address');

export const listen: Check<ListenConfig> = object<ListenConfig>({ host, port: whole(0, 65_535) });

/** What a place that processes run at is called. */
export const site: Check<string> = text(
  /^[a-z0-9][a-z0-9-]{0,31}$/,
  'a name of 1 to 32 lower-case letters, digits and hyphens',
);

/** A file, as its text. */
export const file: Check<string> = (value, place) => readText(path(value, place), place);

/** A file that nobody else may read, as its text. */
export const secretFile: Check<Secret<string>> = (value, place) => readSecretText(path(value, place), place);

/** The path of a file that nobody else may read, if it is there. */
export const secretPath: Check<string> = (value, place) => {
  const found = path(value, place);
  refuseWhenOpen(found, place);
  return found;
};

/** Where a configuration stands that is in this file: relative paths begin at its folder. */
export function placeOf(configuration: string): Place {
  return { file: configuration, folder: dirname(resolve(configuration)), field: '' };
}

/** @throws StrongroomError `wrong-usage` when other machines could reach what is not encrypted */
export function requireTls(
  { tls, listen }: { readonly tls?: object | undefined; readonly listen: ListenConfig },
  place: Place,
): void {
  if (tls === undefined && !isLoopback(listen.host))
    throw wrongField(within(place, 'tls'), 'is needed to listen on anything but this machine');
}

/** Whether a host, as in an address, is this machine for certain. */
export function isLoopback(name: string): boolean {
  const bare = name.replace(/^\[(.*)\]$/, '$1');
  return bare === 'localhost' || bare === '::1' || /^127(?:\.\d{1,3}){3}$/.test(bare);
}

/** What a configuration file holds, unchecked. @throws StrongroomError `wrong-usage` */
export function readJson(configuration: string): unknown {
  let content: string;
  try {
    content = readFileSync(configuration, 'utf8');
  } catch (cause) {
    const why = `The configuration ${configuration} cannot be read.`;
    throw new StrongroomError('wrong-usage', { why }, { cause });
  }
  try {
    return JSON.parse(content);
  } catch {
    // The parser's own words quote the text around the mistake.
    throw new StrongroomError('wrong-usage', { why: `The configuration ${configuration} is not JSON.` });
  }
}
