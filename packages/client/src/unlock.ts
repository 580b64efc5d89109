import {
  keyOfNewest,
  openArchive,
  staleDescriptor,
  type Archive,
  type ChunkEngine,
  type ObjectStore,
  type UnlockWay,
} from '@strongroom/archive';
import {
  fromHex,
  isStrongroomError,
  Secret,
  toHex,
  type Bytes,
  type StrongroomError,
} from '@strongroom/core';
import type { Mark } from '@strongroom/wire/vault';
import type { BackupKey } from './backup-key.ts';
import type { Device } from './device.ts';
import type { BackupState } from './device-state.ts';
import {
  descriptorProblem,
  findOpenable,
  openByKey,
  opensASnapshot,
  type FoundArchive,
} from './lost-descriptor.ts';
import { keysByPasskey, toPasskeyStates, type PasskeyOutput } from './passkey.ts';
import { prepare } from './passwords.ts';
import { renewAfterLastGuess } from './register-anew.ts';
import { firstReminder } from './reminder.ts';
import { ownerKeyOf } from './vaults/owner-key.ts';
import { commitRegistration } from './vaults/register.ts';
import { retrieve } from './vaults/retrieve.ts';

/** How a person proves that a backup is theirs. */
export type Unlocking =
  | { readonly way: 'password'; readonly password: Secret<string>; readonly tryUnfinished?: boolean }
  | { readonly way: 'key'; readonly key: BackupKey }
  /** What the authenticator answered to one of the hints that `passkeysOf` gives. */
  | ({ readonly way: 'passkey' } & PasskeyOutput);

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
  return new Set(found.flatMap(({ unlock }) => unlock?.map(({ way }) => way) ?? any));
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
  const { keys, lastGuess, generation, ...opening } = await keysFrom(
    device,
    found,
    unlocking,
    options.signal,
  );
  const archive = await openFitting(store, keys, options);
  const key = archive.keys.current.backupKey;
  const unlock = await unlockOf(archive, unlocking.way, options.signal);
  const ways = new Set(unlock.map(({ way }) => way));
  const { rotation, backup: before } = device.state;
  await device.update({
    // One of another backup, or that this one is finished by.
    rotation: isOfBackup(device, archive.id, key) ? rotation : undefined,
    backup: {
      archiveId: archive.id,
      cloud: options.cloud,
      key: toHex(key.reveal()),
      password: ways.has('password'),
      key64: ways.has('key') ? 'kept' : 'not-chosen',
      passkeys: toPasskeyStates(unlock, before?.passkeys),
      ...(unlocking.way === 'password' && { reminder: firstReminder(device.ports.now()) }),
      writerId: toHex(device.ports.random(16)),
      writerEpoch: 0,
      ...earlierKeysOf(archive),
    },
  });
  if (generation) await commitRest(device, generation, key, options.signal);
  if (unlocking.way !== 'password' || !lastGuess) return { archive, ...opening };
  const renewalProblem = await renewAfterLastGuess(device, unlocking.password, options.signal);
  return { archive, ...opening, ...(renewalProblem && { renewalProblem }) };
}

/**
 * The archive of this device's own backups, also when its descriptor is lost.
 * @param options.key by default the one that the newest snapshot is under
 * @param options.hidden names of objects that are not listed, so that a new snapshot stores again what is in them
 * @throws StrongroomError `not-enabled`, `archive-missing`
 */
export async function openOwnArchive(
  device: Device,
  options: {
    readonly engine?: ChunkEngine;
    readonly signal?: AbortSignal | undefined;
    readonly hidden?: readonly string[] | undefined;
    readonly key?: BackupKey;
  } = {},
): Promise<Archive> {
  const { cloud, archiveId } = device.requireBackup();
  const { engine, signal, hidden = [] } = options;
  const store = hiding(device.cloud(cloud), new Set(hidden));
  const key = options.key ?? (await keyToReadWith(device, store, signal));
  return openByKey({ store, archiveId, key, ...(engine && { engine }), ...(signal && { signal }) });
}

// While the key is being changed, the newest snapshot may be under either.
async function keyToReadWith(
  device: Device,
  store: ObjectStore,
  signal: AbortSignal | undefined,
): Promise<BackupKey> {
  const { rotation, backup } = device.state;
  if (rotation === undefined || backup === undefined) return device.backupKey();
  const key = new Secret(fromHex(rotation.key));
  const { archiveId } = backup;
  const archive = await openArchive({ store, archiveId, key, withoutDescriptor: true });
  return (await keyOfNewest(archive, { signal })) === archive.keys.current.id ? key : device.backupKey();
}

function hiding(store: ObjectStore, hidden: ReadonlySet<string>): ObjectStore {
  if (hidden.size === 0) return store;
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

function isOfBackup({ state }: Device, archiveId: string, key: BackupKey): boolean {
  return state.backup?.archiveId === archiveId && state.backup.key === toHex(key.reveal());
}

function earlierKeysOf({ keys }: Archive): Pick<BackupState, 'earlierKeys'> {
  const earlier = keys.all().filter((one) => one !== keys.current);
  return earlier.length > 0 ? { earlierKeys: earlier.map(({ backupKey }) => toHex(backupKey.reveal())) } : {};
}

// A device that was lost in the middle of a change has left vaults behind, which only the key itself can bring along.
async function commitRest(
  device: Device,
  generation: Bytes,
  key: BackupKey,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    const { directory, links } = await device.vaults(signal);
    await commitRegistration({ directory, links, generation, owner: await ownerKeyOf(key), signal });
  } catch (error) {
    // What is needed to open is there; a new registration brings the others along, too.
    if (!isStrongroomError(error)) throw error;
  }
}

// A change of the key that was cut off right before its end has left the descriptor under the earlier key.
async function mendStale(
  archive: Archive,
  signal: AbortSignal | undefined,
): Promise<readonly UnlockWay[] | undefined> {
  try {
    const stale = await staleDescriptor(archive, { signal });
    const ways = stale?.unlock.filter(({ way }) => way !== 'passkey');
    if (ways && ways.length > 0) await archive.setUnlock(ways, { signal });
    return ways;
  } catch (error) {
    // To read, a descriptor is not needed, nor that the cloud can be written to.
    if (!isStrongroomError(error) || error.code === 'cancelled') throw error;
    return undefined;
  }
}

// Without a descriptor, the way that was gone just now is all that is known.
async function unlockOf(
  archive: Archive,
  gone: Unlocking['way'],
  signal: AbortSignal | undefined,
): Promise<readonly UnlockWay[]> {
  const stale = await mendStale(archive, signal);
  if (stale) return stale;
  if ((await descriptorProblem(archive, signal)) === undefined) return archive.unlock({ signal });
  if (gone === 'password') return [{ way: gone, directoryEpoch: 0 }];
  return gone === 'key' ? [{ way: gone }] : [];
}

type Opening = Pick<Unlocked, 'mark' | 'failuresSinceOpening' | 'misbehaved'>;

/** A key that may open an archive. */
interface Candidate {
  readonly archiveId: string;
  readonly key: BackupKey;
}

interface Keys extends Opening {
  readonly keys: readonly Candidate[];
  readonly lastGuess: boolean;
  readonly generation?: Bytes;
}

async function keysFrom(
  device: Device,
  found: readonly FoundArchive[],
  unlocking: Unlocking,
  signal: AbortSignal | undefined,
): Promise<Keys> {
  const without = { lastGuess: false, failuresSinceOpening: 0, misbehaved: [] };
  const forAll = (key: BackupKey): Candidate[] => found.map(({ archiveId }) => ({ archiveId, key }));
  if (unlocking.way === 'key') return { keys: forAll(unlocking.key), ...without };
  if (unlocking.way === 'passkey') return { keys: await keysByPasskey(found, unlocking), ...without };
  const { key, ...opening } = await keyByPassword(device, unlocking, signal);
  return { keys: forAll(key), ...opening };
}

async function keyByPassword(
  device: Device,
  { password: typed, tryUnfinished = false }: Extract<Unlocking, { way: 'password' }>,
  signal: AbortSignal | undefined,
): Promise<Omit<Keys, 'keys'> & { readonly key: BackupKey }> {
  const { directory, links } = await device.vaults(signal);
  const { random, stretch } = device.ports;
  const password = await prepare(typed);
  const { mark, generation, isHalfCommitted, ...retrieved } = await retrieve({
    directory,
    links,
    password,
    tryUnfinished,
    random,
    stretch,
    signal,
  });
  return { ...retrieved, ...(mark && { mark }), ...(isHalfCommitted && { generation }) };
}

// Of several archives in one cloud, the key itself tells which is meant. One that turning on left behind when it was cut
// off has the same key, and no backup in it.
async function openFitting(
  store: ObjectStore,
  candidates: readonly Candidate[],
  { engine, signal }: UnlockOptions,
): Promise<Archive> {
  const opened: Archive[] = [];
  let wrong: unknown;
  for (const { archiveId, key } of candidates) {
    try {
      opened.push(
        await openByKey({ store, archiveId, key, ...(engine && { engine }), ...(signal && { signal }) }),
      );
    } catch (error) {
      if (!isStrongroomError(error, 'wrong-key')) throw error;
      wrong = error;
    }
  }
  if (opened[0] === undefined) throw wrong;
  if (opened.length === 1) return opened[0];
  for (const archive of opened) if (await opensASnapshot(archive, signal)) return archive;
  return opened[0];
}
