import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { randomBytes, StrongroomError, toHex } from '@strongroom/core';
import { doorNames, Layout, siteNames } from './layout.ts';
import type { LocalFleetOptions } from './options.ts';
import { freePorts } from './ports.ts';
import { checkSofthsm } from './programs.ts';
import { readSettings, writeSettings, type FleetSettings } from './settings.ts';

const largestPort = 65_535;

/** @throws StrongroomError `wrong-usage` for a folder that holds something else than a fleet */
export function checkFolder(folder: string): void {
  readSettings(new Layout(resolve(folder)));
}

/** Chooses what a new fleet is made of, and writes it down; nothing is started. @throws StrongroomError `wrong-usage` */
export async function prepare(layout: Layout, options: LocalFleetOptions): Promise<FleetSettings> {
  const { sites = 5, hsm = 'software', inMemory = false, port } = options;
  if (!Number.isInteger(sites) || sites < 1 || sites > siteNames.length)
    throw new StrongroomError('wrong-usage', { why: `A fleet has 1 to ${siteNames.length} sites.` });
  if (hsm === 'softhsm') checkSofthsm();
  const memory = inMemory ? await memoryFolder() : '';
  await mkdir(layout.folder, { recursive: true, mode: 0o700 });
  const settings: FleetSettings = {
    version: 1,
    made: 'no',
    hsm,
    memory,
    token: `fleet-${toHex(randomBytes(8))}`,
    ...(await choosePorts(sites, port)),
  };
  await writeSettings(layout, settings);
  return settings;
}

async function choosePorts(
  sites: number,
  port: number | undefined,
): Promise<Pick<FleetSettings, 'sites' | 'doors'>> {
  if (port !== undefined && port + doorNames.length - 1 > largestPort)
    throw new StrongroomError('wrong-usage', {
      why: `Port ${port} leaves no room for ${doorNames.length} front doors.`,
    });
  const found = [...(await freePorts(4 * sites + 2 * doorNames.length))];
  const next = (): number => found.pop()!;
  return {
    sites: siteNames.slice(0, sites).map((site) => {
      return { site, peers: next(), clients: next(), vault: next(), admin: next() };
    }),
    doors: doorNames.map((door, at) => {
      return { door, listen: port === undefined ? next() : port + at, admin: next() };
    }),
  };
}

const memoryDisk = '/dev/shm';

async function memoryFolder(): Promise<string> {
  if (existsSync(memoryDisk) && (await stat(memoryDisk)).isDirectory())
    return join(memoryDisk, `strongroom-fleet-${toHex(randomBytes(6))}`);
  const why = `Members in memory need a tmpfs at ${memoryDisk}, which is not there. Leave --in-memory out.`;
  throw new StrongroomError('wrong-usage', { why });
}

/** What a fleet was made with stays as it is. @throws StrongroomError `wrong-usage` for options that say otherwise */
export function sameAs(
  found: FleetSettings,
  { folder, sites, hsm, inMemory, port }: LocalFleetOptions,
): FleetSettings {
  const differs =
    (sites !== undefined && sites !== found.sites.length && `${found.sites.length} sites`) ||
    (hsm !== undefined && hsm !== found.hsm && `--hsm ${found.hsm}`) ||
    (inMemory === true && found.memory === '' && 'its records on disk') ||
    (port !== undefined &&
      port !== found.doors[0]!.listen &&
      `front doors from port ${found.doors[0]!.listen}`);
  if (!differs) return found;
  const why = `The fleet in ${folder} was made with ${differs}. Start it without that option, or make another one with --data.`;
  throw new StrongroomError('wrong-usage', { why });
}
