import type { UnlockWay } from '@strongroom/archive';
import { equalBytes, StrongroomError, type Bytes } from '@strongroom/core';
import type { BackupKey } from './backup-key.ts';
import { changePassword, settlePending } from './change-password.ts';
import type { Device } from './device.ts';
import type { PasskeyState } from './device-state.ts';
import { eraseRegistration } from './erase-registration.ts';
import {
  checkPasskey,
  needRoom,
  passkeysIn,
  toPasskeyState,
  toPasskeyStates,
  wrapFor,
  type Passkey,
} from './passkey.ts';
import type { ChosenPassword } from './passwords.ts';
import { proveOwner, type Proof } from './prove-owner.ts';
import { isRotating } from './rotation.ts';
import { status } from './status.ts';
import { openOwnArchive } from './unlock.ts';
import { presentUnlock, without } from './ways.ts';

// The order of writes. A way that comes: first what makes it work (the vaults), then the descriptor that offers it, then
// the device. A way that goes: first the descriptor, then the vaults, then the device. So a way that is offered works,
// the device never calls one gone that still opens, and whatever was cut off is finished by the same call.

/** What every change of the ways to unlock takes. */
export interface WayOptions {
  readonly proof: Proof;
  readonly signal?: AbortSignal;
}

/**
 * Makes a passkey a way to unlock; one with the same credential id is replaced.
 * @throws StrongroomError `not-enabled`, `wrong-usage`, what `proveOwner` throws, and what the cloud throws
 */
export async function addPasskey(device: Device, passkey: Passkey, options: WayOptions): Promise<void> {
  checkPasskey(passkey);
  await begin(device, options);
  const { archiveId } = device.requireBackup();
  const added = await wrapFor(passkey, device.backupKey(), archiveId);
  const change = (unlock: readonly UnlockWay[]): UnlockWay[] => {
    const others = unlock.filter((way) => !isPasskey(way, passkey.credentialId));
    needRoom(others.length);
    return [...others, added];
  };
  await changeUnlock(device, options, change, toPasskeyState(added, passkey.name));
}

/**
 * Takes a passkey off the ways to unlock; does nothing when it is none. Whoever kept a copy of the cloud's objects and
 * has the passkey opens that copy still: only `rotateKey` makes it worthless for what is backed up afterwards.
 * @throws StrongroomError as `addPasskey`; `wrong-usage` when it is the last way
 */
export async function removePasskey(device: Device, credentialId: Bytes, options: WayOptions): Promise<void> {
  await begin(device, options);
  await changeUnlock(device, options, (unlock) => unlock.filter((way) => !isPasskey(way, credentialId)));
}

/**
 * Makes a password a way to unlock where none is; where one is, `changePassword` sets another.
 * @throws StrongroomError as `changePassword` and `proveOwner`; `wrong-usage` when there is one
 */
export async function addPassword(
  device: Device,
  chosen: ChosenPassword,
  { proof, signal }: WayOptions,
): Promise<void> {
  await proveOwner(device, proof, signal);
  if (device.requireBackup().password)
    throw new StrongroomError('wrong-usage', { why: 'A password opens this backup already: change it.' });
  await changePassword(device, chosen, signal);
}

/**
 * Takes the password off the ways to unlock: the vaults erase its registration.
 * @throws StrongroomError as `addPasskey`; `wrong-usage` when it is the last way; `unavailable` when so many vaults were
 * out of reach that it could still open the backup: the same call finishes it
 */
export async function removePassword(device: Device, options: WayOptions): Promise<void> {
  await begin(device, options);
  const before = await changeUnlock(device, options, (unlock) => without(unlock, 'password'));
  if (device.requireBackup().password || before.some(({ way }) => way === 'password'))
    await eraseRegistration(device, options.signal);
  const { reminder: _, ...backup } = device.requireBackup();
  await device.update({ backup: { ...backup, password: false }, pending: undefined });
}

/**
 * Makes the 64-digit key a way to unlock, or shows it once more.
 * @param options.keepKey shows it and answers whether the person has proven to have kept it; throws, and nothing is changed
 * @throws StrongroomError as `addPasskey`
 */
export async function addKey64(
  device: Device,
  options: WayOptions & { readonly keepKey: (key: BackupKey) => Promise<boolean> },
): Promise<void> {
  await begin(device, options);
  const kept = await options.keepKey(device.backupKey());
  await changeUnlock(device, options, (unlock) => [{ way: 'key' }, ...without(unlock, 'key')]);
  const had = device.requireBackup().key64 === 'kept';
  await device.updateBackup({ key64: kept || had ? 'kept' : 'unconfirmed' });
}

/**
 * No longer offers the 64-digit key as a way to unlock. It cannot make anybody forget it: whoever wrote the digits down
 * opens the backup with them as before. To shut them out of what is backed up afterwards, follow it by `rotateKey`.
 * @throws StrongroomError as `addPasskey`; `wrong-usage` when it is the last way
 */
export async function removeKey64(device: Device, options: WayOptions): Promise<void> {
  await begin(device, options);
  await changeUnlock(device, options, (unlock) => without(unlock, 'key'));
  await device.updateBackup({ key64: 'not-chosen' });
}

// What was begun before is finished first: two changes at once would have to be told apart ever after.
async function begin(device: Device, { proof, signal }: WayOptions): Promise<void> {
  await proveOwner(device, proof, signal);
  const settled = await settlePending(device, signal);
  if (settled === 'waiting')
    throw new StrongroomError('contested', { until: device.state.pending?.contestedUntil ?? 0 });
  if (isRotating(device))
    throw new StrongroomError('wrong-usage', {
      why: 'A change of the key is not finished. Finish it first.',
    });
}

async function changeUnlock(
  device: Device,
  { signal }: WayOptions,
  change: (unlock: readonly UnlockWay[]) => readonly UnlockWay[],
  named?: PasskeyState,
): Promise<readonly UnlockWay[]> {
  const archive = await openOwnArchive(device, { signal });
  const before = await presentUnlock(device, archive, signal);
  const after = change(before);
  if (after.length < before.length) await needAWay(device, after, signal);
  await archive.setUnlock(after, { signal });
  const { passkeys = [] } = device.requireBackup();
  await device.updateBackup({ passkeys: toPasskeyStates(after, named ? [...passkeys, named] : passkeys) });
  return before;
}

// A key that nobody has shown to have kept, and a password that the vaults have locked, are none.
async function needAWay(
  device: Device,
  left: readonly UnlockWay[],
  signal: AbortSignal | undefined,
): Promise<void> {
  if (passkeysIn(left).length > 0) return;
  const ways = new Set(left.map(({ way }) => way));
  if (ways.has('key') && device.requireBackup().key64 === 'kept') return;
  if (ways.has('password')) return needOpeningPassword(device, signal);
  const why = ways.has('key')
    ? 'Show first that you have kept your 64-digit key: nothing else would open this backup.'
    : 'It is the last way to open this backup. Add another one first.';
  throw new StrongroomError('wrong-usage', { why });
}

async function needOpeningPassword(device: Device, signal: AbortSignal | undefined): Promise<void> {
  const { vault, vaultProblem } = await status(device, signal);
  if (vaultProblem !== null) throw vaultProblem;
  if (vault?.registered === true && !vault.locked) return;
  throw new StrongroomError('wrong-usage', {
    why: 'The password no longer opens this backup, and nothing else would. Choose a new password first.',
  });
}

function isPasskey(way: UnlockWay, credentialId: Bytes): boolean {
  return way.way === 'passkey' && equalBytes(way.credentialId, credentialId);
}
