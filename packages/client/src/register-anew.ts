import { isStrongroomError, toHex, type Bytes, type Secret, type StrongroomError } from '@strongroom/core';
import type { Device } from './device.ts';
import { prepare } from './passwords.ts';
import { registerPassword } from './vaults/register.ts';

/**
 * Registers a password for the key that this device holds. It stays pending until the caller has done its part, too.
 * @param chosen prepared by `prepare`
 * @throws StrongroomError what `registerPassword` throws; `contested` is remembered
 */
export async function registerAnew(
  device: Device,
  chosen: { readonly password: Bytes; readonly again: Bytes },
  signal?: AbortSignal,
): Promise<void> {
  const { directory, links } = await device.vaults(signal);
  const { random, stretch } = device.ports;
  const key = device.backupKey();
  const generation = random(16);
  const pending = { generation: toHex(generation), directoryEpoch: Number(directory.epoch) };
  await device.update({ pending });
  try {
    const replaces = device.earlierKeys();
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
  } catch (error) {
    if (isStrongroomError(error, 'contested'))
      await device.update({ pending: { ...pending, contestedUntil: error.details.until } });
    throw error;
  }
}

/**
 * Registers a password once more whose last guess was the right one: counting that guess erased what it opened.
 * @returns why that could not be done; the vaults stay locked then
 */
export async function renewAfterLastGuess(
  device: Device,
  password: Secret<string>,
  signal?: AbortSignal,
): Promise<StrongroomError | undefined> {
  try {
    const chosen = { password: await prepare(password), again: await prepare(password) };
    await registerAnew(device, chosen, signal);
    await device.update({ pending: undefined });
    return undefined;
  } catch (error) {
    if (isStrongroomError(error)) return error;
    throw error;
  }
}
