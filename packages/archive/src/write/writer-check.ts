import { StrongroomError } from '@strongroom/core';
import type { Snapshot, Writer } from '../snapshot/snapshot.ts';

/** The device that writes. */
export interface Device {
  /** Never shown; tells devices apart. */
  readonly id: string;
  /** For people. */
  readonly name: string;
}

/**
 * Who writes the next snapshot: one device at a time.
 * @param epoch the writer epoch that this device wrote with last; absent when it has none of its own
 * @param takeOver write although another device did so last
 * @throws StrongroomError 'other-writer' when another device has taken over
 */
export function nextWriter(
  newest: Snapshot | undefined,
  device: Device,
  epoch: number | undefined,
  takeOver: boolean,
): Writer {
  const last = newest?.writer;
  const writer = { deviceId: device.id, deviceName: device.name };
  if (!last) return { ...writer, epoch: epoch ?? 1 };
  const mine = epoch ?? (last.deviceId === device.id ? last.epoch : 0);
  if (mine > last.epoch || (mine === last.epoch && last.deviceId === device.id))
    return { ...writer, epoch: mine };
  if (takeOver) return { ...writer, epoch: last.epoch + 1 };
  throw new StrongroomError('other-writer', { device: last.deviceName });
}
