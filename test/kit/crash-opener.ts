import { folderTarget, nodeEngine } from '@strongroom/archive/node';
import {
  changePassword,
  restore,
  settlePending,
  status,
  unlock,
  type Status,
  type VaultStatus,
} from '@strongroom/client';
import { isStrongroomError, Secret } from '@strongroom/core';
import { withProfile } from './profile.ts';
import { codeOf } from './threshold-fleet.ts';

/** What trying to open the backup with a password came to. */
export type Opening =
  | { readonly opened: true }
  | { readonly opened: false; readonly guessesLeft: number; readonly unfinishedChange: boolean };

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

/** The same while it may fail: the code of the error, or `ok`. */
export function tryChange(profile: string, password: string): Promise<string> {
  return codeOf(change(profile, password));
}

/** What `status` says is unfinished on a device that began a change; it finishes or drops what it can before. */
export function unfinished(profile: string): Promise<Status['unfinished']> {
  return withProfile(profile, async (device) => {
    await settlePending(device);
    return (await status(device)).unfinished;
  });
}

/** How the password stands at the vault, seen from a profile that is only signed in. */
export function standing(profile: string): Promise<VaultStatus | null> {
  return withProfile(profile, async (device) => (await status(device)).vault);
}
