import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { StrongroomError } from '@strongroom/core';
import { listOf, object, placeOf, readJson, text, whole, type Check } from '@strongroom/core/node';
import { siteNames, type Layout } from './layout.ts';

/** What holds a site's sealing keys: files, or a token of SoftHSM. */
export type LocalHsm = 'software' | 'softhsm';

/** The ports of a site, all on 127.0.0.1. */
export interface SitePorts {
  readonly site: string;
  /** etcd: other members, and clients. */
  readonly peers: number;
  readonly clients: number;
  /** The vault node: front doors, and the operator. */
  readonly vault: number;
  readonly admin: number;
}

/** The ports of a front door. */
export interface DoorPorts {
  readonly door: string;
  readonly listen: number;
  readonly admin: number;
}

/** What a fleet on one machine is made of. */
export interface FleetSettings {
  readonly version: number;
  /** `no`: it was begun, and never served. */
  readonly made: 'yes' | 'no';
  readonly hsm: LocalHsm;
  /** Where members keep their databases in memory; empty: on disk, in the fleet's folder. */
  readonly memory: string;
  /** Different for every cluster of etcd. */
  readonly token: string;
  readonly sites: readonly SitePorts[];
  readonly doors: readonly DoorPorts[];
}

const version = 1;
const port = whole(1, 65_535);
const oneOfTexts = <T extends string>(...texts: readonly T[]): Check<T> =>
  text(new RegExp(`^(?:${texts.join('|')})$`), `one of: ${texts.join(', ')}`) as Check<T>;

const site = object<SitePorts>({
  site: oneOfTexts(...siteNames),
  peers: port,
  clients: port,
  vault: port,
  admin: port,
});
const door = object<DoorPorts>({ door: text(/^[1-9]$/, 'a digit'), listen: port, admin: port });

const settings = object<FleetSettings>({
  version: whole(version, version),
  made: oneOfTexts('yes', 'no'),
  hsm: oneOfTexts('software', 'softhsm'),
  memory: text(/^$|^\//, 'a path, or empty'),
  token: text(/^[\w-]{1,64}$/, 'a name'),
  sites: listOf(1, siteNames.length, site),
  doors: listOf(1, 9, door),
});

/**
 * What a folder's fleet is made of; `undefined` when the folder is empty or not there.
 * @throws StrongroomError `wrong-usage` for a folder of another kind
 */
export function readSettings({ folder, settings: path }: Layout): FleetSettings | undefined {
  if (existsSync(path)) return settings(readJson(path), placeOf(path));
  if (!existsSync(folder) || isEmpty(folder)) return undefined;
  const why = `${folder} holds something else than a fleet. Name an empty or a new folder with --data.`;
  throw new StrongroomError('wrong-usage', { why });
}

/** Writes what a fleet is made of, whole or not at all. */
export async function writeSettings(
  { settings: path }: Layout,
  made: Omit<FleetSettings, 'version'>,
): Promise<void> {
  const next = `${path}.new`;
  await writeFile(next, `${JSON.stringify({ version, ...made }, undefined, 2)}\n`, { flush: true });
  await rename(next, path);
}

/** The text of a small file, without the line break at its end. */
export function readLine(path: string): string {
  return readFileSync(path, 'utf8').trim();
}

function isEmpty(folder: string): boolean {
  return readdirSync(folder).every((name) => name.startsWith('lock'));
}
