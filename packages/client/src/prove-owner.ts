import { equalBytes, isStrongroomError, StrongroomError, type Secret } from '@strongroom/core';
import type { BackupKey } from './backup-key.ts';
import { checkPassword } from './check-password.ts';
import type { Device } from './device.ts';
import { passkeysIn, toPasskeyWay, unwrapBy, type PasskeyOutput } from './passkey.ts';
import { openOwnArchive } from './unlock.ts';
import { presentUnlock } from './ways.ts';

/** How a person shows, on a device that holds the key, that the backup is theirs. */
export type Proof =
  | { readonly way: 'password'; readonly password: Secret<string> }
  | { readonly way: 'key'; readonly key: BackupKey }
  | ({ readonly way: 'passkey' } & PasskeyOutput)
  /** The caller's word that it has asked for a proof already, or that this device is proof enough. */
  | { readonly way: 'proven' };

/**
 * Checks a proof, before anything that cannot be taken back. A wrong password costs a guess.
 * @throws StrongroomError `not-enabled`, `wrong-key`, and what `checkPassword` throws
 */
export async function proveOwner(device: Device, proof: Proof, signal?: AbortSignal): Promise<void> {
  device.requireBackup();
  if (proof.way === 'proven') return;
  if (proof.way === 'password') {
    await checkPassword(device, proof.password, signal);
    return;
  }
  const shown = proof.way === 'key' ? proof.key : await keyOfPasskey(device, proof, signal);
  if (equalBytes(shown.reveal(), device.backupKey().reveal())) return;
  throw new StrongroomError('wrong-key', proof.way === 'passkey' ? { passkey: true } : {});
}

/** The backup key of this device, to be shown. @throws StrongroomError what `proveOwner` throws */
export async function showKey(device: Device, proof: Proof, signal?: AbortSignal): Promise<BackupKey> {
  await proveOwner(device, proof, signal);
  return device.backupKey();
}

// What the device remembers needs no cloud; one that another device has added is in the descriptor alone.
async function keyOfPasskey(
  device: Device,
  output: PasskeyOutput,
  signal: AbortSignal | undefined,
): Promise<BackupKey> {
  const { archiveId, passkeys = [] } = device.requireBackup();
  try {
    return await unwrapBy(passkeys.map(toPasskeyWay), output, archiveId);
  } catch (error) {
    if (!isStrongroomError(error, 'wrong-key')) throw error;
    const unlock = await presentUnlock(device, await openOwnArchive(device, { signal }), signal);
    return unwrapBy(passkeysIn(unlock), output, archiveId);
  }
}
