import { bytesOf, filesOf, type SnapshotInfo } from '@strongroom/archive';
import { toHex } from '@strongroom/core';
import type { LastSnapshot } from './device-state.ts';

/** What a device remembers of a snapshot. */
export function toLast({ id, number, hash, time, totals }: SnapshotInfo): LastSnapshot {
  return { number, hash: toHex(hash), name: id, at: time, files: filesOf(totals), bytes: bytesOf(totals) };
}
