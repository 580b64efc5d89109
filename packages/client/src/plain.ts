import {
  listPlain,
  newArchiveId,
  removePlain,
  restorePlain as unpackPlain,
  writePlain,
  type ChunkEngine,
  type OnProgress,
  type OnWarning,
  type PlainBackup,
  type PlainResult,
  type RestorePlainOptions,
  type RestorePlainResult,
  type Source,
  type Target,
} from '@strongroom/archive';
import { isStrongroomError, StrongroomError } from '@strongroom/core';
import type { Device } from './device.ts';
import type { PlainState } from './device-state.ts';
import { openOwnArchive } from './unlock.ts';
import { verify } from './verify.ts';

/** Where an unencrypted backup goes, and who hears of it. */
export interface PlainBackupOptions {
  /** By default where the last one is. */
  readonly cloud?: string;
  readonly progress?: OnProgress;
  readonly warn?: OnWarning;
  readonly signal?: AbortSignal;
}

/** An unencrypted backup that was made. */
export interface PlainBackupResult extends PlainResult {
  readonly cloud: string;
  readonly archiveId: string;
}

/**
 * Makes an UNENCRYPTED backup, which whoever has the cloud can read: what one has while encryption is off. It takes the
 * place of the one before in the same cloud.
 * @throws StrongroomError `wrong-usage` while encrypted backups are on, and what the cloud throws
 */
export async function backupPlain(
  device: Device,
  source: Source,
  options: PlainBackupOptions = {},
): Promise<PlainBackupResult> {
  const { progress, warn, signal } = options;
  const place = plainPlace(device, options.cloud);
  const { cloud, archiveId } = place;
  const store = device.cloud(cloud);
  // Known before the first object is there, so that none is forgotten.
  await remember(device, place);
  const { now } = device.ports;
  const result = await writePlain(store, archiveId, source, { progress, warn, signal, now });
  const { files, contentBytes: bytes } = result;
  await remember(device, { cloud, archiveId, last: { at: now(), files, bytes } });
  return { ...result, cloud, archiveId };
}

/**
 * Where an unencrypted backup of this device goes.
 * @param cloud by default the one that has the last
 * @throws StrongroomError `wrong-usage` while encrypted backups are on, or when no cloud is named or known
 */
export function plainPlace({ state }: Device, cloud?: string): PlainState {
  if (state.backup !== undefined) throw refusal();
  const known = state.plain ?? [];
  const place = cloud === undefined ? known.at(-1) : known.find((one) => one.cloud === cloud);
  if (place !== undefined) return place;
  if (cloud !== undefined) return { cloud, archiveId: newArchiveId() };
  throw new StrongroomError('wrong-usage', {
    why: 'Say where the unencrypted backup goes: --cloud folder:/path or --cloud builtin:',
  });
}

function refusal(): StrongroomError {
  return new StrongroomError('wrong-usage', {
    why: 'End-to-end encrypted backups are on for this device, so no unencrypted one is made. Leave --plain away.',
  });
}

/** What became of the unencrypted backups in the cloud that encrypted ones go to. */
export interface Retirement {
  /** How many were deleted. */
  readonly deleted: number;
  /** Why they are kept; the next backup tries again. */
  readonly kept: StrongroomError | undefined;
}

/** Who checks, and who hears of it. */
export interface RetireOptions {
  readonly engine?: ChunkEngine;
  readonly progress?: OnProgress;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Deletes this device's unencrypted backups in the cloud of its encrypted ones, once every byte of these was checked and
 * the newest is whole.
 * What is interrupted is finished by the next call. Nothing else is ever touched.
 * @returns nothing when there are none
 * @throws StrongroomError `not-enabled`
 */
export async function retirePlain(
  device: Device,
  options: RetireOptions = {},
): Promise<Retirement | undefined> {
  const { cloud } = device.requireBackup();
  const places = (device.state.plain ?? []).filter((place) => place.cloud === cloud);
  if (places.length === 0) return undefined;
  try {
    return { deleted: await checkAndDelete(device, places, options), kept: undefined };
  } catch (error) {
    if (!isStrongroomError(error)) throw error;
    return { deleted: 0, kept: error };
  }
}

async function checkAndDelete(
  device: Device,
  places: readonly PlainState[],
  { engine, progress, signal }: RetireOptions,
): Promise<number> {
  const store = device.cloud(device.requireBackup().cloud);
  const found: PlainBackup[] = [];
  for (const { archiveId } of places) found.push(...(await listPlain(store, archiveId, { signal })));
  if (found.some(({ finished }) => finished)) {
    const archive = await openOwnArchive(device, { ...(engine && { engine }), signal });
    const newest = device.requireBackup().last?.name ?? 'latest';
    const { snapshots, problems } = await verify(device, archive, { depth: 'full', progress, signal });
    // What an older snapshot has lost is stored anew in the newest, which is the one that counts.
    const trouble = problems.find(({ snapshot = newest }) => snapshot === newest);
    if (trouble) throw trouble.error;
    if (snapshots === 0) throw new StrongroomError('snapshot-missing', { snapshot: newest });
  }
  for (const one of found) await removePlain(store, one, { signal });
  await forget(device, places);
  return found.filter(({ finished }) => finished).length;
}

async function remember(device: Device, place: PlainState): Promise<void> {
  const others = (device.state.plain ?? []).filter(({ archiveId }) => archiveId !== place.archiveId);
  const before = device.state.plain?.find(({ archiveId }) => archiveId === place.archiveId);
  await device.update({ plain: [...others, { ...before, ...place }] });
}

async function forget(device: Device, places: readonly PlainState[]): Promise<void> {
  const left = (device.state.plain ?? []).filter((place) => !places.includes(place));
  await device.update({ plain: left.length > 0 ? left : undefined });
}

/** Which unencrypted backup is meant. */
export interface PlainWhere {
  /** By default the one that this device made last. */
  readonly cloud?: string;
  /** 32 hexadecimal digits, when there are several. */
  readonly archiveId?: string;
  readonly signal?: AbortSignal;
}

/**
 * Restores the newest finished unencrypted backup in a cloud. Nobody vouches for what it holds.
 * @throws StrongroomError `plain-missing`, `archive-ambiguous`, `archive-damaged`, `archive-incomplete`,
 * `target-not-empty`, `wrong-usage` when no cloud is named or known
 */
export async function restorePlain(
  device: Device,
  target: Target,
  where: PlainWhere,
  options: RestorePlainOptions = {},
): Promise<RestorePlainResult & Pick<PlainBackup, 'archiveId' | 'id'>> {
  const { signal } = where;
  const own = device.state.plain ?? [];
  const cloud = where.cloud ?? own.at(-1)?.cloud;
  if (cloud === undefined) {
    throw new StrongroomError('wrong-usage', {
      why: 'Say where the unencrypted backup is: --cloud folder:/path or --cloud builtin:',
    });
  }
  const archiveId = where.archiveId ?? own.find((place) => place.cloud === cloud)?.archiveId;
  const store = device.cloud(cloud);
  const finished = (await listPlain(store, archiveId, { signal })).filter((one) => one.finished);
  const archives = [...new Set(finished.map((one) => one.archiveId))];
  if (archives.length > 1) throw new StrongroomError('archive-ambiguous', { archives });
  const newest = finished.at(-1);
  if (newest === undefined) throw new StrongroomError('plain-missing', { where: store.description });
  const result = await unpackPlain(store, newest, target, { ...options, signal });
  return { ...result, archiveId: newest.archiveId, id: newest.id };
}
