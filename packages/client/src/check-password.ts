import { equalBytes, isStrongroomError, StrongroomError, type Secret } from '@strongroom/core';
import type { Device } from './device.ts';
import { settlePending } from './change-password.ts';
import { prepare } from './passwords.ts';
import { renewAfterLastGuess } from './register-anew.ts';
import { firstReminder, nextReminder } from './reminder.ts';
import { retrieve, type Retrieved } from './vaults/retrieve.ts';

/**
 * Checks on a device that holds the key whether a password opens the backup. A wrong one costs a guess.
 * @throws StrongroomError `wrong-password`, `must-wait`, `locked`, `not-registered`
 */
export async function checkPassword(
  device: Device,
  password: Secret<string>,
  signal?: AbortSignal,
): Promise<
  Pick<Retrieved, 'failuresSinceOpening' | 'misbehaved'> & { readonly renewalProblem?: StrongroomError }
> {
  device.requireBackup();
  await settlePending(device, signal);
  const expected = device.backupKey();
  const { directory, links } = await device.vaults(signal);
  const { random, stretch } = device.ports;
  const prepared = await prepare(password);
  const found = await reminding(device, () =>
    retrieve({ directory, links, password: prepared, random, stretch, signal }),
  );
  // It opened a registration of the account, but not one of this device's backup.
  if (!equalBytes(found.key.reveal(), expected.reveal())) throw new StrongroomError('wrong-key', {});
  const { reminder } = device.requireBackup();
  await device.updateBackup({ reminder: nextReminder(reminder, device.ports.now()) });
  const { failuresSinceOpening, misbehaved, lastGuess } = found;
  const renewalProblem = lastGuess ? await renewAfterLastGuess(device, password, signal) : undefined;
  return { failuresSinceOpening, misbehaved, ...(renewalProblem && { renewalProblem }) };
}

// A password that was typed wrong is asked for again soon.
async function reminding<T>(device: Device, guess: () => Promise<T>): Promise<T> {
  try {
    return await guess();
  } catch (error) {
    if (isStrongroomError(error, 'wrong-password'))
      await device.updateBackup({ reminder: firstReminder(device.ports.now()) });
    throw error;
  }
}
