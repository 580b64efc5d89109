import { isStrongroomError } from '@strongroom/core';
import type { Records } from '../records.ts';
import { SealedDeviceStore } from './sealed-device-store.ts';

/** Whether this device has a backup, as far as its state can be read. */
export async function hasBackup(records: Records): Promise<boolean> {
  try {
    return (await new SealedDeviceStore(records).load())?.backup !== undefined;
  } catch (error) {
    if (isStrongroomError(error, 'profile-damaged', 'newer-version')) return false;
    throw error;
  }
}
