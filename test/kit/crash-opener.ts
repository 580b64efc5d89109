import { folderTarget, nodeEngine } from '@strongroom/archive/node';
import { changePassword, Device, restore, status, unlock, type VaultStatus } from '@strongroom/client';
import { FileDeviceStore, openCloud } from '@strongroom/client/node';
import { isStrongroomError, Secret, toHex } from '@strongroom/core';
import { argon2id, type Stretch } from '@strongroom/opaque';

/** What trying to open the backup with a password came to. */
export type Opening =
  | { readonly opened: true }
  | { readonly opened: false; readonly guessesLeft: number; readonly unfinishedChange: boolean };

// The same password on the same registration stretches to the same bytes: most of the waiting.
const stretched = new Map<string, Uint8Array>();
const rememberingStretch: Stretch = (input, parameters) => {
  const name = `${toHex(input)} ${JSON.stringify(parameters)}`;
  const output = stretched.get(name) ?? argon2id(input, parameters);
  stretched.set(name, output.slice());
  return output.slice();
};

/** `restore --cloud builtin: --password-file …` on a profile, without a process of its own. */
export function open(
  profile: string,
  target: string,
  password: string,
  { tryUnfinished = false } = {},
): Promise<Opening> {
  return withProfile(profile, async (device) => {
    try {
      const where = { cloud: 'builtin:', engine: nodeEngine() };
      const { archive, mark } = await unlock(device, where, {
        way: 'password',
        password: new Secret(password),
        tryUnfinished,
      });
      await restore(device, archive, folderTarget(target), { ...(mark && { mark }) });
      return { opened: true };
    } catch (error) {
      if (!isStrongroomError(error, 'wrong-password')) throw error;
      const { guessesLeft, unfinishedChange } = error.details;
      return { opened: false, guessesLeft, unfinishedChange };
    }
  });
}

/** `change-password` on a profile, without a process of its own. */
export function change(profile: string, password: string): Promise<void> {
  const chosen = { password: new Secret(password), again: new Secret(password) };
  return withProfile(profile, (device) => changePassword(device, chosen));
}

/** How the password stands at the vault, seen from a profile that is only signed in. */
export function standing(profile: string): Promise<VaultStatus | null> {
  return withProfile(profile, async (device) => (await status(device)).vault);
}

async function withProfile<T>(profile: string, run: (device: Device) => Promise<T>): Promise<T> {
  const store = await FileDeviceStore.open(profile);
  try {
    return await run(
      await Device.open({ store, openCloud, deviceName: 'test', stretch: rememberingStretch }),
    );
  } finally {
    store.close();
  }
}
