import { StrongroomError } from '@strongroom/core';
import type { Device } from './device.ts';
import { isRotating, newKeyOf } from './rotation.ts';
import { eraseAll } from './vaults/owner-requests.ts';
import { ownerKeyOf } from './vaults/owner-key.ts';
import { survey } from './vaults/survey.ts';

/**
 * Has the vaults forget the password's registration. Repeating it does no harm.
 * @throws StrongroomError `unavailable` when so many vaults were out of reach that a password could still open it
 */
export async function eraseRegistration(device: Device, signal: AbortSignal | undefined): Promise<void> {
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
