import { fromHex, type Bytes } from '@strongroom/core';
import type { SigningKey } from '@strongroom/protocol';
import type { Device } from './device.ts';
import { prepareChosen, type ChosenPassword } from './passwords.ts';
import { registerAnew } from './register-anew.ts';
import { firstReminder } from './reminder.ts';
import { finishRotation, isRotating, settleRotation } from './rotation.ts';
import { openOwnArchive } from './unlock.ts';
import { dropAll } from './vaults/owner-requests.ts';
import { ownerKeyOf } from './vaults/owner-key.ts';
import { commitRegistration, holds, isLive } from './vaults/register.ts';
import { needVaults, survey, type Survey } from './vaults/survey.ts';
import { presentUnlock, withPassword } from './ways.ts';

/**
 * Sets a new password on a device that holds the key, whatever the old one was, and also after the vault has locked.
 * Until it is confirmed the old one opens, from then on only the new one. A change of the key that was begun and not
 * finished is finished with it.
 * @throws StrongroomError `not-enabled`, `weak-password`, `unavailable`, `contested` when another device's registration
 * took the place of this one: the same call finishes it when its time has come
 */
export async function changePassword(
  device: Device,
  chosen: ChosenPassword,
  signal?: AbortSignal,
): Promise<void> {
  device.requireBackup();
  const prepared = await prepareChosen(chosen);
  const settled = await settlePending(device, signal);
  if (isRotating(device)) {
    const { password } = device.requireBackup();
    await finishRotation(device, password ? prepared : undefined, { signal });
    if (password) return;
  }
  if (settled === 'waiting') await commitPending(device, signal);
  // Also after a wait: what was chosen then may not be what was typed now.
  await registerAnew(device, prepared, signal);
  await finish(device, signal);
}

/** What became of a change that was begun and not finished. */
export type Settled = 'nothing-pending' | 'waiting' | 'finished' | 'dropped';

/**
 * Finishes a change of password that any vault has confirmed, and drops one that none has, unless it waits for its time.
 * A change of the key that any vault has committed is finished first.
 * @throws StrongroomError `unavailable` while too few vaults answer to know which
 */
export async function settlePending(device: Device, signal?: AbortSignal): Promise<Settled> {
  await settleRotation(device, { signal });
  const { pending, backup } = device.state;
  if (pending === undefined || backup === undefined) return 'nothing-pending';
  const { directory, links } = await device.vaults(signal);
  const generation = fromHex(pending.generation);
  const owner = await ownerKeyOf(device.backupKey());
  const view = await survey(directory, links, signal);
  const confirmed = view.descriptions.some((description) => isLive(description, generation));
  if (confirmed) {
    await commitRegistration({ directory, links, generation, owner, signal });
    await finish(device, signal);
    return 'finished';
  }
  const held = view.descriptions.some((description) => holds(description, generation));
  if (pending.contestedUntil !== undefined && held) return 'waiting';
  await dropUnconfirmed(view, owner, generation, signal);
  await device.update({ pending: undefined });
  return 'dropped';
}

// The archive tells that a password opens it, and the device remembers.
async function finish(device: Device, signal: AbortSignal | undefined): Promise<void> {
  const { pending } = device.state;
  if (!device.requireBackup().password) {
    const archive = await openOwnArchive(device, { signal });
    const present = await presentUnlock(device, archive, signal);
    await archive.setUnlock(withPassword(present, pending?.directoryEpoch ?? 0), { signal });
  }
  await device.updateBackup({ password: true, reminder: firstReminder(device.ports.now()) });
  await device.update({ pending: undefined });
}

async function commitPending(device: Device, signal: AbortSignal | undefined): Promise<void> {
  const { directory, links } = await device.vaults(signal);
  const generation = fromHex(device.state.pending!.generation);
  const owner = await ownerKeyOf(device.backupKey());
  await commitRegistration({ directory, links, generation, owner, signal });
}

// Vaults that do not answer may have confirmed it. Only when enough others have not does the old password still open.
async function dropUnconfirmed(
  view: Survey,
  owner: SigningKey,
  generation: Bytes,
  signal: AbortSignal | undefined,
): Promise<void> {
  needVaults(view, view.directory.threshold);
  const { errors } = await dropAll(view, owner, generation, signal);
  if (errors.length > 0) throw errors[0];
}
