import { fromHex, StrongroomError } from '@strongroom/core';
import type { AccountState } from './device-state.ts';
import type { Device } from './device.ts';
import type { SentCode } from './front-door-client.ts';

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
  /** Hears when a code was sent. */
  readonly onSent?: (sent: SentCode) => void;
  readonly signal?: AbortSignal;
}

/**
 * Registers this device with an account. A device that was removed or signed out, and has a backup, comes back to the
 * same account only.
 * @throws StrongroomError `wrong-code`, `too-many-requests`, `too-many-devices`, `directory-changed`, `offline`,
 * `wrong-usage` when its backup is another account's
 */
export async function signIn(device: Device, options: SignInOptions): Promise<void> {
  const { phone, directorySha256, signal } = options;
  const frontDoor = device.frontDoor(options.server);
  // Looked at first: no code is asked for when the vaults are not the trusted ones.
  const { sha256 } = await frontDoor.directory(directorySha256 ?? null, signal);
  const sent = await frontDoor.startSignIn(phone, signal);
  options.onSent?.(sent);
  const account = await askUntilRight(options, (code) =>
    frontDoor.finishSignIn(phone, code, device.ports.deviceName, signal),
  );
  const { state } = device;
  if (isOtherAccount(device, account.accountId)) {
    await forget(device, account, account.deviceId);
    throw new StrongroomError('wrong-usage', {
      why: 'This profile has the backup of another account. Use another --profile for this one, or turn backups off first.',
    });
  }
  const directoryPinnedBy = directorySha256 === undefined ? 'first-seen' : 'person';
  await device.update({
    account: { ...account, directorySha256: sha256, directoryPinnedBy },
    signedOutOf: undefined,
  });
  if (state.account?.accountId === account.accountId) await forget(device, account, state.account.deviceId);
}

function isOtherAccount({ state }: Device, accountId: string): boolean {
  const known = state.account?.accountId ?? state.signedOutOf;
  return state.backup !== undefined && known !== undefined && known !== accountId;
}

// What this device was signed in as before, or should not be, is not left behind. If it is, people can remove it.
async function forget(
  device: Device,
  { server, session }: Pick<AccountState, 'server' | 'session'>,
  deviceId: string,
): Promise<void> {
  if (session === undefined) return;
  await device
    .frontDoor(server)
    .revokeDevice(session.token, fromHex(deviceId))
    .catch(() => undefined);
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
