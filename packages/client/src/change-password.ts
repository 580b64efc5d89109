import { fromHex, toHex, type Bytes } from '@strongroom/core';
import type { SigningKey } from '@strongroom/protocol';
import type { Device } from './device.ts';
import { waysFor } from './enable.ts';
import { prepareChosen, type ChosenPassword } from './passwords.ts';
import { openOwnArchive } from './unlock.ts';
import { dropAll } from './vaults/owner-requests.ts';
import { ownerKeyOf } from './vaults/owner-key.ts';
import { commitRegistration, isLive, registerPassword } from './vaults/register.ts';
import { needVaults, survey, type Survey } from './vaults/survey.ts';

/**
 * Sets a new password on a device that holds the key, whatever the old one was, and also after the vault has locked.
 * Until it is confirmed the old one opens, from then on only the new one.
 * @throws StrongroomError `not-enabled`, `weak-password`, `unavailable`
 */
export async function changePassword(
  device: Device,
  chosen: ChosenPassword,
  signal?: AbortSignal,
): Promise<void> {
  const { key64, password: had } = device.requireBackup();
  const prepared = prepareChosen(chosen);
  await settlePending(device, signal);
  const { directory, links } = await device.vaults(signal);
  const { random, stretch } = device.ports;
  const generation = random(16);
  const directoryEpoch = Number(directory.epoch);
  await device.update({ pending: { generation: toHex(generation), directoryEpoch } });
  await registerPassword({
    directory,
    links,
    key: device.backupKey(),
    ...prepared,
    generation,
    random,
    stretch,
    signal,
  });
  if (!had) {
    const archive = await openOwnArchive(device, { signal });
    await archive.setUnlock(waysFor(true, key64 !== 'not-chosen', directoryEpoch));
  }
  await device.updateBackup({ password: true });
  await device.update({ pending: undefined });
}

/** What became of a change that was begun and not finished. */
export type Settled = 'nothing-pending' | 'finished' | 'dropped';

/**
 * Finishes a change of password that any vault has confirmed, and drops one that none has.
 * @throws StrongroomError `unavailable` while too few vaults answer to know which
 */
export async function settlePending(device: Device, signal?: AbortSignal): Promise<Settled> {
  const { pending, backup } = device.state;
  if (pending === undefined || backup === undefined) return 'nothing-pending';
  const { directory, links } = await device.vaults(signal);
  const generation = fromHex(pending.generation);
  const owner = await ownerKeyOf(device.backupKey());
  const view = await survey(directory, links, signal);
  const confirmed = view.descriptions.some((description) => isLive(description, generation));
  if (confirmed) await commitRegistration({ directory, links, generation, owner, signal });
  else await dropUnconfirmed(view, owner, generation, signal);
  if (confirmed) await device.updateBackup({ password: true });
  await device.update({ pending: undefined });
  return confirmed ? 'finished' : 'dropped';
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
