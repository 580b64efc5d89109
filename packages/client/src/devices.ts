import { fromHex, isStrongroomError, toHex } from '@strongroom/core';
import type { Device } from './device.ts';

/** A device that is signed in to the account. Times are milliseconds since 1970. */
export interface SignedInDevice {
  /** 16 bytes, lower-case hex. */
  readonly id: string;
  /** As it called itself when it signed in: anybody may have written it. */
  readonly name: string;
  readonly signedInAt: number;
  /** The beginning of a day, in UTC; `null`: not known. */
  readonly lastSeenDay: number | null;
  readonly isThis: boolean;
}

/** The devices of this account, the one that signed in last first. @throws StrongroomError `signed-out`, `offline` */
export async function listDevices(device: Device, signal?: AbortSignal): Promise<SignedInDevice[]> {
  const devices = await device.asSignedIn((frontDoor, token) => frontDoor.listDevices(token, signal));
  return devices.map(({ deviceId, name, signedInAt, lastSeenDay, isAsking }) => ({
    id: toHex(deviceId),
    name,
    signedInAt: Number(signedInAt),
    lastSeenDay: lastSeenDay === 0n ? null : Number(lastSeenDay),
    isThis: isAsking,
  }));
}

/**
 * Signs another device of this account out: at once, and until somebody signs it in again with a code. What it has of
 * backups and keys stays with it: a key that somebody else has needs `rotateKey`.
 * @param id 16 bytes, lower-case hex
 * @throws StrongroomError `wrong-usage` when there is no such device, `signed-out`, `offline`
 */
export async function revokeDevice(device: Device, id: string, signal?: AbortSignal): Promise<void> {
  await device.asSignedIn((frontDoor, token) => frontDoor.revokeDevice(token, fromHex(id), signal));
}

/**
 * Signs this device out, also when it was removed before. Its backup stays on, and waits until the device is signed in
 * to the same account again.
 * @throws StrongroomError `signed-out` when it was not signed in, `offline`: then it is signed in still
 */
export async function signOut(device: Device, signal?: AbortSignal): Promise<void> {
  const { accountId } = device.requireAccount();
  try {
    await device.asSignedIn((frontDoor, token) => frontDoor.signOut(token, signal));
  } catch (error) {
    if (!isStrongroomError(error, 'signed-out')) throw error;
  }
  const signedOutOf = device.state.backup === undefined ? undefined : accountId;
  await device.update({ account: undefined, signedOutOf });
}
