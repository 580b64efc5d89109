import { createArchive, newArchiveId, type UnlockWay } from '@strongroom/archive';
import { fromHex, isStrongroomError, Secret, StrongroomError, toHex, type Bytes } from '@strongroom/core';
import type { BackupKey } from './backup-key.ts';
import type { Device } from './device.ts';
import { prepareChosen, type ChosenPassword } from './passwords.ts';
import { ownerKeyOf } from './vaults/owner-key.ts';
import { commitRegistration, registerPassword } from './vaults/register.ts';

/** What turning on takes. At least one way to unlock. */
export interface EnableOptions {
  readonly cloud: string;
  readonly password?: ChosenPassword;
  /**
   * Makes the 64-digit key a way to unlock: shows it and answers whether the person has proven to have kept it.
   */
  readonly keepKey?: (key: BackupKey) => Promise<boolean>;
  readonly signal?: AbortSignal;
}

/**
 * Turns end-to-end encrypted backups on.
 * @throws StrongroomError `already-enabled`, `weak-password`, `contested` when another device's registration must be
 * replaced first: the same call finishes it when its time has come
 */
export async function enable(device: Device, options: EnableOptions): Promise<void> {
  if (device.state.backup !== undefined) throw new StrongroomError('already-enabled', {});
  if (options.password === undefined && options.keepKey === undefined) {
    throw new StrongroomError('wrong-usage', { why: 'Choose a password, a 64-digit key, or both.' });
  }
  const chosen = options.password && prepareChosen(options.password);
  const store = device.cloud(options.cloud);
  await reach(store.list('', { signal: options.signal }));
  const key = chosen === undefined ? newKey(device) : await registered(device, chosen, options);
  const kept = await options.keepKey?.(key);
  const archiveId = newArchiveId();
  const directoryEpoch =
    chosen === undefined ? 0 : Number((await device.vaults(options.signal)).directory.epoch);
  const unlock = waysFor(chosen !== undefined, kept !== undefined, directoryEpoch);
  await createArchive({ store, key, archiveId, unlock, ...(options.signal && { signal: options.signal }) });
  await device.update({
    backup: {
      archiveId,
      cloud: options.cloud,
      key: toHex(key.reveal()),
      password: chosen !== undefined,
      key64: kept === undefined ? 'not-chosen' : kept ? 'kept' : 'unconfirmed',
      writerId: toHex(device.ports.random(16)),
      writerEpoch: 1,
    },
    pending: undefined,
  });
}

/** The ways to unlock as the archive's descriptor lists them. */
export function waysFor(password: boolean, key: boolean, directoryEpoch: number): UnlockWay[] {
  return [
    ...(password ? [{ way: 'password', directoryEpoch } as const] : []),
    ...(key ? [{ way: 'key' } as const] : []),
  ];
}

function newKey({ ports }: Device): BackupKey {
  return new Secret(ports.random(32));
}

// The key and the name of the registration are remembered before the first vault hears of them, so that an
// interruption at any point can be finished.
async function registered(
  device: Device,
  chosen: { password: Bytes; again: Bytes },
  { signal }: EnableOptions,
): Promise<BackupKey> {
  const { directory, links } = await device.vaults(signal);
  const { random, stretch } = device.ports;
  const pending = device.state.pending;
  if (pending?.enabling !== undefined && pending.contestedUntil !== undefined) {
    return finishContested(device, pending.enabling.key, fromHex(pending.generation), signal);
  }
  const key = pending?.enabling === undefined ? newKey(device) : new Secret(fromHex(pending.enabling.key));
  const generation = random(16);
  const begun = {
    generation: toHex(generation),
    directoryEpoch: Number(directory.epoch),
    enabling: { key: toHex(key.reveal()) },
  };
  await device.update({ pending: begun });
  try {
    await registerPassword({ directory, links, key, ...chosen, generation, random, stretch, signal });
  } catch (error) {
    if (isStrongroomError(error, 'contested')) {
      await device.update({ pending: { ...begun, contestedUntil: error.details.until } });
    }
    throw error;
  }
  return key;
}

async function finishContested(
  device: Device,
  keyHex: string,
  generation: Bytes,
  signal: AbortSignal | undefined,
): Promise<BackupKey> {
  const { directory, links } = await device.vaults(signal);
  const key: BackupKey = new Secret(fromHex(keyHex));
  try {
    await commitRegistration({ directory, links, generation, owner: await ownerKeyOf(key), signal });
  } catch (error) {
    // Dropped by a device that has the backup: nothing is left to wait for.
    if (isStrongroomError(error, 'unavailable')) await device.update({ pending: undefined });
    throw error;
  }
  return key;
}

async function reach(listing: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of listing) return;
}
