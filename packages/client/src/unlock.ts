import type { Archive, ChunkEngine, ObjectStore } from '@strongroom/archive';
import { isStrongroomError, toHex, type Secret, type StrongroomError } from '@strongroom/core';
import type { Mark } from '@strongroom/wire/vault';
import type { BackupKey } from './backup-key.ts';
import type { Device } from './device.ts';
import { descriptorProblem, findOpenable, openByKey, type FoundArchive } from './lost-descriptor.ts';
import { prepare } from './passwords.ts';
import { renewAfterLastGuess } from './register-anew.ts';
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
  /** The last guess was the right one, and this is why the password could not be registered anew. */
  readonly renewalProblem?: StrongroomError;
  readonly misbehaved: readonly { readonly vaultId: string; readonly reason: string }[];
}

/** Where the archive is, and how its chunks are compressed. */
export interface UnlockOptions {
  readonly cloud: string;
  /** 32 hexadecimal digits, when there are several. */
  readonly archiveId?: string;
  readonly engine?: ChunkEngine;
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
  const { key, lastGuess, ...opening } = await keyFrom(device, unlocking, options.signal);
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
  if (unlocking.way !== 'password' || !lastGuess) return { archive, ...opening };
  const renewalProblem = await renewAfterLastGuess(device, unlocking.password, options.signal);
  return { archive, ...opening, ...(renewalProblem && { renewalProblem }) };
}

/**
 * The archive of this device's own backups, also when its descriptor is lost.
 * @param options.hidden names of objects that are not listed, so that a new snapshot stores again what is in them
 * @throws StrongroomError `not-enabled`, `archive-missing`
 */
export async function openOwnArchive(
  device: Device,
  options: {
    readonly engine?: ChunkEngine;
    readonly signal?: AbortSignal | undefined;
    readonly hidden?: readonly string[] | undefined;
  } = {},
): Promise<Archive> {
  const { cloud, archiveId } = device.requireBackup();
  const { engine, signal, hidden = [] } = options;
  const store = hiding(device.cloud(cloud), new Set(hidden));
  return openByKey({
    store,
    archiveId,
    key: device.backupKey(),
    ...(engine && { engine }),
    ...(signal && { signal }),
  });
}

function hiding(store: ObjectStore, hidden: ReadonlySet<string>): ObjectStore {
  return {
    description: store.description,
    put: (name, bytes, options) => store.put(name, bytes, options),
    get: (name, options) => store.get(name, options),
    remove: (name, options) => store.remove(name, options),
    async *list(prefix, options) {
      for await (const object of store.list(prefix, options)) if (!hidden.has(object.name)) yield object;
    },
  };
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
): Promise<{ readonly key: BackupKey; readonly lastGuess: boolean } & Opening> {
  if (unlocking.way === 'key')
    return { key: unlocking.key, lastGuess: false, failuresSinceOpening: 0, misbehaved: [] };
  const { directory, links } = await device.vaults(signal);
  const { random, stretch } = device.ports;
  const password = await prepare(unlocking.password);
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
  { engine, signal }: UnlockOptions,
): Promise<Archive> {
  let wrong: unknown;
  for (const { archiveId } of found) {
    try {
      return await openByKey({ store, archiveId, key, ...(engine && { engine }), ...(signal && { signal }) });
    } catch (error) {
      if (!isStrongroomError(error, 'wrong-key')) throw error;
      wrong = error;
    }
  }
  throw wrong;
}
