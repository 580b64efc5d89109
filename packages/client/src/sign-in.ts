import { StrongroomError } from '@strongroom/core';
import type { Device } from './device.ts';

/** How a device signs in. */
export interface SignInOptions {
  /** The front door's address. */
  readonly server: string;
  /** With country code, digits only: +491701234567. */
  readonly phone: string;
  /** The SHA-256 of the list of vaults to trust, hex; without it the first one seen is trusted and pinned. */
  readonly directorySha256?: string;
  /** Asks the person for the code that was sent; called again after a wrong one, with the tries left. */
  readonly askCode: (triesLeft: number | undefined) => Promise<string>;
  readonly signal?: AbortSignal;
}

/** Registers this device with an account. @throws StrongroomError `wrong-code`, `too-many-requests`, `directory-changed`, `offline` */
export async function signIn(device: Device, options: SignInOptions): Promise<void> {
  const { phone, directorySha256, signal } = options;
  refuseOtherAccount(device);
  const frontDoor = device.frontDoor(options.server);
  // Looked at first: no code is asked for when the vaults are not the trusted ones.
  const { sha256 } = await frontDoor.directory(directorySha256 ?? null, signal);
  await frontDoor.startSignIn(phone, signal);
  const account = await askUntilRight(options, (code) =>
    frontDoor.finishSignIn(phone, code, device.ports.deviceName, signal),
  );
  const directoryPinnedBy = directorySha256 === undefined ? 'first-seen' : 'person';
  await device.update({ account: { ...account, directorySha256: sha256, directoryPinnedBy } });
}

function refuseOtherAccount({ state }: Device): void {
  if (state.account === undefined || state.backup === undefined) return;
  throw new StrongroomError('wrong-usage', {
    why: 'This profile is signed in and has encrypted backups on. Use another --profile for another device, or turn backups off first.',
  });
}

async function askUntilRight<T>(
  { askCode }: SignInOptions,
  finish: (code: string) => Promise<T>,
): Promise<T> {
  let triesLeft: number | undefined;
  for (;;) {
    const code = (await askCode(triesLeft)).replaceAll(/[\s-]/g, '');
    try {
      return await finish(code);
    } catch (error) {
      const again = error instanceof StrongroomError && error.code === 'wrong-code';
      const left = again ? (error.details as { triesLeft: number }).triesLeft : 0;
      if (left === 0) throw error;
      triesLeft = left;
    }
  }
}
