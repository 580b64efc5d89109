import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Device, enable, signIn, unlock } from '@strongroom/client';
import { FileDeviceStore, openCloud } from '@strongroom/client/node';
import { isStrongroomError, Secret, toHex, type ErrorDetails } from '@strongroom/core';
import { argon2id, type Stretch } from '@strongroom/opaque';
import type { Server } from '../../tools/run-strongroom.ts';

// The same password on the same registration stretches to the same bytes: most of the waiting.
const stretched = new Map<string, Uint8Array>();
const rememberingStretch: Stretch = (input, parameters) => {
  const name = `${toHex(input)} ${JSON.stringify(parameters)}`;
  const output = stretched.get(name) ?? argon2id(input, parameters);
  stretched.set(name, output.slice());
  return output.slice();
};

/** Does something with the device of a profile as a command does, without a process of its own. */
export async function withProfile<T>(profile: string, run: (device: Device) => Promise<T>): Promise<T> {
  const store = await FileDeviceStore.open(profile);
  try {
    return await run(
      await Device.open({ store, openCloud, deviceName: 'test', stretch: rememberingStretch }),
    );
  } finally {
    store.close();
  }
}

/** Signs a profile in, where that is not what is tested. */
export function signInQuietly(
  { url, directory, data }: Pick<Server, 'url' | 'directory' | 'data'>,
  profile: string,
  phone = '+491701234567',
): Promise<void> {
  const directorySha256 = directory.slice('sha256:'.length);
  // The last code that was sent.
  const askCode = async (): Promise<string> =>
    (await readFile(join(data, 'outbox.log'), 'utf8')).trimEnd().slice(-6);
  return withProfile(profile, (device) => signIn(device, { server: url, phone, directorySha256, askCode }));
}

/** Turns encrypted backups on with a password, where that is not what is tested. */
export function enableQuietly(profile: string, cloud: string, password: string): Promise<void> {
  const chosen = { password: new Secret(password), again: new Secret(password) };
  return withProfile(profile, (device) => enable(device, { cloud, password: chosen }));
}

/** What is said of a wrong password. */
export type Refused = ErrorDetails['wrong-password'];

/** Guesses a wrong password on a new device, where that is not what is tested. @throws when it opens the backup */
export function refusedGuess(profile: string, cloud: string, password: string): Promise<Refused> {
  return withProfile(profile, async (device) => {
    try {
      await unlock(device, { cloud }, { way: 'password', password: new Secret(password) });
    } catch (error) {
      if (isStrongroomError(error, 'wrong-password')) return error.details;
      throw error;
    }
    throw new Error('a wrong password opened the backup');
  });
}
