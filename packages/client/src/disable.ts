import { deleteArchive } from '@strongroom/archive';
import { StrongroomError } from '@strongroom/core';
import type { Device } from './device.ts';
import { isRotating, newKeyOf } from './rotation.ts';
import { eraseAll } from './vaults/owner-requests.ts';
import { ownerKeyOf } from './vaults/owner-key.ts';
import { survey } from './vaults/survey.ts';

/**
 * Turns encrypted backups off: the vaults forget the password's registration, this device forgets the key.
 * @param deleteBackups whether the encrypted backups in the cloud go, too
 * @throws StrongroomError `not-enabled`, `unavailable` when so many vaults were out of reach that a password could still open it
 */
export async function disable(
  device: Device,
  { deleteBackups, signal }: { deleteBackups: boolean; signal?: AbortSignal },
): Promise<void> {
  const { archiveId, cloud, password } = device.requireBackup();
  if (password) await eraseRegistration(device, signal);
  if (deleteBackups) await deleteArchive(device.cloud(cloud), archiveId, { signal });
  await device.update({ backup: undefined, pending: undefined, rotation: undefined });
}

async function eraseRegistration(device: Device, signal: AbortSignal | undefined): Promise<void> {
  const { directory, links } = await device.vaults(signal);
  // In a change of the key that was not finished, vaults may have taken the new one already.
  const keys = [device.backupKey(), ...(isRotating(device) ? [newKeyOf(device)] : [])];
  // With fewer than `threshold` left, no password opens anything.
  const needed = directory.vaults.length - directory.threshold + 1;
  for (const key of keys) {
    const view = await survey(directory, links, signal);
    const { accepted } = await eraseAll(view, await ownerKeyOf(key), signal);
    if (accepted < needed) throw new StrongroomError('unavailable', { answered: accepted, needed });
  }
}
