import {
  publishRotated,
  type Archive,
  type ChunkEngine,
  type RotateOptions,
  type Rotated,
} from '@strongroom/archive';
import { fromHex, Secret, toHex, type Bytes } from '@strongroom/core';
import type { BackupKey } from './backup-key.ts';
import type { Device } from './device.ts';
import { toLast } from './last-snapshot.ts';
import { openOwnArchive } from './unlock.ts';
import { dropAll } from './vaults/owner-requests.ts';
import { ownerKeyOf } from './vaults/owner-key.ts';
import { commitRegistration, isLive, registerPassword } from './vaults/register.ts';
import { needVaults, survey } from './vaults/survey.ts';
import { toUnlock } from './ways.ts';

// A change of the backup key, step by step. Every step may be cut off and repeated:
//   1. the device remembers the new key;
//   2. the newest snapshot is published once more, under the new key (`repeatUnderNewKey`);
//   3. the vaults take the new key behind the same password (`registerForNewKey`);
//   4. the descriptor is written under the new key, and then the device has it (`completeRotation`).
// Until the vaults have committed, the present key is what a password opens, and it opens every snapshot. From then on
// it is the new one, which opens them all. A backup in between is there under both.

/** How a change of the key goes on. */
export interface RotationOptions {
  readonly engine?: ChunkEngine;
  /** Go on although another device has taken over this backup. */
  readonly takeOver?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A password as the vaults take it. */
interface Prepared {
  readonly password: Bytes;
  readonly again: Bytes;
}

/** Whether a change of the backup key was begun, and not finished. */
export function isRotating({ state }: Device): boolean {
  return state.rotation?.key64 !== undefined;
}

/** The key that takes the place of the present one. */
export function newKeyOf({ state }: Device): BackupKey {
  return new Secret(fromHex(state.rotation!.key));
}

/** The archive under the key that the change replaces. */
export function openPresent(
  device: Device,
  { engine, signal }: RotationOptions,
  hidden: readonly string[] = [],
): Promise<Archive> {
  return openOwnArchive(device, { ...(engine && { engine }), signal, hidden, key: device.backupKey() });
}

/** Who writes to the archive, as a change of the key takes it. */
export function writerOf(device: Device, { takeOver, signal }: RotationOptions): RotateOptions {
  const { writerId, writerEpoch, last } = device.requireBackup();
  return {
    device: { id: writerId, name: device.ports.deviceName },
    ...(writerEpoch > 0 && { epoch: writerEpoch }),
    takeOver: takeOver ?? writerEpoch === 0,
    ...(last && { expected: { number: last.number, hash: fromHex(last.hash) } }),
    signal,
  };
}

/** Step 2: publishes what is the newest under the present key under the new one, unless that is there already. */
export async function repeatUnderNewKey(device: Device, options: RotationOptions): Promise<Rotated> {
  const archive = await openPresent(device, options);
  return publishRotated(archive, newKeyOf(device), writerOf(device, options));
}

/**
 * All that is left of a change of the key.
 * @param chosen the password that opens the backup from then on; none where no password does
 */
export async function finishRotation(
  device: Device,
  chosen: Prepared | undefined,
  options: RotationOptions,
): Promise<void> {
  if (chosen) {
    // First, so that what the vaults give from then on opens something.
    await repeatUnderNewKey(device, options);
    await registerForNewKey(device, chosen, options.signal);
  }
  await completeRotation(device, options);
}

// Step 3. The name of the registration is remembered before the first vault hears of it.
async function registerForNewKey(
  device: Device,
  chosen: Prepared,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { directory, links } = await device.vaults(signal);
  const { random, stretch } = device.ports;
  const generation = random(16);
  const registration = { generation: toHex(generation), directoryEpoch: Number(directory.epoch) };
  await device.update({ rotation: { ...device.state.rotation!, registration } });
  const key = newKeyOf(device);
  const replaces = [device.backupKey(), ...device.earlierKeys()];
  await registerPassword({
    directory,
    links,
    key,
    replaces,
    ...chosen,
    generation,
    random,
    stretch,
    signal,
  });
}

/** Step 4, and step 2 for what was backed up since. For when the vaults have committed, or no password is used. */
export async function completeRotation(device: Device, options: RotationOptions): Promise<void> {
  const { key, key64 = 'not-chosen', passkeys = [], registration } = device.state.rotation!;
  const { password } = device.requireBackup();
  const { archive, snapshot } = await repeatUnderNewKey(device, options);
  const unlock = toUnlock({ password, key64, passkeys }, registration?.directoryEpoch ?? 0);
  await archive.setUnlock(unlock, { signal: options.signal });
  const { key: earlier, ...backup } = device.requireBackup();
  await device.update({
    backup: {
      ...backup,
      key,
      key64,
      passkeys,
      earlierKeys: [earlier, ...(backup.earlierKeys ?? [])],
      ...(snapshot && { last: toLast(snapshot), writerEpoch: snapshot.writer.epoch, marked: false }),
    },
    rotation: undefined,
  });
}

/**
 * Finishes a change of the key that any vault has committed, and drops a registration that none has; then the password
 * is needed once more.
 * @throws StrongroomError `unavailable` while too few vaults answer to know which, and what `completeRotation` throws
 */
export async function settleRotation(device: Device, options: RotationOptions): Promise<void> {
  const { rotation } = device.state;
  if (rotation?.registration === undefined) return;
  const { signal } = options;
  const { directory, links } = await device.vaults(signal);
  const generation = fromHex(rotation.registration.generation);
  const owner = await ownerKeyOf(newKeyOf(device));
  const view = await survey(directory, links, signal);
  if (view.descriptions.some((description) => isLive(description, generation))) {
    await commitRegistration({ directory, links, generation, owner, signal });
    await completeRotation(device, options);
    return;
  }
  // Vaults that do not answer may have committed it.
  needVaults(view, directory.threshold);
  const { errors } = await dropAll(view, owner, generation, signal);
  if (errors.length > 0) throw errors[0];
  const { registration: _, ...left } = rotation;
  await device.update({ rotation: left });
}

/** Whether a key is one that this backup has, had, or is about to have. */
export function isOwnKey(device: Device, key: BackupKey): boolean {
  const { key: present, earlierKeys = [] } = device.requireBackup();
  return [present, ...earlierKeys, device.state.rotation?.key].includes(toHex(key.reveal()));
}
