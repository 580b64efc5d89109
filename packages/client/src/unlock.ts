import type { Archive, Codec, ObjectStore } from '@strongroom/archive';
import { isStrongroomError, toHex, type Secret } from '@strongroom/core';
import { preparePassword } from '@strongroom/opaque';
import type { Mark } from '@strongroom/wire/vault';
import type { BackupKey } from './backup-key.ts';
import type { Device } from './device.ts';
import { descriptorProblem, findOpenable, openByKey, type FoundArchive } from './lost-descriptor.ts';
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

/**
 * The ways to unlock that the archives in a cloud offer; not authenticated, enough to ask for one of them. Where the
 * descriptor that lists them is lost, all that this device could go.
 */
export async function waysToUnlock(
  device: Device,
  { cloud, archiveId, signal }: UnlockOptions,
): Promise<ReadonlySet<'password' | 'key' | 'passkey'>> {
  const found = await findOpenable(device.cloud(cloud), archiveId, signal);
  const any = device.state.account === undefined ? (['key'] as const) : (['password', 'key'] as const);
  return new Set(found.flatMap(({ ways }) => [...(ways ?? any)]));
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
  const found = await findOpenable(store, options.archiveId, options.signal);
  const { key, ...opening } = await keyFrom(device, unlocking, options.signal);
  const archive = await openFitting(store, found, key, options);
  const ways = await waysOf(archive, unlocking.way, options.signal);
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

/** The archive of this device's own backups, also when its descriptor is lost. @throws StrongroomError `not-enabled`, `archive-missing` */
export async function openOwnArchive(
  device: Device,
  options: { codec?: Codec; signal?: AbortSignal | undefined } = {},
): Promise<Archive> {
  const { cloud, archiveId } = device.requireBackup();
  const { codec, signal } = options;
  const store = device.cloud(cloud);
  return openByKey({
    store,
    archiveId,
    key: device.backupKey(),
    ...(codec && { codec }),
    ...(signal && { signal }),
  });
}

// Without a descriptor, the way that was gone just now is all that is known.
async function waysOf(
  archive: Archive,
  gone: 'password' | 'key',
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
  if (await descriptorProblem(archive, signal)) return new Set([gone]);
  return new Set((await archive.unlock({ ...(signal && { signal }) })).map(({ way }) => way));
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

// Of several archives in one cloud, the key itself tells which is meant.
async function openFitting(
  store: ObjectStore,
  found: readonly FoundArchive[],
  key: BackupKey,
  { codec, signal }: UnlockOptions,
): Promise<Archive> {
  let wrong: unknown;
  for (const { archiveId } of found) {
    try {
      return await openByKey({ store, archiveId, key, ...(codec && { codec }), ...(signal && { signal }) });
    } catch (error) {
      if (!isStrongroomError(error, 'wrong-key')) throw error;
      wrong = error;
    }
  }
  throw wrong;
}
