import { readFileSync, statSync } from 'node:fs';
import { Secret } from '../secret.ts';
import { wrongField, type Place } from './config-fields.ts';

const mostBytes = 65_536;

/** The text of a file. @throws StrongroomError `wrong-usage` that names the field when it cannot be read */
export function readText(path: string, place: Place): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw wrongField(place, `names ${path}, which is not there`);
  if (!stats.isFile() || stats.size > mostBytes)
    throw wrongField(place, `names ${path}, which is not the file it should be`);
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw wrongField(place, `names ${path}, which cannot be read`);
  }
}

/** The text of a file that nobody else may read. @throws as `readText`, and when others may read it */
export function readSecretText(path: string, place: Place): Secret<string> {
  refuseWhenOpen(path, place);
  return new Secret(readText(path, place));
}

/** One line in a file that nobody else may read. */
export function readSecretLine(path: string, place: Place): Secret<string> {
  const line = readSecretText(path, place)
    .reveal()
    .replace(/\r?\n$/, '');
  if (line !== '' && !/[\r\n]/.test(line)) return new Secret(line);
  throw wrongField(place, `names ${path}, which does not hold one line`);
}

/** @throws StrongroomError `wrong-usage` when others may read a file that is there */
export function refuseWhenOpen(path: string, place: Place): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && (stats.mode & 0o077) !== 0)
    throw wrongField(place, `names ${path}, which others may read: run chmod 600 on it`);
}
