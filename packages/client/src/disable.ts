import { deleteArchive } from '@strongroom/archive';
import type { Device } from './device.ts';
import { eraseRegistration } from './erase-registration.ts';
import { proveOwner, type Proof } from './prove-owner.ts';

/** What turning off takes. */
export interface DisableOptions {
  readonly proof: Proof;
  /** Whether the encrypted backups in the cloud go, too. */
  readonly deleteBackups: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Turns encrypted backups off: the vaults forget the password's registration, this device forgets the key.
 * @throws StrongroomError `not-enabled`, what `proveOwner` throws, `unavailable` when so many vaults were out of reach
 * that a password could still open it
 */
export async function disable(
  device: Device,
  { proof, deleteBackups, signal }: DisableOptions,
): Promise<void> {
  await proveOwner(device, proof, signal);
  const { archiveId, cloud, password } = device.requireBackup();
  if (password) await eraseRegistration(device, signal);
  if (deleteBackups) await deleteArchive(device.cloud(cloud), archiveId, { signal });
  await device.update({ backup: undefined, pending: undefined, rotation: undefined });
}
