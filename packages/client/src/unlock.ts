import { findArchives, openArchive, type Archive, type Codec, type ObjectStore } from '@strongroom/archive';
import { isStrongroomError, StrongroomError, toHex, type Secret } from '@strongroom/core';
import { preparePassword } from '@strongroom/opaque';
import type { Mark } from '@strongroom/wire/vault';
import type { BackupKey } from './backup-key.ts';
import type { Device } from './device.ts';
import { retrieve } from './vaults/retrieve.ts';

/** How a person proves that a backup is theirs. */
export type Unlocking =
  | { readonly way: 'password'; readonly password: Secret<string>; readonly tryUnfinished?: boolean }
  | { readonly way: 'key'; readonly key: BackupKey };

/** An archive that was unlocked on this device. */
export interface Unlocked {
  readonly archive: Archive;
  /** The archive's newest snapshot as the vaults know it; only a password asks them. */
  readonly mark?: Mark;
  /** Wrong passwords since the last opening. */
  readonly failuresSinceOpening: number;
  readonly misbehaved: readonly { readonly vaultId: string; readonly reason: string }[];
}

/** Where the archive is, and how its chunks are compressed. */
export interface UnlockOptions {
  readonly cloud: string;
  /** 32 hexadecimal digits, when there are several. */
  readonly archiveId?: string;
  readonly codec?: Codec;
  readonly signal?: AbortSignal;
}

/** The ways to unlock that the archives in a cloud offer; not authenticated, enough to ask for one of them. */
export async function waysToUnlock(
  device: Device,
  { cloud, archiveId, signal }: UnlockOptions,
): Promise<ReadonlySet<'password' | 'key' | 'passkey'>> {
  const found = await findIn(device.cloud(cloud), archiveId, signal);
  return new Set(found.flatMap(({ unlock }) => unlock.map(({ way }) => way)));
}

/**
 * Unlocks a backup and makes this device one that holds it.
 * @throws StrongroomError `archive-missing` before a guess is spent, `wrong-key`, and what `retrieve` throws
 */
export async function unlock(
  device: Device,
  options: UnlockOptions,
  unlocking: Unlocking,
): Promise<Unlocked> {
  const store = device.cloud(options.cloud);
  const found = await findIn(store, options.archiveId, options.signal);
  const { key, ...opening } = await keyFrom(device, unlocking, options.signal);
  const archive = await openFitting(
    store,
    found.map((descriptor) => descriptor.archiveId),
    key,
    options,
  );
  const ways = new Set((await archive.unlock()).map(({ way }) => way));
  await device.update({
    backup: {
      archiveId: archive.id,
      cloud: options.cloud,
      key: toHex(key.reveal()),
      password: ways.has('password'),
      key64: ways.has('key') ? 'kept' : 'not-chosen',
      writerId: toHex(device.ports.random(16)),
      writerEpoch: 0,
    },
  });
  return { archive, ...opening };
}

/** The archive of this device's own backups. @throws StrongroomError `not-enabled`, `archive-missing` */
export async function openOwnArchive(
  device: Device,
  options: { codec?: Codec; signal?: AbortSignal | undefined } = {},
): Promise<Archive> {
  const { cloud, archiveId } = device.requireBackup();
  const { codec, signal } = options;
  const store = device.cloud(cloud);
  return openArchive({
    store,
    archiveId,
    key: device.backupKey(),
    ...(codec && { codec }),
    ...(signal && { signal }),
  });
}

type Opening = Pick<Unlocked, 'mark' | 'failuresSinceOpening' | 'misbehaved'>;

async function keyFrom(
  device: Device,
  unlocking: Unlocking,
  signal: AbortSignal | undefined,
): Promise<{ readonly key: BackupKey } & Opening> {
  if (unlocking.way === 'key') return { key: unlocking.key, failuresSinceOpening: 0, misbehaved: [] };
  const { directory, links } = await device.vaults(signal);
  const { random, stretch } = device.ports;
  const password = preparePassword(unlocking.password.reveal());
  const tryUnfinished = unlocking.tryUnfinished ?? false;
  const { mark, ...retrieved } = await retrieve({
    directory,
    links,
    password,
    tryUnfinished,
    random,
    stretch,
    signal,
  });
  return { ...retrieved, ...(mark && { mark }) };
}

async function findIn(
  store: ObjectStore,
  archiveId: string | undefined,
  signal: AbortSignal | undefined,
): ReturnType<typeof findArchives> {
  const all = await findArchives(store, { signal });
  const found =
    archiveId === undefined ? all : all.filter((descriptor) => descriptor.archiveId === archiveId);
  if (found.length === 0) throw new StrongroomError('archive-missing', { where: store.description });
  return found;
}

// Of several archives in one cloud, the key itself tells which is meant.
async function openFitting(
  store: ObjectStore,
  archiveIds: readonly string[],
  key: BackupKey,
  { codec, signal }: UnlockOptions,
): Promise<Archive> {
  let wrong: unknown;
  for (const archiveId of archiveIds) {
    try {
      return await openArchive({ store, archiveId, key, ...(codec && { codec }), ...(signal && { signal }) });
    } catch (error) {
      if (!isStrongroomError(error, 'wrong-key')) throw error;
      wrong = error;
    }
  }
  throw wrong;
}
